#include "actors/report/line.h"

#include "proto/base/time_text.h"
#include "proto/base/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX   (REPORT_LINE_MAX * 3 / 4)
#define CHARACTER_MAX 6 // bytes of "\u001b", the longest escape
#define ENDING_MAX    2 // bytes that end a line: "}\n"

const char *const report_level_words[] = {"error", "warning", "info", "debug",
                                          NULL};
const char *const report_format_words[] = {"auto", "text", "logfmt", "json",
                                           NULL};

// The line being built. Bytes beyond `room` are not written, and set `full`.
typedef struct {
    char *data;
    size_t bytes, room;
    bool full;
} line_t;

static void s_add(line_t *line, const void *data, size_t bytes)
{
    if (line->full || bytes > line->room - line->bytes) {
        line->full = true;
        return;
    }
    memcpy(line->data + line->bytes, data, bytes);
    line->bytes += bytes;
}

static void __attribute__((format(printf, 2, 3)))
s_printf(line_t *line, const char *format, ...)
{
    char text[160]; // for names, numbers and a time; longer text is cut
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    s_add(line, text, strlen(text));
}

// Adds the character at text[0], escaped if needed; it has *taken bytes there.
static void s_add_character(line_t *line, const char *text, size_t left,
                            bool quoted, size_t *taken)
{
    char escape[CHARACTER_MAX + 1];
    const size_t bytes = utf8_bytes(text, left);

    *taken = bytes ? bytes : 1;
    if (bytes == 0) {
        s_add(line, "\xef\xbf\xbd", 3); // U+FFFD
    } else if (utf8_is_control(text)) {
        const unsigned char last = (unsigned char)text[bytes - 1];
        snprintf(escape, sizeof escape, "\\u%04x", last);
        s_add(line, escape, strlen(escape));
    } else if (quoted && (*text == '"' || *text == '\\')) {
        s_add(line, (const char[]){'\\', *text}, 2);
    } else {
        s_add(line, text, bytes);
    }
}

// Adds characters while they fit: text is only cut between characters.
static void s_add_text(line_t *line, const char *text, bool quoted)
{
    size_t left = strlen(text), taken;

    for (; left > 0 && !line->full; text += taken, left -= taken)
        s_add_character(line, text, left, quoted, &taken);
}

// The same escapes serve JSON and logfmt.
static void s_add_quoted(line_t *line, const char *text)
{
    s_add(line, "\"", 1);
    s_add_text(line, text, true);
    s_add(line, "\"", 1);
}

static void s_add_message(line_t *line, const char *message, bool quoted)
{
    const size_t room = line->room;

    if (quoted)
        s_add(line, "\"", 1);
    line->room = line->bytes + MESSAGE_MAX;
    s_add_text(line, message, quoted);
    line->room = room;
    line->full = false; // a message that was cut still counts as complete
    if (quoted)
        s_add(line, "\"", 1);
}

static bool s_is_bare(const char *text)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+-";

    return *text && strspn(text, bare) == strlen(text);
}

static void s_add_fact(line_t *line, const report_fact_t *fact, bool json)
{
    s_printf(line, json ? ",\"%.32s\":" : " %.32s=", fact->name);
    if (!fact->text)
        s_printf(line, "%" PRId64, fact->number);
    else if (!json && s_is_bare(fact->text))
        s_add(line, fact->text, strlen(fact->text));
    else
        s_add_quoted(line, fact->text);
}

// Adds facts while they fit; each is written whole or left out.
static void s_add_facts(line_t *line, const report_fact_t *fact, bool json)
{
    for (; fact && fact->name; fact++) {
        const size_t before = line->bytes;

        s_add_fact(line, fact, json);
        if (line->full)
            line->bytes = before;
        line->full = false;
    }
}

size_t report_line(const report_entry_t *entry, report_format_t format,
                   char line[REPORT_LINE_MAX])
{
    const bool json = format == REPORT_JSON, text = format == REPORT_TEXT;
    const char *level = report_level_words[entry->level];
    char time[TIME_TEXT_US_BYTES];
    line_t self = {.data = line, .room = REPORT_LINE_MAX - ENDING_MAX};

    assert(format != REPORT_AUTO);
    // Cut to milliseconds: "2026-01-01T00:00:00.000" and a Z.
    time_text_format_us(entry->time_us, time);
    if (entry->priority >= 0)
        s_printf(&self, "<%d>", entry->priority);
    if (text)
        s_printf(&self, "%.23sZ %s %.64s: ", time, level, entry->actor);
    else
        s_printf(&self,
                 json ? "{\"time\":\"%.23sZ\",\"level\":\"%s\",\"actor\":"
                        "\"%.64s\",\"pid\":%" PRId64 ",\"message\":"
                      : "time=%.23sZ level=%s actor=%.64s pid=%" PRId64
                        " message=",
                 time, level, entry->actor, entry->pid);
    s_add_message(&self, entry->message, !text);
    if (!text)
        s_add_facts(&self, entry->facts, json);
    self.room = REPORT_LINE_MAX;
    s_add(&self, json ? "}\n" : "\n", json ? 2 : 1);
    return self.bytes;
}

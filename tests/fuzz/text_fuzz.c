// Claims: text from outside goes out so that whoever reads it is not misled: a
// report is one line without control characters, a JSON string is JSON, an
// event on a terminal is one line; times are read as they are written; a
// header that is not the bearer of a token never passes as one.
//
// The first byte chooses.

#include "actors/report/line.h"
#include "api/text/http_text.h"
#include "api/text/instant.h"
#include "proto/base/time_text.h"
#include "proto/base/utf8.h"
#include "proto/batch/batch.h"
#include "proto/event/parser.h"
#include "proto/json/json.h"
#include "proto/json/json_text.h"
#include "tests/fuzz/fuzz.h"
#include "tools/command/command.h"
#include "tools/tail/event_line.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JSON_BYTES ((size_t)1 << 20)
#define COLUMNS    60

// One line, ended, of characters that a terminal shows.
static void s_assert_line(slice_t line)
{
    assert(line.bytes > 0 && line.data[line.bytes - 1] == '\n');
    for (size_t at = 0; at + 1 < line.bytes;) {
        size_t bytes = utf8_bytes(line.data + at, line.bytes - 1 - at);
        assert(bytes > 0 && !utf8_is_control(line.data + at));
        at += bytes;
    }
}

static void s_assert_object(slice_t text)
{
    json_t *json = json_new(JSON_BYTES);
    json_value_t root;
    const char *reason;
    assert(json);
    int rc = json_parse(json, text, &root, &reason);
    assert(rc == 0 && json_is_object(root));
    json_destroy(&json);
}

static void s_try_report(const char *text)
{
    static char s_line[REPORT_LINE_MAX];
    const report_entry_t entry = {
        .actor = "fuzz",
        .message = text,
        .facts = REPORT_FACTS(report_text("text", text)),
        .priority = -1,
    };
    for (report_format_t format = REPORT_TEXT; format <= REPORT_JSON;
         format++) {
        slice_t line = slice(s_line, report_line(&entry, format, s_line));
        assert(line.bytes <= sizeof s_line);
        s_assert_line(line);
        if (format == REPORT_JSON)
            s_assert_object(line);
    }
}

static bool s_is_utf8(slice_t text)
{
    for (size_t at = 0, bytes; at < text.bytes; at += bytes) {
        bytes = utf8_bytes(text.data + at, text.bytes - at);
        if (bytes == 0)
            return false;
    }
    return true;
}

// What is UTF-8 comes back as it was; the rest still is JSON.
static void s_try_json(const char *given)
{
    const slice_t text = slice_of(given);
    buffer_t out = {0};
    json_text_t json = json_text_start(&out);
    json_text_open(&json, NULL, '{');
    json_text_key(&json, text);
    json_text_string(&json, NULL, text);
    json_text_string(&json, "text", text);
    json_text_close(&json, '}');
    s_assert_object(buffer_slice(&out));
    json_t *parsed = json_new(JSON_BYTES);
    json_value_t root, value;
    slice_t again;
    const char *reason;
    int rc = json_parse(parsed, buffer_slice(&out), &root, &reason);
    assert(rc == 0);
    bool found = json_member(root, s_is_utf8(text) ? given : "text", &value);
    assert(found && json_text(value, &again));
    assert(!s_is_utf8(text) || slice_equal(text, again));
    json_destroy(&parsed);
    buffer_free(&out);
}

static void s_try_time(const char *text)
{
    uint32_t seconds, again;
    uint64_t position;
    bool is_time;
    char written[TIME_TEXT_BYTES];
    const char *wrong = instant_parse(slice_of(text), &seconds);
    assert(!wrong || *wrong);
    const bool timed = time_text_parse(slice_of(text), &seconds) == 0;
    const bool placed = command_parse_position(text, &position, &is_time) == 0;
    assert(!timed || placed);
    if (placed && is_time)
        assert(timed && position == seconds);
    if (!timed)
        return;
    time_text_format(seconds, written);
    int rc = time_text_parse(slice_of(written), &again);
    assert(rc == 0 && again == seconds);
    assert(!instant_parse(slice_of(written), &again) && again == seconds);
}

static void s_try_header(const char *value)
{
    static const char s_token[] = "s3cret-token";
    static const char s_tag[] = "W/\"0123456789abcdef\"";
    (void)http_text_takes_gzip(value);
    (void)http_text_takes_html(value);
    if (http_text_is_bearer(value, s_token)) {
        const char *token = strstr(value, s_token);
        assert(token && strncasecmp(value, "bearer", 6) == 0);
        assert(strlen(token) == strlen(s_token));
    }
    if (http_text_has_tag(value, s_tag))
        assert(strchr(value, '*') || strstr(value, "\"0123456789abcdef\""));
    if (http_text_lists(value, "upgrade"))
        assert(strcasestr(value, "upgrade"));
}

static void s_print(const event_t *event, FILE *out)
{
    batch_builder_t *builder = batch_builder_new();
    event_line_t *line = event_line_new(false, COLUMNS);
    const batch_origin_t origin = {0};
    slice_t head, payload;
    batch_t batch;
    assert(builder && line);
    if (batch_builder_add(builder, event) == 0) {
        int rc = batch_builder_finish(builder, &origin, &head, &payload);
        assert(rc == 0);
        rc = batch_open(&batch, head, NULL);
        assert(rc == 0);
        rc = batch_open_payload(&batch, payload, NULL);
        assert(rc == 0);
        event_line_print(line, out, &batch, 0);
    }
    event_line_destroy(&line);
    batch_builder_destroy(&builder);
}

static void s_try_event(const char *text)
{
    event_parser_t *parser = event_parser_new();
    event_t event;
    const char *reason;
    char *printed = NULL;
    size_t bytes = 0;
    assert(parser);
    if (event_parser_parse(parser, slice_of(text), &event, &reason) == 0) {
        FILE *out = open_memstream(&printed, &bytes);
        assert(out);
        s_print(&event, out);
        int rc = fclose(out);
        assert(rc == 0);
        s_assert_line(slice(printed, bytes));
        free(printed);
    }
    event_parser_destroy(&parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const s_tries[])(const char *) = {
        s_try_report, s_try_json, s_try_time, s_try_header, s_try_event};
    slice_t input = slice(data, size);
    const size_t which = fuzz_take_u8(&input);
    char *text = strndup(input.bytes ? input.data : "", input.bytes);
    assert(text);
    s_tries[which % (sizeof s_tries / sizeof *s_tries)](text);
    free(text);
    return 0;
}

#include "tools/sim/recording.h"

#include "proto/base/buffer.h"
#include "proto/event/parser.h"
#include "tools/sim/timeline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define READ_BYTES ((size_t)256 * 1024)

typedef struct {
    recording_t *recording;
    const char *path;
    slice_t text; // the whole file
    event_parser_t *parser;
    char *error;
} s_load_t;

int recording_list_insert(recording_list_t *list, size_t at, sim_event_t *event)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 32;
        sim_event_t **events =
            realloc(list->events, capacity * sizeof(sim_event_t *));
        if (!events)
            return -ENOMEM;
        list->events = events;
        list->capacity = capacity;
    }
    memmove(list->events + at + 1, list->events + at,
            (list->count - at) * sizeof(sim_event_t *));
    list->events[at] = event;
    list->count++;
    return 0;
}

static int s_append(recording_list_t *list, sim_event_t *event)
{
    return recording_list_insert(list, list->count, event);
}

static int s_fail(const s_load_t *load, const char *at, const char *reason)
{
    size_t line = 1;
    size_t bytes = load->text.data ? (size_t)(at - load->text.data) : 0;
    for (size_t i = 0; i < bytes; i++)
        line += load->text.data[i] == '\n';
    snprintf(load->error, RECORDING_ERROR_MAX, "%s:%zu: %s", load->path, line,
             reason);
    return -EBADMSG;
}

static int s_add_event(s_load_t *load, slice_t json, recording_list_t *poll)
{
    event_t event;
    const char *reason = "not an event";
    int rc = event_parser_parse(load->parser, json, &event, &reason);
    if (rc == -EBADMSG)
        return s_fail(load, json.data, reason);
    if (rc)
        return rc;
    sim_event_t *copy = sim_event_new(&event);
    if (!copy)
        return -ENOMEM;
    rc = s_append(&load->recording->all, copy);
    if (rc) {
        free(copy);
        return rc;
    }
    return poll ? s_append(poll, copy) : 0;
}

// Adds all objects of a text, also to `poll` unless it is NULL.
static int s_cut(s_load_t *load, slice_t text, recording_list_t *poll)
{
    event_scanner_t *scanner = event_scanner_new();
    if (!scanner)
        return -ENOMEM;
    size_t at = 0;
    int rc = 0;
    while (rc == 0) {
        slice_t found = {0};
        const char *reason = "not JSON";
        event_scan_t scan =
            event_scanner_next(scanner, text, &at, true, &found, &reason);
        if (scan == EVENT_SCAN_OBJECT)
            rc = s_add_event(load, found, poll);
        else if (scan == EVENT_SCAN_REJECT)
            rc = s_fail(load, found.data ? found.data : text.data, reason);
        else
            break;
    }
    event_scanner_destroy(&scanner);
    return rc;
}

static int s_add_poll(s_load_t *load, slice_t line)
{
    recording_t *recording = load->recording;
    recording_list_t *polls =
        realloc(recording->polls, (recording->poll_count + 1) * sizeof *polls);
    if (!polls)
        return -ENOMEM;
    recording->polls = polls;
    recording_list_t *poll = &polls[recording->poll_count++];
    *poll = (recording_list_t){0};
    int rc = s_cut(load, line, poll);
    if (rc == 0 && poll->count > TIMELINE_WINDOW)
        rc = s_fail(load, line.data, "a poll of more than 300 events");
    return rc;
}

static int s_cut_polls(s_load_t *load)
{
    const char *at = load->text.data;
    const char *end = at + load->text.bytes;
    int rc = 0;
    while (at < end && rc == 0) {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = eol ? eol : end;
        slice_t line = slice(at, (size_t)(line_end - at));
        if (memchr(line.data, '[', line.bytes))
            rc = s_add_poll(load, line);
        at = eol ? eol + 1 : end;
    }
    return rc;
}

static bool s_is_polls(slice_t text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '[' || text.data[i] == '{')
            return text.data[i] == '[';
    }
    return false;
}

static int s_cut_all(s_load_t *load)
{
    load->parser = event_parser_new();
    if (!load->parser)
        return -ENOMEM;
    int rc = s_is_polls(load->text) ? s_cut_polls(load)
                                    : s_cut(load, load->text, NULL);
    event_parser_destroy(&load->parser);
    if (rc == 0 && load->recording->all.count == 0)
        rc = s_fail(load, load->text.data, "contains no events");
    return rc;
}

static int s_read(gzFile file, buffer_t *text)
{
    for (;;) {
        char *room = buffer_grow(text, READ_BYTES);
        if (!room)
            return -ENOMEM;
        int bytes = gzread(file, room, (unsigned)READ_BYTES);
        if (bytes < 0)
            return -EBADMSG;
        text->bytes -= READ_BYTES - (size_t)bytes;
        if (text->bytes > RECORDING_MAX_BYTES)
            return -EFBIG;
        if ((size_t)bytes < READ_BYTES)
            return gzeof(file) ? 0 : -EBADMSG;
    }
}

// gzread() also reads files that are not gzipped.
static int s_read_file(const char *path, buffer_t *text)
{
    gzFile file = gzopen(path, "rb");
    if (!file)
        return errno ? -errno : -ENOMEM;
    int rc = s_read(file, text);
    int closed = gzclose_r(file);
    return rc ? rc : closed != Z_OK ? -EBADMSG : 0;
}

int recording_load(recording_t *recording, const char *path,
                   char error[RECORDING_ERROR_MAX])
{
    buffer_t text = {0};
    error[0] = '\0';
    int rc = s_read_file(path, &text);
    if (rc == -EBADMSG)
        snprintf(error, RECORDING_ERROR_MAX,
                 "%s: damaged gzip after %zu bytes of text", path, text.bytes);
    s_load_t load = {.recording = recording,
                     .path = path,
                     .text = buffer_slice(&text),
                     .error = error};
    if (rc == 0)
        rc = s_cut_all(&load);
    buffer_free(&text);
    if (rc)
        recording_free(recording);
    if (rc && !error[0])
        snprintf(error, RECORDING_ERROR_MAX, "%s: %s", path, strerror(-rc));
    return rc;
}

void recording_free(recording_t *recording)
{
    for (size_t i = 0; i < recording->all.count; i++)
        free(recording->all.events[i]);
    for (size_t i = 0; i < recording->poll_count; i++)
        free(recording->polls[i].events);
    free(recording->all.events);
    free(recording->polls);
    *recording = (recording_t){0};
}

// Every recording, if available. The expected numbers were counted by a program
// that shares no code with ours.

#include "proto/base/buffer.h"
#include "proto/batch/batch.h"
#include "proto/event/parser.h"
#include "tests/recordings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE_BYTES 65536

typedef struct {
    const char *file;
    uint32_t events;
    uint32_t without_id;
    uint32_t without_repo;
    uint32_t merged;
} recording_t;

static const recording_t s_recordings[] = {
    {"hours/2011-02-15-0.json.gz", 1639, 0, 196, 0},
    {"hours/2012-04-11-15.json.gz", 5712, 5712, 402, 41},
    {"hours/2012-06-14-15.json.gz", 5313, 5313, 337, 52},
    {"hours/2015-01-01-0.json.gz", 7702, 0, 0, 126},
    {"hours/2015-01-01-15.json.gz", 11351, 0, 0, 175},
    {"hours/2016-01-01-1.json.gz", 12698, 0, 0, 216},
    {"hours/2016-01-01-2.json.gz", 12134, 0, 0, 164},
    {"hours/2016-01-01-3.json.gz", 11954, 0, 0, 173},
    {"hours/2016-01-01-4.json.gz", 11036, 0, 0, 144},
    {"2021-07-21-few-hours.ndjson.gz", 800, 0, 0, 25},
    {"post-oct-2025.ndjson.gz", 1228, 0, 0, 85},
    {"polls/user-feed-2026.ndjson.gz", 1650, 0, 0, 295},
};

// What was read of a recording, event by event.
typedef struct {
    event_parser_t *parser;
    event_scanner_t *scanner;
    batch_builder_t *builder;
    recording_t seen;
} reading_t;

static reading_t s_reading(const char *file)
{
    return (reading_t){event_parser_new(),
                       event_scanner_new(),
                       batch_builder_new(),
                       {.file = file}};
}

static void s_end(reading_t *reading)
{
    event_parser_destroy(&reading->parser);
    event_scanner_destroy(&reading->scanner);
    batch_builder_destroy(&reading->builder);
}

// Counts the events of the builder's batch, from its encoded form.
static void s_count_batch(reading_t *reading)
{
    batch_origin_t origin = {.source = slice_of(reading->seen.file)};
    slice_t head, payload;
    const char *reason = "none";
    batch_t batch;
    cr_assert_eq(
        batch_builder_finish(reading->builder, &origin, &head, &payload), 0);
    cr_assert_eq(batch_open(&batch, head, &reason), 0, "%s", reason);
    cr_assert_eq(batch_open_payload(&batch, payload, &reason), 0, "%s", reason);
    for (uint32_t i = 0; i < batch.count; i++) {
        reading->seen.events++;
        reading->seen.without_id += batch_id(&batch, i) == 0;
        reading->seen.without_repo += batch_repo_name(&batch, i).bytes == 0;
        reading->seen.merged += batch_action(&batch, i) == EVENT_ACTION_MERGED;
    }
    batch_builder_reset(reading->builder);
}

static void s_take_object(reading_t *reading, slice_t json)
{
    event_t event;
    const char *reason = "none";
    cr_assert_eq(event_parser_parse(reading->parser, json, &event, &reason), 0,
                 "%s", reason);
    cr_assert_eq(batch_builder_add(reading->builder, &event), 0);
    if (batch_builder_count(reading->builder) == BATCH_MAX_EVENTS)
        s_count_batch(reading);
}

static void s_take_piece(reading_t *reading, buffer_t *text, bool last)
{
    size_t at = 0;
    event_scan_t what;
    slice_t found;
    const char *reason;
    while ((what = event_scanner_next(reading->scanner, buffer_slice(text), &at,
                                      last, &found, &reason)) <=
           EVENT_SCAN_REJECT) {
        cr_assert_eq(what, EVENT_SCAN_OBJECT, "%s: %s", reading->seen.file,
                     reason);
        s_take_object(reading, found);
    }
    memmove(text->data, text->data + at, text->bytes - at);
    text->bytes -= at;
}

static recording_t s_read(const char *file)
{
    char command[1200], *path = recordings_path(file);
    snprintf(command, sizeof command, "gzip -dc '%s'", path);
    free(path);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    reading_t reading = s_reading(file);
    buffer_t text = {0};
    size_t bytes;
    do {
        char *room = buffer_grow(&text, PIECE_BYTES);
        cr_assert_not_null(room);
        bytes = fread(room, 1, PIECE_BYTES, pipe);
        text.bytes -= PIECE_BYTES - bytes;
        s_take_piece(&reading, &text, bytes == 0);
    } while (bytes > 0);
    cr_assert_eq(pclose(pipe), 0);
    s_count_batch(&reading);
    buffer_free(&text);
    s_end(&reading);
    return reading.seen;
}

Test(recorded, every_event_of_every_recording_is_read, .timeout = 100)
{
    for (size_t i = 0; i < sizeof s_recordings / sizeof *s_recordings; i++) {
        const recording_t *expected = &s_recordings[i];
        recording_t seen = s_read(expected->file);
        cr_expect_eq(seen.events, expected->events, "%s: %u events", seen.file,
                     seen.events);
        cr_expect_eq(seen.without_id, expected->without_id,
                     "%s: %u without an id", seen.file, seen.without_id);
        cr_expect_eq(seen.without_repo, expected->without_repo,
                     "%s: %u without a repository", seen.file,
                     seen.without_repo);
        cr_expect_eq(seen.merged, expected->merged, "%s: %u merged", seen.file,
                     seen.merged);
    }
}

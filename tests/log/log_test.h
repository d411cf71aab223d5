// log_test - shared by the tests of log/: folders, and batches whose bytes
// follow from their offsets, so that a reader knows what to expect.

#ifndef OCTOLOG_TESTS_LOG_LOG_TEST_H
#define OCTOLOG_TESTS_LOG_LOG_TEST_H

#include "log/event_log.h"
#include "log/folder.h"
#include "log/log_reader.h"
#include "log/log_verify.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

// Small enough for every test to flush and compact.
static const event_log_options_t s_small UNUSED = {
    .cache_bytes = 1 << 20,
    .write_buffer_bytes = 4 << 20,
    .background_threads = 2,
};

typedef struct {
    char path[64];
} folder_t;

static UNUSED folder_t new_folder(void)
{
    folder_t folder = {"/tmp/octolog-log-XXXXXX"};
    cr_assert_not_null(mkdtemp(folder.path));
    return folder;
}

static UNUSED void remove_folder(const folder_t *folder)
{
    (void)folder_remove(folder->path);
}

static UNUSED void run(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static UNUSED void run(const char *format, ...)
{
    char command[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    cr_assert_eq(system(command), 0, "%s", command);
}

static UNUSED event_log_t *open_log(const char *path, event_log_mode_t mode)
{
    event_log_t *log = NULL;
    failure_t failure = {0};
    int rc = event_log_open(&log, path, mode, &s_small, &failure);
    cr_assert_eq(rc, 0, "open: %d %s", rc, failure.reason);
    return log;
}

// The errno of an open that must fail, with a reason that names the path.
static UNUSED int open_fails(const char *path, event_log_mode_t mode,
                             failure_t *failure)
{
    event_log_t *log = NULL;
    *failure = (failure_t){0};
    int rc = event_log_open(&log, path, mode, &s_small, failure);
    cr_assert_lt(rc, 0, "it opened");
    cr_assert_null(log);
    cr_assert_not_null(strstr(failure->reason, path), "no path in: %s",
                       failure->reason);
    return rc;
}

#define PATTERN_EVENTS_MAX 64
#define PATTERN_BYTES_MAX  4096

// Event `offset` has the key (offset, 7), and was created at
// 1000 + offset / 10 seconds.
typedef struct {
    char head[PATTERN_BYTES_MAX];
    char payload[PATTERN_BYTES_MAX];
    event_key_t keys[PATTERN_EVENTS_MAX];
    event_log_batch_t batch;
} pattern_t;

static UNUSED size_t pattern_fill(char *out, uint64_t first, uint32_t count,
                                  unsigned salt)
{
    size_t bytes = (first * 31 + count * 17 + salt * 101) % PATTERN_BYTES_MAX;
    for (size_t i = 0; i < bytes; i++)
        out[i] = (char)(first * 7 + count + i * (salt + 1) + i / 13);
    return bytes;
}

static UNUSED event_key_t pattern_key(uint64_t offset)
{
    event_key_t key = {.size = 12};
    for (int i = 0; i < 8; i++)
        key.bytes[i] = (uint8_t)(offset >> (56 - 8 * i));
    key.bytes[11] = 7;
    return key;
}

static UNUSED void pattern_make(pattern_t *pattern, uint64_t first,
                                uint32_t count)
{
    size_t head = pattern_fill(pattern->head, first, count, 1);
    size_t payload = pattern_fill(pattern->payload, first, count, 2);
    for (uint32_t i = 0; i < count; i++)
        pattern->keys[i] = pattern_key(first + i);
    pattern->batch = (event_log_batch_t){
        .first = first,
        .count = count,
        .head = {pattern->head, head},
        .payload = {pattern->payload, payload},
        .keys = pattern->keys,
        .journaled_at_us = (int64_t)first + 1,
        .created_min = (uint32_t)(1000 + first / 10),
        .created_max = (uint32_t)(1000 + (first + count - 1) / 10),
    };
}

static UNUSED void stage_pattern(event_log_t *log, uint32_t count)
{
    pattern_t pattern;
    pattern_make(&pattern, event_log_staged_end(log), count);
    failure_t failure = {0};
    int rc = event_log_stage(log, &pattern.batch, &failure);
    cr_assert_eq(rc, 0, "stage: %s", failure.reason);
}

static UNUSED void commit(event_log_t *log)
{
    failure_t failure = {0};
    cr_assert_eq(event_log_commit(log, &failure), 0, "%s", failure.reason);
}

// `batches` commits of varying size.
static UNUSED void append_patterns(event_log_t *log, uint32_t batches)
{
    for (uint32_t i = 0; i < batches; i++) {
        stage_pattern(log, 1 + (i * 7) % PATTERN_EVENTS_MAX);
        commit(log);
    }
}

static UNUSED bool pattern_matches(const log_record_t *record, bool payload)
{
    pattern_t pattern;
    if (record->count > PATTERN_EVENTS_MAX)
        return false;
    pattern_make(&pattern, record->first, record->count);
    return slice_equal(record->head, pattern.batch.head) &&
           (!payload || slice_equal(record->payload, pattern.batch.payload));
}

// Reads the whole log; every batch must be as it was made, none missing.
// Returns the offset where it ends.
static UNUSED uint64_t check_patterns(event_log_t *log)
{
    log_reader_t *reader = NULL;
    log_record_t record;
    cr_assert_eq(log_reader_new(&reader, log, true), 0);
    uint64_t end = event_log_first(log);
    int rc;
    while ((rc = log_reader_next(reader, &record)) == 1) {
        cr_assert_eq(record.first, end);
        cr_assert(pattern_matches(&record, true));
        end += record.count;
    }
    cr_assert_eq(rc, 0, "read: %s", log_reader_reason(reader));
    log_reader_destroy(&reader);
    return end;
}

static int s_pattern_keys(void *context, const log_record_t *record,
                          event_key_t *keys, const char **reason)
{
    (void)context;
    if (!pattern_matches(record, true)) {
        *reason = "not the pattern";
        return -EBADMSG;
    }
    for (uint32_t i = 0; i < record->count; i++)
        keys[i] = pattern_key(record->first + i);
    return 0;
}

static void s_keep_problem(void *context, const char *problem)
{
    char *kept = context;
    if (kept[0] == 0)
        snprintf(kept, FAILURE_REASON_BYTES, "%s", problem);
}

// Problems of a log of patterns; the first of them goes to `kept`.
static UNUSED int64_t verify_patterns(event_log_t *log,
                                      char kept[FAILURE_REASON_BYTES])
{
    kept[0] = 0;
    log_verify_t verify = {
        .batch = s_pattern_keys, .problem = s_keep_problem, .context = kept};
    return log_verify(log, &verify);
}

static UNUSED void assert_sound(event_log_t *log)
{
    char problem[FAILURE_REASON_BYTES];
    int64_t problems = verify_patterns(log, problem);
    cr_assert_eq(problems, 0, "%ld problems: %s", (long)problems, problem);
}

#endif

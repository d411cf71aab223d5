#include "log/log_verify.h"

#include "log/event_log.h"
#include "log/event_log_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKUP_KEYS      256
#define PROGRESS_BATCHES 64

typedef struct {
    event_log_t *log;
    const log_verify_t *ask;
    int64_t problems;
    log_state_t state; // the record of the whole log, from disk
    log_trim_t trim;   // and that of what was dropped
    uint64_t known;    // keys that count as seen
    // Over the batches read so far.
    log_chain_t chain;
    uint64_t batches;
    uint64_t time_entries; // that the time family must have
    uint32_t created_min;
    uint32_t created_max;
    int64_t journaled_at_us;
    event_key_t *keys; // of one batch
    uint32_t capacity; // of keys
} check_t;

__attribute__((format(printf, 2, 3))) static void s_problem(check_t *check,
                                                            const char *format,
                                                            ...)
{
    char text[FAILURE_REASON_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    check->problems++;
    check->ask->problem(check->ask->context, text);
}

// Whether the value of `key` in `family` is this offset, or number.
static bool s_leads_to(check_t *check, log_family_t family, const void *key,
                       size_t key_bytes, uint64_t offset)
{
    rocksdb_pinnableslice_t *pinned;
    failure_t failure;
    int rc = log_store_get(&check->log->store, family, key, key_bytes, &pinned,
                           &failure);
    if (rc < 0)
        s_problem(check, "%s", failure.reason);
    if (rc != 1)
        return false;
    slice_t value = log_store_pinned(pinned);
    bool good = value.bytes == LOG_OFFSET_BYTES &&
                log_get_be(value.data, value.bytes) == offset;
    rocksdb_pinnableslice_destroy(pinned);
    return good;
}

static void s_check_times(check_t *check, uint64_t first,
                          const log_frame_t *frame)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    bool start = check->batches == 0;
    if (frame->created_min > frame->created_max ||
        frame->journaled_at_us < check->journaled_at_us)
        s_problem(check, "batch at offset %" PRIu64 ": times run backwards",
                  first);
    if (start || frame->journaled_at_us > check->journaled_at_us) {
        size_t bytes = log_journaled_key(key, frame->journaled_at_us);
        check->time_entries++;
        if (!s_leads_to(check, LOG_TIME, key, bytes, first))
            s_problem(check,
                      "batch at offset %" PRIu64
                      ": not in the index by time of journaling",
                      first);
    }
    // The newest time of the dropped batches also leads here now.
    const uint32_t newest =
        start && check->trim.created_max > frame->created_max
            ? check->trim.created_max
            : frame->created_max;
    if (start || newest > check->created_max) {
        size_t bytes = log_created_key(key, newest);
        check->time_entries++;
        if (!s_leads_to(check, LOG_TIME, key, bytes, first))
            s_problem(check,
                      "batch at offset %" PRIu64
                      ": not in the index by time of creation",
                      first);
    }
    if (start || frame->created_min < check->created_min)
        check->created_min = frame->created_min;
    if (start || newest > check->created_max)
        check->created_max = newest;
    check->journaled_at_us = frame->journaled_at_us;
}

// Counts the consecutive events whose keys lead elsewhere.
static uint32_t s_count_strays(check_t *check, const event_key_t *keys,
                               uint32_t count, uint64_t first)
{
    const char *names[LOOKUP_KEYS] = {0};
    size_t sizes[LOOKUP_KEYS];
    rocksdb_pinnableslice_t *values[LOOKUP_KEYS];
    char *errors[LOOKUP_KEYS];
    failure_t failure;
    const log_store_t *store = &check->log->store;
    uint32_t strays = 0;
    for (uint32_t i = 0; i < count; i++) {
        names[i] = (const char *)keys[i].bytes;
        sizes[i] = keys[i].size;
    }
    rocksdb_batched_multi_get_cf(store->db, store->scan,
                                 store->families[LOG_KEYS], count, names, sizes,
                                 values, errors, false);
    for (uint32_t i = 0; i < count; i++) {
        slice_t value = {0};
        if (log_store_error(store, &errors[i], &failure) < 0)
            s_problem(check, "%s", failure.reason);
        if (values[i])
            value = log_store_pinned(values[i]);
        strays += value.bytes != LOG_OFFSET_BYTES ||
                  log_get_be(value.data, value.bytes) != first + i;
        rocksdb_pinnableslice_destroy(values[i]);
    }
    return strays;
}

static int s_make_room(check_t *check, uint32_t count)
{
    if (count <= check->capacity)
        return 0;
    event_key_t *keys = reallocarray(check->keys, count, sizeof *keys);
    if (!keys)
        return -ENOMEM;
    check->keys = keys;
    check->capacity = count;
    return 0;
}

static int s_check_keys(check_t *check, const log_record_t *record)
{
    const char *reason = "not a valid batch";
    int rc = s_make_room(check, record->count);
    if (rc < 0)
        return rc;
    if (check->ask->batch(check->ask->context, record, check->keys, &reason) <
        0) {
        s_problem(check, "batch at offset %" PRIu64 ": %s", record->first,
                  reason);
        return 0;
    }
    uint32_t strays = 0;
    for (uint32_t i = 0; i < record->count; i += LOOKUP_KEYS) {
        uint32_t some = record->count - i;
        strays += s_count_strays(check, check->keys + i,
                                 some < LOOKUP_KEYS ? some : LOOKUP_KEYS,
                                 record->first + i);
    }
    if (strays > 0)
        s_problem(check,
                  "batch at offset %" PRIu64 ": %" PRIu32 " of its %" PRIu32
                  " events are not found by their keys",
                  record->first, strays, record->count);
    return 0;
}

static int s_check_batch(check_t *check, const log_record_t *record,
                         const log_frame_t *frame)
{
    int rc = 0;
    log_chain_t chain = log_chain_next(check->chain, record->first, frame,
                                       record->head, record->payload);
    if (!log_chain_equal(chain, frame->chain))
        s_problem(check,
                  "batch at offset %" PRIu64
                  ": it, or the one before, is not what was appended",
                  record->first);
    else if (check->ask->batch)
        rc = s_check_keys(check, record);
    s_check_times(check, record->first, frame);
    check->chain = frame->chain;
    check->batches++;
    return rc;
}

static void s_tell_progress(check_t *check, uint64_t at)
{
    if (check->ask->progress)
        check->ask->progress(check->ask->context, at - check->state.first,
                             check->state.end - check->state.first);
}

// Checks every batch, head and payload.
static int s_check_batches(check_t *check)
{
    log_reader_t *reader;
    log_record_t record;
    int rc = log_reader_new(&reader, check->log, true);
    if (rc == -EUCLEAN) {
        s_problem(check, "%s: no first batch can be read", check->log->path);
        return 0;
    }
    if (rc < 0)
        return rc;
    while ((rc = log_reader_next(reader, &record)) == 1) {
        rc = s_check_batch(check, &record, log_reader_frame(reader));
        if (rc < 0)
            break;
        if (check->batches % PROGRESS_BATCHES == 0)
            s_tell_progress(check, record.first);
    }
    if (rc < 0 && rc != -ENOMEM) {
        s_problem(check, "%s", log_reader_reason(reader));
        rc = 0;
    } else if (rc == 0) {
        s_tell_progress(check, check->state.end);
    }
    log_reader_destroy(&reader);
    return rc;
}

// Checks the record of the whole log against the batches.
static void s_check_state(check_t *check)
{
    const log_state_t *state = &check->state;
    if (check->batches == 0)
        return;
    if (!log_chain_equal(check->chain, state->chain))
        s_problem(check, "%s: its end is not that of its last batch",
                  check->log->path);
    if (state->created_min > check->created_min ||
        state->created_max < check->created_max ||
        state->last_journaled_at_us != check->journaled_at_us)
        s_problem(check, "%s: the times kept of the whole log are wrong",
                  check->log->path);
}

// Checks that nothing is outside [first, end).
static void s_check_edges(check_t *check, log_family_t family, const char *name)
{
    rocksdb_iterator_t *scan = log_store_scan(&check->log->store, family);
    rocksdb_iter_seek_to_first(scan);
    if (rocksdb_iter_valid(scan)) {
        slice_t key = log_store_key(scan);
        uint64_t lowest = log_get_be(key.data, key.bytes);
        rocksdb_iter_seek_to_last(scan);
        uint64_t highest = lowest;
        if (rocksdb_iter_valid(scan)) {
            key = log_store_key(scan);
            highest = log_get_be(key.data, key.bytes);
        }
        if (lowest < check->state.first || highest >= check->state.end)
            s_problem(check, "%s: %s outside of the log's offsets",
                      check->log->path, name);
    }
    rocksdb_iter_destroy(scan);
}

// Reads a whole family, so that each of its blocks is checked, and calls `each`
// (unless NULL) for its entries. Returns their number.
static uint64_t s_read_family(check_t *check, log_family_t family,
                              void (*each)(check_t *check, slice_t key,
                                           slice_t value))
{
    failure_t failure;
    uint64_t count = 0;
    rocksdb_iterator_t *scan = log_store_scan(&check->log->store, family);
    rocksdb_iter_seek_to_first(scan);
    for (; rocksdb_iter_valid(scan); rocksdb_iter_next(scan), count++)
        if (each)
            each(check, log_store_key(scan), log_store_value(scan));
    if (log_store_scan_error(&check->log->store, scan, &failure) < 0)
        s_problem(check, "%s", failure.reason);
    rocksdb_iter_destroy(scan);
    return count;
}

static void s_check_letter(check_t *check, slice_t key, slice_t value)
{
    event_log_reject_t reject;
    uint8_t digest[LOG_DIGEST_BYTES];
    const uint8_t *name = (const void *)key.data;
    if (key.bytes == LOG_DIGEST_BYTES && name[0] == 'h')
        return;
    uint64_t number =
        key.bytes == LOG_LETTER_BYTES ? log_get_be(name + 1, 8) : 0;
    if (number <= check->state.reject_number - check->state.rejects ||
        number > check->state.reject_number ||
        log_letter_decode(value, &reject) < 0) {
        s_problem(check, "dead letter %" PRIu64 ": damaged", number);
        return;
    }
    log_digest_key(digest, &reject);
    if (!s_leads_to(check, LOG_REJECT, digest, sizeof digest, number))
        s_problem(check, "dead letter %" PRIu64 ": not found by its digest",
                  number);
}

// Keys outlive their events for a while. s_check_batches() has checked that
// each event kept has its key.
static void s_check_key(check_t *check, slice_t key, slice_t value)
{
    uint64_t offset;
    (void)key;
    if (value.bytes != LOG_OFFSET_BYTES) {
        s_problem(check, "%s: a key leads nowhere", check->log->path);
        return;
    }
    offset = log_get_be(value.data, value.bytes);
    if (offset < check->trim.swept || offset >= check->state.end)
        s_problem(check, "%s: a key leads to offset %" PRIu64, check->log->path,
                  offset);
    check->known += offset >= check->trim.expired;
}

static void s_check_indexes(check_t *check)
{
    const log_state_t *state = &check->state;
    s_read_family(check, LOG_KEYS, s_check_key);
    if (check->known != state->end - check->trim.expired)
        s_problem(check, "%s: %" PRIu64 " keys for %" PRIu64 " events",
                  check->log->path, check->known,
                  state->end - check->trim.expired);
    uint64_t times = s_read_family(check, LOG_TIME, NULL);
    if (times != check->time_entries)
        s_problem(check,
                  "%s: %" PRIu64 " entries in the indexes by time instead of "
                  "%" PRIu64,
                  check->log->path, times, check->time_entries);
    uint64_t letters = s_read_family(check, LOG_REJECT, s_check_letter);
    if (letters != 2 * state->rejects)
        s_problem(check, "%s: %" PRIu64 " entries for %" PRIu64 " dead letters",
                  check->log->path, letters, state->rejects);
    s_read_family(check, LOG_CURSOR, NULL);
    s_read_family(check, LOG_META, NULL);
}

static void s_check_trim(check_t *check)
{
    const log_trim_t *trim = &check->trim;
    uint64_t first = trim->expired;
    int64_t at_us = INT64_MIN;
    bool good = true;
    for (uint32_t i = 0; i < trim->count; i++) {
        good &= trim->marks[i].first > first && trim->marks[i].at_us >= at_us;
        first = trim->marks[i].first;
        at_us = trim->marks[i].at_us;
    }
    // The newest mark, or `expired` if there is none, is the first offset kept.
    if (!good || first != check->state.first)
        s_problem(check, "%s: what it knows of dropped batches is wrong",
                  check->log->path);
}

static void s_check_tail(check_t *check)
{
    if (check->log->tail_missing)
        s_problem(check,
                  "%s/tail: missing, so that a loss of the newest events could "
                  "not be noticed",
                  check->log->path);
    else if (check->log->tail.damaged > 0)
        s_problem(check, "%s/tail: one of its two slots is damaged",
                  check->log->path);
}

int64_t log_verify(event_log_t *log, const log_verify_t *verify)
{
    check_t check = {.log = log, .ask = verify};
    failure_t failure;
    int rc = event_log_get_state(log, &check.state, &failure);
    if (rc == 0)
        rc = event_log_get_trim(log, &check.trim, &failure);
    if (rc < 0) {
        s_problem(&check, "%s", failure.reason);
        return check.problems;
    }
    check.chain = check.state.first_chain;
    rc = s_check_batches(&check);
    free(check.keys);
    if (rc < 0)
        return rc;
    s_check_state(&check);
    s_check_edges(&check, LOG_HEAD, "batches");
    s_check_edges(&check, LOG_PAYLOAD, "payloads");
    s_check_indexes(&check);
    s_check_trim(&check);
    s_check_tail(&check);
    return check.problems;
}

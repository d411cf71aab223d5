// The writing half of event_log.h: staging and commit.

#include "log/event_log.h"
#include "log/event_log_private.h"
#include "proto/base/fault_point.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define MAX_VALUE_BYTES ((size_t)64 * 1024)
// Keys looked up in one call of RocksDB; the arrays are on the stack.
#define LOOKUP_KEYS 256

uint64_t event_log_staged_end(const event_log_t *log)
{
    return log->staged.end;
}

typedef struct {
    size_t count;
    uint32_t index[LOOKUP_KEYS]; // of the key, in the caller's array
    const char *keys[LOOKUP_KEYS];
    size_t sizes[LOOKUP_KEYS];
} lookup_t;

static int s_look_up(event_log_t *log, lookup_t *lookup, bool *seen,
                     failure_t *failure)
{
    rocksdb_pinnableslice_t *values[LOOKUP_KEYS];
    char *errors[LOOKUP_KEYS];
    int rc = 0;
    if (lookup->count == 0)
        return 0;
    rocksdb_batched_multi_get_cf(
        log->store.db, log->store.lookup, log->store.families[LOG_KEYS],
        lookup->count, lookup->keys, lookup->sizes, values, errors, false);
    for (size_t i = 0; i < lookup->count; i++) {
        int error = log_store_error(&log->store, &errors[i], failure);
        uint64_t offset = 0;
        if (error == 0 && values[i])
            error = event_log_get_offset(log, log_store_pinned(values[i]),
                                         &offset, failure);
        if (error != 0)
            rc = error;
        seen[lookup->index[i]] = values[i] && offset >= log->trim.expired;
        rocksdb_pinnableslice_destroy(values[i]);
    }
    lookup->count = 0;
    return rc;
}

int event_log_seen(event_log_t *log, const event_key_t *keys, uint32_t count,
                   bool *seen, failure_t *failure)
{
    lookup_t lookup = {0};
    int rc = key_set_reserve(&log->asked, count);
    if (rc < 0)
        return failure_set(failure, rc, "%s: out of memory", log->path);
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        assert(keys[i].size > 0 && keys[i].size <= EVENT_KEY_MAX);
        seen[i] = !key_set_add(&log->asked, &keys[i]) ||
                  key_set_has(&log->staged_keys, &keys[i]);
        if (seen[i])
            continue;
        lookup.index[lookup.count] = i;
        lookup.keys[lookup.count] = (const char *)keys[i].bytes;
        lookup.sizes[lookup.count++] = keys[i].size;
        if (lookup.count == LOOKUP_KEYS)
            rc = s_look_up(log, &lookup, seen, failure);
    }
    if (rc == 0)
        rc = s_look_up(log, &lookup, seen, failure);
    key_set_reset(&log->asked);
    return rc;
}

void event_log_put(event_log_t *log, log_family_t family, const void *key,
                   size_t key_bytes, const void *value, size_t value_bytes)
{
    rocksdb_writebatch_put_cf(log->batch, log->store.families[family], key,
                              key_bytes, value, value_bytes);
}

static int s_check_batch(event_log_t *log, const event_log_batch_t *batch,
                         failure_t *failure)
{
    if (batch->first != log->staged.end)
        return failure_set(failure, -EINVAL,
                           "%s: a batch for offset %" PRIu64
                           " was staged where %" PRIu64 " comes next",
                           log->path, batch->first, log->staged.end);
    if (batch->head.bytes > EVENT_LOG_PART_MAX ||
        batch->payload.bytes > EVENT_LOG_PART_MAX)
        return failure_set(failure, -EMSGSIZE,
                           "%s: a batch of %zu + %zu bytes is too long",
                           log->path, batch->head.bytes, batch->payload.bytes);
    if (batch->count > 0 &&
        (batch->journaled_at_us < 0 ||
         batch->journaled_at_us < log->staged.last_journaled_at_us ||
         batch->created_min > batch->created_max))
        return failure_set(failure, -EINVAL,
                           "%s: the times of the batch for offset %" PRIu64
                           " run backwards",
                           log->path, batch->first);
    return 0;
}

static void s_stage_parts(event_log_t *log, const event_log_batch_t *batch,
                          const log_frame_t *frame, slice_t stored)
{
    uint8_t key[LOG_OFFSET_BYTES], fixed[LOG_FRAME_BYTES];
    log_put_be(key, batch->first, sizeof key);
    log_frame_encode(frame, fixed);
    const char *keys[] = {(const char *)key};
    const size_t key_sizes[] = {sizeof key};
    const char *values[] = {(const char *)fixed, batch->head.data};
    const size_t value_sizes[] = {sizeof fixed, batch->head.bytes};
    rocksdb_writebatch_putv_cf(log->batch, log->store.families[LOG_HEAD], 1,
                               keys, key_sizes, 2, values, value_sizes);
    event_log_put(log, LOG_PAYLOAD, key, sizeof key, stored.data, stored.bytes);
}

static void s_stage_keys(event_log_t *log, const event_log_batch_t *batch)
{
    uint8_t offset[LOG_OFFSET_BYTES];
    for (uint32_t i = 0; i < batch->count; i++) {
        log_put_be(offset, batch->first + i, sizeof offset);
        event_log_put(log, LOG_KEYS, batch->keys[i].bytes, batch->keys[i].size,
                      offset, sizeof offset);
        key_set_add(&log->staged_keys, &batch->keys[i]);
    }
}

// The indexes are sparse: they have only the first batch of each time, and only
// creation times that are later than all earlier ones.
static void s_stage_times(event_log_t *log, const event_log_batch_t *batch)
{
    uint8_t key[LOG_TIME_KEY_BYTES], offset[LOG_OFFSET_BYTES];
    bool empty = log->staged.end == 0;
    log_put_be(offset, batch->first, sizeof offset);
    if (empty || batch->journaled_at_us > log->staged.last_journaled_at_us)
        event_log_put(log, LOG_TIME, key,
                      log_journaled_key(key, batch->journaled_at_us), offset,
                      sizeof offset);
    if (empty || batch->created_max > log->staged.created_max)
        event_log_put(log, LOG_TIME, key,
                      log_created_key(key, batch->created_max), offset,
                      sizeof offset);
}

static void s_advance(log_state_t *state, const event_log_batch_t *batch,
                      log_chain_t chain)
{
    bool empty = state->end == 0;
    if (empty || batch->created_min < state->created_min)
        state->created_min = batch->created_min;
    if (empty || batch->created_max > state->created_max)
        state->created_max = batch->created_max;
    if (empty)
        state->first_journaled_at_us = batch->journaled_at_us;
    state->last_journaled_at_us = batch->journaled_at_us;
    state->chain = chain;
    state->end += batch->count;
}

int event_log_stage(event_log_t *log, const event_log_batch_t *batch,
                    failure_t *failure)
{
    int rc = s_check_batch(log, batch, failure);
    if (rc < 0)
        return rc;
    if (batch->count > 0 && key_set_reserve(&log->staged_keys, batch->count))
        return failure_set(failure, -ENOMEM, "%s: out of memory", log->path);
    slice_t stored = batch->packed;
    // Never longer than the payload itself, no matter who packed it.
    const bool ready = stored.bytes > 0 && stored.bytes < batch->payload.bytes;
    if (batch->count > 0 && !ready &&
        payload_pack(&log->pack, batch->payload, &stored) < 0)
        return failure_set(failure, -ENOMEM, "%s: out of memory", log->path);
    log->staged.duplicates += batch->duplicates;
    if (batch->count == 0)
        return 0;
    log_frame_t frame = {
        .count = batch->count,
        .created_min = batch->created_min,
        .created_max = batch->created_max,
        .payload_bytes = (uint32_t)batch->payload.bytes,
        .journaled_at_us = batch->journaled_at_us,
    };
    frame.chain = log_chain_next(log->staged.chain, batch->first, &frame,
                                 batch->head, batch->payload);
    s_stage_parts(log, batch, &frame, stored);
    s_stage_keys(log, batch);
    s_stage_times(log, batch);
    s_advance(&log->staged, batch, frame.chain);
    return 0;
}

int event_log_stage_cursor(event_log_t *log, slice_t name, slice_t value,
                           failure_t *failure)
{
    if (name.bytes > EVENT_LOG_NAME_MAX || value.bytes > MAX_VALUE_BYTES)
        return failure_set(failure, -EMSGSIZE,
                           "%s: a cursor of %zu + %zu bytes is too long",
                           log->path, name.bytes, value.bytes);
    if (value.bytes > 0)
        event_log_put(log, LOG_CURSOR, name.data, name.bytes, value.data,
                      value.bytes);
    else
        rocksdb_writebatch_delete_cf(
            log->batch, log->store.families[LOG_CURSOR], name.data, name.bytes);
    return 0;
}

static int s_write(event_log_t *log, failure_t *failure)
{
    uint8_t state[LOG_STATE_BYTES];
    log->staged.commits++;
    log_state_encode(&log->staged, state);
    event_log_put(log, LOG_META, EVENT_LOG_STATE_KEY,
                  strlen(EVENT_LOG_STATE_KEY), state, sizeof state);
    char *error = NULL;
    rocksdb_write(log->store.db, log->store.sync, log->batch, &error);
    return log_store_error(&log->store, &error, failure);
}

static int s_write_tail(event_log_t *log, failure_t *failure)
{
    log->tail.commits = log->staged.commits;
    log->tail.end = log->staged.end;
    log->tail.chain = log->staged.chain;
    int rc = log_tail_write(log->tail_fd, &log->tail);
    if (rc < 0)
        return failure_set(failure, rc, "%s/tail: %s", log->path,
                           strerror(-rc));
    return 0;
}

int event_log_commit(event_log_t *log, failure_t *failure)
{
    if (log->failed)
        return log->failed;
    if (rocksdb_writebatch_count(log->batch) == 0 &&
        log->staged.duplicates == log->committed.duplicates)
        return 0;
    int rc = fault_point("log.commit.begin");
    // Before the write, so that a reader that misses the dropped batches knows
    // why.
    atomic_store(&log->first, log->staged.first);
    if (rc == 0)
        rc = s_write(log, failure);
    if (rc == 0)
        rc = fault_point("log.commit.written");
    if (rc == 0)
        rc = s_write_tail(log, failure);
    if (rc == 0)
        rc = fault_point("log.commit.end");
    if (rc < 0) {
        log->failed = rc;
        event_log_rollback(log);
        return rc;
    }
    log->committed = log->staged;
    log->trim = log->staged_trim;
    atomic_store(&log->end, log->committed.end);
    event_log_rollback(log); // clears the staging area
    return 0;
}

int event_log_settle(event_log_t *log, failure_t *failure)
{
    return log->failed ? log->failed : log_store_flush(&log->store, failure);
}

void event_log_rollback(event_log_t *log)
{
    log->staged = log->committed;
    log->staged_trim = log->trim;
    rocksdb_writebatch_clear(log->batch);
    key_set_reset(&log->staged_keys);
    key_set_reset(&log->staged_rejects);
}

// The retention of event_log.h: drops batches, expires and sweeps keys.

#include "log/event_log.h"
#include "log/event_log_private.h"
#include "proto/base/fault_point.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

// Expired keys are swept once there is one per SWEEP_SHARE valid ones. The
// index stays that close to its smallest size, and removing a key costs as many
// reads.
#define SWEEP_SHARE 4

int event_log_check_nothing_staged(const event_log_t *log, failure_t *failure)
{
    if (rocksdb_writebatch_count(log->batch) == 0)
        return 0;
    return failure_set(failure, -EINVAL, "%s: retention comes between commits",
                       log->path);
}

// The new start of the log.
typedef struct {
    uint64_t first;
    log_frame_t frame;    // of its first batch
    log_chain_t chain;    // of everything before it
    uint32_t created_max; // of everything before it
} front_t;

// Finds the newest created-at of all batches before `first`: the last entry of
// the index that leads there. Entries are in the order of both.
static int s_find_created_max(event_log_t *log, uint64_t first, uint32_t *max,
                              failure_t *failure)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    uint64_t low = 0, high = (uint64_t)UINT32_MAX + 1; // the answer is before
    int rc = 0;
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_TIME);
    while (rc == 0 && high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        uint64_t offset = first;
        size_t bytes = log_created_key(key, (uint32_t)middle);
        rocksdb_iter_seek(scan, (const char *)key, bytes);
        if (!rocksdb_iter_valid(scan))
            rc = log_store_scan_error(&log->store, scan, failure);
        else if (memcmp(log_store_key(scan).data, key, 1) == 0)
            rc = event_log_get_offset(log, log_store_value(scan), &offset,
                                      failure);
        *(offset < first ? &low : &high) = middle;
    }
    rocksdb_iter_destroy(scan);
    if (rc == 0)
        *max = (uint32_t)low;
    return rc;
}

static int s_no_batch(event_log_t *log, uint64_t offset, failure_t *failure)
{
    return failure_set(failure, -EUCLEAN,
                       "%s: no batch holds offset %" PRIu64
                       "; restore the log from a backup",
                       log->path, offset);
}

// 1: *front is the start of the batch that holds `offset`; 0: the log already
// starts there.
static int s_find_front(event_log_t *log, uint64_t offset, front_t *front,
                        failure_t *failure)
{
    uint64_t before = 0;
    log_frame_t frame;
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_HEAD);
    int rc = event_log_find_head(log, scan, offset, &front->first,
                                 &front->frame, failure);
    if (rc == 0)
        rc = s_no_batch(log, offset, failure);
    if (rc == 1 && front->first <= log->committed.first)
        rc = 0;
    else if (rc == 1)
        rc = event_log_find_head(log, scan, front->first - 1, &before, &frame,
                                 failure);
    rocksdb_iter_destroy(scan);
    if (rc != 1)
        return rc;
    front->chain = frame.chain;
    rc = s_find_created_max(log, front->first, &front->created_max, failure);
    return rc < 0 ? rc : 1;
}

static void s_delete_range(event_log_t *log, log_family_t family,
                           const void *from, const void *until,
                           size_t from_bytes, size_t until_bytes)
{
    rocksdb_writebatch_delete_range_cf(log->batch, log->store.families[family],
                                       from, from_bytes, until, until_bytes);
}

static void s_delete_batches(event_log_t *log, log_family_t family,
                             uint64_t first)
{
    uint8_t from[LOG_OFFSET_BYTES], until[LOG_OFFSET_BYTES];
    log_put_be(from, log->committed.first, sizeof from);
    log_put_be(until, first, sizeof until);
    s_delete_range(log, family, from, until, sizeof from, sizeof until);
}

// The first batch kept has an entry in each index by time. In the index by
// creation it is for the newest time so far, so that a search for an earlier
// time starts here.
static void s_delete_times(event_log_t *log, const front_t *front)
{
    // One byte more, to be just after the key.
    uint8_t from[LOG_TIME_KEY_BYTES], until[LOG_TIME_KEY_BYTES + 1] = {0};
    uint8_t offset[LOG_OFFSET_BYTES];
    const uint32_t created = front->frame.created_max > front->created_max
                                 ? front->frame.created_max
                                 : front->created_max;
    log_put_be(offset, front->first, sizeof offset);
    size_t bytes = log_journaled_key(until, front->frame.journaled_at_us);
    s_delete_range(log, LOG_TIME, from, until, log_journaled_key(from, 0),
                   bytes);
    event_log_put(log, LOG_TIME, until, bytes, offset, sizeof offset);
    bytes = log_created_key(until, front->created_max);
    until[bytes] = 0;
    s_delete_range(log, LOG_TIME, from, until, log_created_key(from, 0),
                   bytes + 1);
    bytes = log_created_key(until, created);
    event_log_put(log, LOG_TIME, until, bytes, offset, sizeof offset);
}

static void s_stage_front(event_log_t *log, const front_t *front)
{
    s_delete_batches(log, LOG_HEAD, front->first);
    s_delete_batches(log, LOG_PAYLOAD, front->first);
    s_delete_times(log, front);
    log->staged.first = front->first;
    log->staged.first_chain = front->chain;
    log->staged.first_journaled_at_us = front->frame.journaled_at_us;
    log->staged_trim.created_max = front->created_max;
}

static int s_commit(event_log_t *log, failure_t *failure)
{
    uint8_t bytes[LOG_TRIM_BYTES];
    event_log_put(log, LOG_META, EVENT_LOG_TRIM_KEY, strlen(EVENT_LOG_TRIM_KEY),
                  bytes, log_trim_encode(&log->staged_trim, bytes));
    return event_log_commit(log, failure);
}

// Also deletes the files that an earlier call could not.
static int s_reclaim(event_log_t *log, failure_t *failure)
{
    uint8_t from[LOG_OFFSET_BYTES] = {0}, until[LOG_OFFSET_BYTES];
    log_put_be(until, log->committed.first - 1, sizeof until);
    const slice_t low = slice(from, sizeof from);
    const slice_t high = slice(until, sizeof until);
    int rc = log_store_reclaim(&log->store, LOG_HEAD, low, high, failure);
    return rc ? rc
              : log_store_reclaim(&log->store, LOG_PAYLOAD, low, high, failure);
}

int event_log_trim(event_log_t *log, uint64_t offset, int64_t now_us,
                   int64_t margin_us, failure_t *failure)
{
    front_t front = {0};
    int rc = event_log_check_nothing_staged(log, failure);
    if (rc < 0 || log->committed.end == log->committed.first)
        return rc;
    if (offset >= log->committed.end)
        offset = log->committed.end - 1;
    if (offset > log->committed.first)
        rc = s_find_front(log, offset, &front, failure);
    if (rc < 0)
        return rc;
    const bool drops = rc == 1;
    const bool expires = log_trim_expire(&log->staged_trim, now_us - margin_us);
    if (drops) {
        s_stage_front(log, &front);
        log_trim_mark(&log->staged_trim, now_us, front.first, margin_us);
    }
    if (drops || expires)
        rc = s_commit(log, failure);
    if (rc < 0 || !drops)
        return rc < 0 ? rc : 0;
    rc = fault_point("log.trim.committed");
    if (rc == 0)
        rc = s_reclaim(log, failure);
    return rc ? rc : fault_point("log.trim.reclaimed");
}

// Sweeping.

static bool s_is_worth_it(const event_log_t *log)
{
    const uint64_t forgotten = log->trim.expired - log->trim.swept;
    const uint64_t known = log->committed.end - log->trim.expired;
    return forgotten > 0 && forgotten >= known / SWEEP_SHARE;
}

// Stages the removal of the expired ones among the next `keys`. 1: the scan has
// more; 0: it is complete.
static int s_sweep_some(event_log_t *log, rocksdb_iterator_t *scan,
                        uint32_t keys, failure_t *failure)
{
    uint64_t offset;
    rocksdb_iter_seek(scan, (const char *)log->sweep_from.bytes,
                      log->sweep_from.size);
    for (; rocksdb_iter_valid(scan); rocksdb_iter_next(scan), keys--) {
        slice_t key = log_store_key(scan);
        if (keys == 0 && key.bytes <= EVENT_KEY_MAX) {
            log->sweep_from.size = (uint8_t)key.bytes;
            memcpy(log->sweep_from.bytes, key.data, key.bytes);
            return 1;
        }
        int rc =
            event_log_get_offset(log, log_store_value(scan), &offset, failure);
        if (rc < 0)
            return rc;
        if (offset < log->sweep_until)
            rocksdb_writebatch_delete_cf(
                log->batch, log->store.families[LOG_KEYS], key.data, key.bytes);
    }
    return log_store_scan_error(&log->store, scan, failure);
}

int event_log_sweep(event_log_t *log, uint32_t keys, failure_t *failure)
{
    int rc = event_log_check_nothing_staged(log, failure);
    if (rc < 0)
        return rc;
    if (log->sweep_until == 0) {
        if (!s_is_worth_it(log))
            return 0;
        log->sweep_until = log->trim.expired;
        log->sweep_from.size = 0;
    }
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_KEYS);
    int more = s_sweep_some(log, scan, keys, failure);
    rocksdb_iter_destroy(scan);
    if (more == 0) {
        log->staged_trim.swept = log->sweep_until;
        log->sweep_until = 0;
    }
    rc = more < 0 ? more : s_commit(log, failure);
    if (rc < 0) {
        event_log_rollback(log);
        log->sweep_until = 0;
        return rc;
    }
    rc = fault_point("log.sweep.committed");
    return rc ? rc : more;
}

// By size.

static int s_size_from(event_log_t *log, uint64_t offset, uint64_t *bytes,
                       failure_t *failure)
{
    uint8_t from[LOG_OFFSET_BYTES], until[LOG_OFFSET_BYTES];
    uint64_t heads = 0, payloads = 0;
    log_put_be(from, offset, sizeof from);
    log_put_be(until, UINT64_MAX, sizeof until);
    const slice_t low = slice(from, sizeof from);
    const slice_t high = slice(until, sizeof until);
    int rc = log_store_size(&log->store, LOG_HEAD, low, high, &heads, failure);
    if (rc == 0)
        rc = log_store_size(&log->store, LOG_PAYLOAD, low, high, &payloads,
                            failure);
    *bytes = heads + payloads;
    return rc;
}

// Moves the offset to the start of the batch that holds it.
static int s_find_begin(event_log_t *log, uint64_t *offset, failure_t *failure)
{
    log_frame_t frame;
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_HEAD);
    int rc = event_log_find_head(log, scan, *offset, offset, &frame, failure);
    rocksdb_iter_destroy(scan);
    return rc == 0 ? s_no_batch(log, *offset, failure) : rc < 0 ? rc : 0;
}

int event_log_bisect_bytes(event_log_t *log, event_log_size_from_t *size_from,
                           uint64_t low, uint64_t high, uint64_t bytes,
                           uint64_t *at, failure_t *failure)
{
    uint64_t size;
    int rc = size_from(log, low, &size, failure);
    if (rc == 0 && size <= bytes)
        high = low;
    while (rc == 0 && low < high) {
        const uint64_t middle = low + (high - low) / 2;
        rc = size_from(log, middle, &size, failure);
        if (size > bytes)
            low = middle + 1;
        else
            high = middle;
    }
    if (rc == 0)
        *at = high;
    return rc;
}

int event_log_seek_bytes(event_log_t *log, uint64_t bytes, uint64_t *offset,
                         failure_t *failure)
{
    uint64_t found = 0;
    int rc = event_log_bisect_bytes(log, s_size_from, event_log_first(log),
                                    event_log_end(log), bytes, &found, failure);
    if (rc == 0 && found < event_log_end(log))
        rc = s_find_begin(log, &found, failure);
    if (rc == 0)
        *offset = found;
    return rc;
}

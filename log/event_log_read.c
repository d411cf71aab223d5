// The reading half of event_log.h: cursors, keys, times, stats.
// log/log_reader.c reads batches, log/event_log_rejects.c dead letters.

#include "log/event_log.h"
#include "log/event_log_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

int64_t event_log_cursor(event_log_t *log, slice_t name, void *value,
                         size_t capacity, failure_t *failure)
{
    rocksdb_pinnableslice_t *pinned;
    int rc = log_store_get(&log->store, LOG_CURSOR, name.data, name.bytes,
                           &pinned, failure);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return failure_set(failure, -ENOENT, "%s: no such cursor", log->path);
    slice_t found = log_store_pinned(pinned);
    int64_t size = (int64_t)found.bytes;
    if (found.bytes > capacity)
        size = failure_set(failure, -ENOBUFS,
                           "%s: a cursor of %zu bytes where %zu are expected",
                           log->path, found.bytes, capacity);
    else
        memcpy(value, found.data, found.bytes);
    rocksdb_pinnableslice_destroy(pinned);
    return size;
}

static bool s_begins_with(slice_t bytes, slice_t prefix)
{
    return bytes.bytes >= prefix.bytes &&
           (prefix.bytes == 0 ||
            memcmp(bytes.data, prefix.data, prefix.bytes) == 0);
}

int event_log_cursors(event_log_t *log, slice_t prefix,
                      int (*each)(void *context, slice_t name, slice_t value),
                      void *context, failure_t *failure)
{
    int rc = 0;
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_CURSOR);
    rocksdb_iter_seek(scan, prefix.bytes ? prefix.data : "", prefix.bytes);
    for (; rc == 0 && rocksdb_iter_valid(scan); rocksdb_iter_next(scan)) {
        slice_t name = log_store_key(scan);
        if (!s_begins_with(name, prefix))
            break;
        rc = each(context, name, log_store_value(scan));
    }
    if (rc == 0)
        rc = log_store_scan_error(&log->store, scan, failure);
    rocksdb_iter_destroy(scan);
    return rc;
}

int event_log_get_offset(const event_log_t *log, slice_t value,
                         uint64_t *offset, failure_t *failure)
{
    if (value.bytes != LOG_OFFSET_BYTES)
        return failure_set(
            failure, -EUCLEAN,
            "%s: an index entry is damaged; restore the log from "
            "a backup",
            log->path);
    *offset = log_get_be(value.data, value.bytes);
    return 0;
}

int event_log_find(event_log_t *log, slice_t prefix, size_t key_size,
                   uint64_t *offsets, size_t capacity, failure_t *failure)
{
    int rc = 0;
    size_t found = 0;
    const uint64_t first = event_log_first(log);
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_KEYS);
    rocksdb_iter_seek(scan, prefix.data, prefix.bytes);
    for (; found < capacity && rocksdb_iter_valid(scan);
         rocksdb_iter_next(scan)) {
        slice_t key = log_store_key(scan);
        if (!s_begins_with(key, prefix))
            break;
        if (key.bytes != key_size)
            continue;
        rc = event_log_get_offset(log, log_store_value(scan), &offsets[found],
                                  failure);
        if (rc < 0)
            break;
        found += offsets[found] >= first; // else the event was dropped
    }
    if (rc == 0)
        rc = log_store_scan_error(&log->store, scan, failure);
    rocksdb_iter_destroy(scan);
    return rc < 0 ? rc : (int)found;
}

// Reads the offset in the first entry of the time family at or after `key` and
// of the same kind; the end if there is none.
static int s_seek_time(event_log_t *log, const uint8_t *key, size_t key_bytes,
                       uint64_t *offset, failure_t *failure)
{
    uint64_t first = event_log_first(log), found = event_log_end(log);
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_TIME);
    rocksdb_iter_seek(scan, (const char *)key, key_bytes);
    int rc = 0;
    if (!rocksdb_iter_valid(scan))
        rc = log_store_scan_error(&log->store, scan, failure);
    else if (s_begins_with(log_store_key(scan), slice(key, 1)))
        rc = event_log_get_offset(log, log_store_value(scan), &found, failure);
    rocksdb_iter_destroy(scan);
    if (rc == 0)
        *offset = found < first ? first : found;
    return rc;
}

int event_log_seek_journaled(event_log_t *log, int64_t time_us,
                             uint64_t *offset, failure_t *failure)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    return s_seek_time(log, key, log_journaled_key(key, time_us), offset,
                       failure);
}

int event_log_seek_created(event_log_t *log, uint32_t created_at,
                           uint64_t *offset, failure_t *failure)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    return s_seek_time(log, key, log_created_key(key, created_at), offset,
                       failure);
}

int event_log_stats(event_log_t *log, event_log_stats_t *stats)
{
    log_state_t state;
    log_trim_t trim;
    uint64_t bytes;
    int rc = event_log_get_state(log, &state, NULL);
    if (rc == 0)
        rc = event_log_get_trim(log, &trim, NULL);
    if (rc == 0)
        rc = log_store_bytes(&log->store, &bytes);
    if (rc < 0)
        return rc;
    *stats = (event_log_stats_t){
        .first = state.first,
        .end = state.end,
        .bytes = bytes,
        .duplicates = state.duplicates,
        .rejects = state.rejects,
        .rejected = state.reject_number,
        .oldest_created_at = state.created_min,
        .newest_created_at = state.created_max,
        .dropped_created_at = trim.created_max,
        .first_journaled_at_us = state.first_journaled_at_us,
        .last_journaled_at_us = state.last_journaled_at_us,
    };
    return 0;
}

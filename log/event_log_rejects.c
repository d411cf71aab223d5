// The dead letters of event_log.h: keeping, listing and dropping them.

#include "log/event_log.h"
#include "log/event_log_private.h"

#include <errno.h>
#include <string.h>

#define MAX_TEXT_BYTES ((size_t)64 * 1024)
// Raw bytes after which event_log_trim_rejects() stops reading: a few
// milliseconds of work.
#define TRIM_BYTES ((size_t)8 * 1024 * 1024)

// Keeping.

// 1: the letter is already staged or kept.
static int s_has_letter(event_log_t *log, const event_key_t *digest,
                        failure_t *failure)
{
    if (key_set_has(&log->staged_rejects, digest))
        return 1;
    rocksdb_pinnableslice_t *number;
    int rc = log_store_get(&log->store, LOG_REJECT, digest->bytes, digest->size,
                           &number, failure);
    if (rc == 1)
        rocksdb_pinnableslice_destroy(number);
    return rc;
}

static void s_put_letter(event_log_t *log, uint64_t number,
                         const event_log_reject_t *reject)
{
    uint8_t key[LOG_LETTER_BYTES], header[LOG_LETTER_HEADER_BYTES];
    log_letter_key(key, number);
    log_letter_header(reject, header);
    const char *keys[] = {(const char *)key};
    const size_t key_sizes[] = {sizeof key};
    const char *values[] = {(const char *)header, reject->source.data,
                            reject->reason.data, reject->raw.data};
    const size_t value_sizes[] = {sizeof header, reject->source.bytes,
                                  reject->reason.bytes, reject->raw.bytes};
    rocksdb_writebatch_putv_cf(log->batch, log->store.families[LOG_REJECT], 1,
                               keys, key_sizes, 4, values, value_sizes);
}

int event_log_stage_reject(event_log_t *log, const event_log_reject_t *reject,
                           bool *kept, failure_t *failure)
{
    if (reject->source.bytes > MAX_TEXT_BYTES ||
        reject->reason.bytes > MAX_TEXT_BYTES ||
        reject->raw.bytes > EVENT_LOG_PART_MAX)
        return failure_set(failure, -EMSGSIZE,
                           "%s: a dead letter of %zu bytes is too long",
                           log->path, reject->raw.bytes);
    event_key_t digest = {.size = LOG_DIGEST_BYTES};
    log_digest_key(digest.bytes, reject);
    int rc = s_has_letter(log, &digest, failure);
    if (rc == 0 && key_set_reserve(&log->staged_rejects, 1) < 0)
        rc = failure_set(failure, -ENOMEM, "%s: out of memory", log->path);
    if (rc < 0)
        return rc;
    *kept = rc == 0;
    if (rc == 1)
        return 0;
    key_set_add(&log->staged_rejects, &digest);
    uint8_t number[8];
    log_put_be(number, ++log->staged.reject_number, sizeof number);
    log->staged.rejects++;
    event_log_put(log, LOG_REJECT, digest.bytes, digest.size, number,
                  sizeof number);
    s_put_letter(log, log->staged.reject_number, reject);
    return 0;
}

// Listing.

// Whether an entry is a letter, like `letter`; the others are digests.
static bool s_is_letter(slice_t key, const uint8_t *letter)
{
    return key.bytes > 0 && memcmp(key.data, letter, 1) == 0;
}

// Decodes the entry that the scan is on. -EUCLEAN: it is damaged.
static int s_get_letter(const event_log_t *log, rocksdb_iterator_t *scan,
                        event_log_reject_t *reject, failure_t *failure)
{
    slice_t key = log_store_key(scan);
    if (key.bytes != LOG_LETTER_BYTES ||
        log_letter_decode(log_store_value(scan), reject) < 0)
        return failure_set(
            failure, -EUCLEAN,
            "%s: a dead letter is damaged; restore the log from a "
            "backup",
            log->path);
    reject->number = log_get_be((const char *)key.data + 1, 8);
    return 0;
}

int event_log_rejects(event_log_t *log, uint64_t before, uint32_t limit,
                      int (*each)(void *context,
                                  const event_log_reject_t *reject),
                      void *context, failure_t *failure)
{
    uint8_t key[LOG_LETTER_BYTES];
    if (before == 0)
        return 0;
    log_letter_key(key, before - 1);
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_REJECT);
    rocksdb_iter_seek_for_prev(scan, (const char *)key, sizeof key);
    int rc = 0;
    for (; rc == 0 && limit > 0 && rocksdb_iter_valid(scan); limit--) {
        event_log_reject_t reject = {0};
        if (!s_is_letter(log_store_key(scan), key))
            break;
        rc = s_get_letter(log, scan, &reject, failure);
        if (rc == 0)
            rc = each(context, &reject);
        rocksdb_iter_prev(scan);
    }
    if (rc == 0)
        rc = log_store_scan_error(&log->store, scan, failure);
    rocksdb_iter_destroy(scan);
    return rc;
}

// Dropping, oldest first: the newest letters are kept, without a gap in their
// numbers.

static uint64_t s_first_number(const log_state_t *state)
{
    return state->reject_number - state->rejects + 1;
}

static int s_size_from(event_log_t *log, uint64_t number, uint64_t *bytes,
                       failure_t *failure)
{
    uint8_t from[LOG_LETTER_BYTES], until[LOG_LETTER_BYTES];
    log_letter_key(from, number);
    log_letter_key(until, UINT64_MAX);
    return log_store_size(&log->store, LOG_REJECT, slice(from, sizeof from),
                          slice(until, sizeof until), bytes, failure);
}

// The state of one call.
typedef struct {
    event_log_t *log;
    int64_t until_us;
    uint64_t keep; // letters before this number are dropped at any time
    size_t bytes;  // read so far
    bool more;     // there may be more to drop
} drop_t;

// 1: this letter stays, or this call has dropped enough.
static int s_drop_letter(drop_t *drop, const event_log_reject_t *reject)
{
    event_log_t *log = drop->log;
    uint8_t key[LOG_LETTER_BYTES], digest[LOG_DIGEST_BYTES];
    drop->more =
        reject->number < drop->keep || reject->received_at_us < drop->until_us;
    if (!drop->more || drop->bytes >= TRIM_BYTES)
        return 1;
    drop->bytes += reject->raw.bytes;
    log_letter_key(key, reject->number);
    log_digest_key(digest, reject);
    rocksdb_writebatch_delete_cf(log->batch, log->store.families[LOG_REJECT],
                                 (const char *)key, sizeof key);
    rocksdb_writebatch_delete_cf(log->batch, log->store.families[LOG_REJECT],
                                 (const char *)digest, sizeof digest);
    log->staged.rejects--;
    return 0;
}

static int s_drop_letters(drop_t *drop, failure_t *failure)
{
    event_log_t *log = drop->log;
    uint8_t key[LOG_LETTER_BYTES];
    int rc = 0;
    log_letter_key(key, s_first_number(&log->staged));
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_REJECT);
    rocksdb_iter_seek(scan, (const char *)key, sizeof key);
    for (; rc == 0 && rocksdb_iter_valid(scan); rocksdb_iter_next(scan)) {
        event_log_reject_t reject = {0};
        if (!s_is_letter(log_store_key(scan), key))
            break;
        rc = s_get_letter(log, scan, &reject, failure);
        if (rc == 0)
            rc = s_drop_letter(drop, &reject);
    }
    if (rc == 0) {
        drop->more = false;
        rc = log_store_scan_error(&log->store, scan, failure);
    }
    rocksdb_iter_destroy(scan);
    return rc < 0 ? rc : 0;
}

int event_log_trim_rejects(event_log_t *log, uint64_t bytes, int64_t until_us,
                           failure_t *failure)
{
    drop_t drop = {.log = log, .until_us = until_us};
    int rc = event_log_check_nothing_staged(log, failure);
    if (rc < 0 || log->committed.rejects == 0)
        return rc;
    // A letter that is not yet in a file never exceeds the limit: the newest
    // stays.
    rc = event_log_bisect_bytes(
        log, s_size_from, s_first_number(&log->committed),
        log->committed.reject_number, bytes, &drop.keep, failure);
    if (rc == 0 && (drop.keep > s_first_number(&log->committed) ||
                    until_us > EVENT_LOG_NO_TIME))
        rc = s_drop_letters(&drop, failure);
    if (rc == 0)
        rc = event_log_commit(log, failure);
    if (rc < 0) {
        event_log_rollback(log);
        return rc;
    }
    return drop.more;
}

#include "log/log_reader.h"

#include "log/event_log.h"
#include "log/event_log_private.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

struct log_reader {
    event_log_t *log;           // borrowed
    rocksdb_iterator_t *heads;  // NULL until the first seek
    rocksdb_iterator_t *bodies; // NULL without payloads
    uint64_t next;              // first offset of the record under `heads`
    bool given;                 // the caller has the record under `heads`
    uint64_t end;               // of the log, as of the last seek
    log_frame_t frame;          // of the record the caller has
    payload_pack_t pack;        // and its payload
    bool payloads;
    failure_t failure; // its code is what next() returns until the next seek
};

int log_reader_new(log_reader_t **reader, event_log_t *log, bool payloads)
{
    log_reader_t *new = calloc(1, sizeof *new);
    if (!new)
        return -ENOMEM;
    assert(!payloads || log->mode != EVENT_LOG_READ_HEADS);
    new->log = log;
    new->payloads = payloads;
    int rc = log_reader_seek(new, 0);
    if (rc < 0) {
        log_reader_destroy(&new);
        return rc;
    }
    *reader = new;
    return 0;
}

static void s_drop_iterators(log_reader_t *reader)
{
    if (reader->heads)
        rocksdb_iter_destroy(reader->heads);
    if (reader->bodies)
        rocksdb_iter_destroy(reader->bodies);
    reader->heads = reader->bodies = NULL;
}

void log_reader_destroy(log_reader_t **reader)
{
    if (!*reader)
        return;
    s_drop_iterators(*reader);
    payload_pack_free(&(*reader)->pack);
    free(*reader);
    *reader = NULL;
}

// Makes new iterators, which see everything committed at this moment.
static int s_renew(log_reader_t *reader)
{
    const log_store_t *store = &reader->log->store;
    rocksdb_column_family_handle_t *families[] = {store->families[LOG_HEAD],
                                                  store->families[LOG_PAYLOAD]};
    rocksdb_iterator_t *scans[2] = {NULL, NULL};
    char *error = NULL;
    s_drop_iterators(reader);
    reader->end = event_log_end(reader->log);
    rocksdb_create_iterators(store->db, store->scan, families, scans,
                             reader->payloads ? 2 : 1, &error);
    int rc = log_store_error(store, &error, &reader->failure);
    if (rc < 0)
        return rc;
    reader->heads = scans[0];
    reader->bodies = scans[1];
    return 0;
}

static int s_missing(log_reader_t *reader, const char *what)
{
    return failure_set(&reader->failure, -EUCLEAN,
                       "%s: %s at offset %" PRIu64
                       "; restore the log from a backup",
                       reader->log->path, what, reader->next);
}

// After damage no call may continue as if nothing were missing.
static int s_remember(log_reader_t *reader, int rc)
{
    reader->failure.code = rc < 0 ? rc : 0;
    return rc;
}

static int s_seek(log_reader_t *reader, uint64_t offset)
{
    log_frame_t frame;
    int rc = event_log_find_head(reader->log, reader->heads, offset,
                                 &reader->next, &frame, &reader->failure);
    if (rc < 0)
        return rc;
    if (rc == 0 || offset - reader->next >= frame.count)
        return s_missing(reader, "a batch is missing");
    if (!reader->bodies)
        return 0;
    uint8_t key[LOG_OFFSET_BYTES];
    log_put_be(key, reader->next, sizeof key);
    rocksdb_iter_seek(reader->bodies, (const char *)key, sizeof key);
    return 0;
}

int log_reader_seek(log_reader_t *reader, uint64_t offset)
{
    int rc = s_remember(reader, s_renew(reader));
    if (rc < 0)
        return rc;
    uint64_t first = event_log_first(reader->log);
    reader->next = offset < first ? first : offset;
    reader->given = false;
    if (reader->next >= reader->end)
        return 0;
    return s_remember(reader, s_seek(reader, reader->next));
}

static int s_read_payload(log_reader_t *reader, slice_t *payload)
{
    rocksdb_iterator_t *scan = reader->bodies;
    if (!rocksdb_iter_valid(scan)) {
        int rc =
            log_store_scan_error(&reader->log->store, scan, &reader->failure);
        return rc < 0 ? rc : s_missing(reader, "a payload is missing");
    }
    slice_t key = log_store_key(scan);
    if (key.bytes != LOG_OFFSET_BYTES ||
        log_get_be(key.data, key.bytes) != reader->next)
        return s_missing(reader, "a payload is missing");
    if (reader->frame.payload_bytes > EVENT_LOG_PART_MAX)
        return s_missing(reader, "a payload is too long");
    int rc = payload_unpack(&reader->pack, log_store_value(scan),
                            reader->frame.payload_bytes, payload);
    return rc == -EBADMSG ? s_missing(reader, "a payload has the wrong length")
                          : rc;
}

// Reads the record that `heads` (and `bodies`) are on.
static int s_read(log_reader_t *reader, log_record_t *record)
{
    rocksdb_iterator_t *scan = reader->heads;
    if (!rocksdb_iter_valid(scan)) {
        int rc =
            log_store_scan_error(&reader->log->store, scan, &reader->failure);
        return rc < 0 ? rc : s_missing(reader, "a batch is missing");
    }
    slice_t key = log_store_key(scan);
    if (key.bytes != LOG_OFFSET_BYTES ||
        log_get_be(key.data, key.bytes) != reader->next)
        return s_missing(reader, "a batch is missing");
    log_record_t found = {.first = reader->next};
    if (log_frame_decode(log_store_value(scan), &reader->frame, &found.head) <
        0)
        return s_missing(reader, "a batch has no valid frame");
    found.count = reader->frame.count;
    if (reader->bodies) {
        int rc = s_read_payload(reader, &found.payload);
        if (rc < 0)
            return rc;
    }
    *record = found;
    return 1;
}

int log_reader_next(log_reader_t *reader, log_record_t *record)
{
    if (reader->failure.code)
        return reader->failure.code;
    if (reader->given) {
        reader->next += reader->frame.count;
        reader->given = false;
        rocksdb_iter_next(reader->heads);
        if (reader->bodies)
            rocksdb_iter_next(reader->bodies);
    }
    if (reader->next >= reader->end)
        return 0;
    int rc = s_remember(reader, s_read(reader, record));
    reader->given = rc == 1;
    return rc;
}

const log_frame_t *log_reader_frame(const log_reader_t *reader)
{
    return &reader->frame;
}

const char *log_reader_reason(const log_reader_t *reader)
{
    return reader->failure.reason;
}

// The store's own notes beside its rows, and copying one store into another.

#include "actors/view_store/private.h"
#include "actors/view_store/store.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>

// The key of a row never begins with a zero byte.
#define NOTE_CHECKPOINT  slice("\0checkpoint", 11)
#define NOTE_FORMAT      slice("\0format", 7)
#define NOTE_SINCE       slice("\0since", 6)
#define CHECKPOINT_BYTES 16

// Bytes of rows written at a time when copying.
#define COPY_BYTES ((size_t)1024 * 1024)

static void s_note(rocksdb_writebatch_t *batch, slice_t name, slice_t value)
{
    rocksdb_writebatch_put(batch, name.data, name.bytes, value.data,
                           value.bytes);
}

static void s_note_since(rocksdb_writebatch_t *batch, uint64_t since)
{
    uint64_t big = htobe64(since);
    if (since > 0)
        s_note(batch, NOTE_SINCE, slice(&big, sizeof big));
}

void view_store_note_checkpoint(rocksdb_writebatch_t *batch,
                                view_checkpoint_t checkpoint)
{
    uint64_t big[] = {htobe64(checkpoint.offset),
                      htobe64((uint64_t)checkpoint.stamp_us)};
    s_note(batch, NOTE_CHECKPOINT, slice(big, sizeof big));
}

static int s_read(view_store_t *store, slice_t note, slice_t *value)
{
    return store->rows.get(store, note, value);
}

static int s_read_checkpoint(view_store_t *store)
{
    slice_t value = {0};
    int rc = s_read(store, NOTE_CHECKPOINT, &value);
    if (rc < 0)
        return rc;
    if (rc == 0 || value.bytes != CHECKPOINT_BYTES)
        return view_store_refuse(store, -EUCLEAN, "it has no checkpoint");
    uint64_t big[2];
    memcpy(big, value.data, sizeof big);
    store->checkpoint.offset = be64toh(big[0]);
    store->checkpoint.stamp_us = (int64_t)be64toh(big[1]);
    return 0;
}

static int s_read_since(view_store_t *store)
{
    slice_t value = {0};
    uint64_t big;
    int rc = s_read(store, NOTE_SINCE, &value);
    if (rc <= 0)
        return rc;
    if (value.bytes != sizeof big)
        return view_store_refuse(store, -EUCLEAN,
                                 "its first offset is damaged");
    memcpy(&big, value.data, sizeof big);
    store->since = be64toh(big);
    return 0;
}

// Describes the rows: "event_counts 65560 whole".
static void s_describe(const view_store_options_t *options, buffer_t *text)
{
    buffer_printf(text, "%s %" PRIu32 " %s", options->view->name,
                  options->view->format, options->partial ? "part" : "whole");
}

static int s_check_format(view_store_t *store,
                          const view_store_options_t *options)
{
    slice_t value = {0};
    int rc = s_read(store, NOTE_FORMAT, &value);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return view_store_refuse(store, -EUCLEAN, "its format is not recorded");
    buffer_t expected = {0};
    s_describe(options, &expected);
    if (buffer_failed(&expected))
        rc = -ENOMEM;
    else if (slice_equal(value, buffer_slice(&expected)))
        rc = 0;
    else
        rc = view_store_refuse(store, -ENOTSUP,
                               "its rows are of another format or range");
    buffer_free(&expected);
    return rc;
}

int view_store_read_notes(view_store_t *store,
                          const view_store_options_t *options)
{
    int rc = s_check_format(store, options);
    if (rc == 0)
        rc = s_read_since(store);
    return rc == 0 ? s_read_checkpoint(store) : rc;
}

int view_store_write(view_store_t *store, rocksdb_writebatch_t *batch)
{
    char *error = NULL;
    rocksdb_write(store->db, store->write, batch, &error);
    return error ? view_store_fail(store, error) : 0;
}

int view_store_write_notes(view_store_t *store,
                           const view_store_options_t *options)
{
    buffer_t format = {0};
    s_describe(options, &format);
    if (buffer_failed(&format))
        return -ENOMEM;
    rocksdb_writebatch_t *batch = rocksdb_writebatch_create();
    s_note(batch, NOTE_FORMAT, buffer_slice(&format));
    s_note_since(batch, store->since);
    view_store_note_checkpoint(batch, store->checkpoint);
    int rc = view_store_write(store, batch);
    rocksdb_writebatch_destroy(batch);
    buffer_free(&format);
    return rc;
}

uint64_t view_store_since(const view_store_t *store)
{
    return store->since;
}

// Sets a store's first offset and checkpoint in one write.
static int s_move(view_store_t *store, uint64_t since,
                  view_checkpoint_t checkpoint)
{
    rocksdb_writebatch_t *batch = rocksdb_writebatch_create();
    s_note_since(batch, since);
    view_store_note_checkpoint(batch, checkpoint);
    int rc = view_store_write(store, batch);
    rocksdb_writebatch_destroy(batch);
    if (rc == 0) {
        store->since = since;
        store->checkpoint = checkpoint;
    }
    return rc;
}

int view_store_begin_at(view_store_t *store, uint64_t offset)
{
    return s_move(store, offset, (view_checkpoint_t){.offset = offset});
}

// Takes rows from the iterator, up to COPY_BYTES.
static void s_take_rows(rocksdb_iterator_t *iterator,
                        rocksdb_writebatch_t *batch)
{
    size_t taken = 0;
    rocksdb_writebatch_clear(batch);
    for (; taken < COPY_BYTES && rocksdb_iter_valid(iterator);
         rocksdb_iter_next(iterator)) {
        slice_t key, value;
        key.data = rocksdb_iter_key(iterator, &key.bytes);
        value.data = rocksdb_iter_value(iterator, &value.bytes);
        s_note(batch, key, value);
        taken += key.bytes + value.bytes;
    }
}

int view_store_copy(view_store_t *store, view_store_t *from)
{
    rocksdb_readoptions_t *read;
    rocksdb_iterator_t *iterator = view_store_iterate(from, &read);
    rocksdb_writebatch_t *batch = rocksdb_writebatch_create();
    int rc = 0;
    while (rc == 0 && rocksdb_iter_valid(iterator)) {
        s_take_rows(iterator, batch);
        rc = view_store_write(store, batch);
    }
    if (rc == 0 && (rc = view_store_iterator_error(from, iterator)) != 0)
        view_store_refuse(store, rc, from->failure.reason);
    rocksdb_writebatch_destroy(batch);
    rocksdb_iter_destroy(iterator);
    rocksdb_readoptions_destroy(read);
    return rc == 0 ? s_move(store, from->since, from->checkpoint) : rc;
}

// The rows of a store: read in their current or a frozen state, written in
// batches.

#include "actors/view_store/private.h"
#include "actors/view_store/store.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

// Gets a value and keeps it pinned in *pinned.
static int s_get(view_store_t *store, const rocksdb_readoptions_t *read,
                 rocksdb_pinnableslice_t **pinned, slice_t key, slice_t *value)
{
    char *error = NULL;
    if (*pinned)
        rocksdb_pinnableslice_destroy(*pinned);
    *pinned = rocksdb_get_pinned(store->db, read, key.data, key.bytes, &error);
    if (error)
        return view_store_fail(store, error);
    if (!*pinned)
        return 0;
    value->data = rocksdb_pinnableslice_value(*pinned, &value->bytes);
    return 1;
}

static int s_get_live(void *context, slice_t key, slice_t *value)
{
    view_store_t *store = context;
    return s_get(store, store->read, &store->pinned, key, value);
}

static int s_put(void *context, slice_t key, slice_t value)
{
    view_store_t *store = context;
    assert(store->batch && key.bytes > 0 && key.data[0] != 0);
    rocksdb_writebatch_put(store->batch, key.data, key.bytes, value.data,
                           value.bytes);
    return 0;
}

static int s_merge(void *context, slice_t key, slice_t part)
{
    view_store_t *store = context;
    assert(store->batch && store->view->merge && key.bytes > 0 &&
           key.data[0] != 0);
    rocksdb_writebatch_merge(store->batch, key.data, key.bytes, part.data,
                             part.bytes);
    return 0;
}

static slice_t s_iterator_key(const rocksdb_iterator_t *iterator)
{
    slice_t key;
    key.data = rocksdb_iter_key(iterator, &key.bytes);
    return key;
}

static slice_t s_iterator_value(const rocksdb_iterator_t *iterator)
{
    slice_t value;
    value.data = rocksdb_iter_value(iterator, &value.bytes);
    return value;
}

static int s_scan_at(view_store_t *store, const rocksdb_snapshot_t *snapshot,
                     slice_t from, slice_t until, view_each_row_t *each,
                     void *each_context)
{
    rocksdb_readoptions_t *read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_iterate_upper_bound(read, until.data, until.bytes);
    rocksdb_readoptions_set_snapshot(read, snapshot);
    rocksdb_iterator_t *iterator = rocksdb_create_iterator(store->db, read);
    int rc = 0;
    for (rocksdb_iter_seek(iterator, from.data, from.bytes);
         rc == 0 && rocksdb_iter_valid(iterator); rocksdb_iter_next(iterator))
        rc = each(each_context, s_iterator_key(iterator),
                  s_iterator_value(iterator));
    if (rc == 0)
        rc = view_store_iterator_error(store, iterator);
    rocksdb_iter_destroy(iterator);
    rocksdb_readoptions_destroy(read);
    return rc;
}

static int s_scan(void *context, slice_t from, slice_t until,
                  view_each_row_t *each, void *each_context)
{
    return s_scan_at(context, NULL, from, until, each, each_context);
}

void view_store_set_rows(view_store_t *store)
{
    store->rows = (view_rows_t){s_get_live, s_put, s_merge, s_scan, store};
}

const view_rows_t *view_store_rows(view_store_t *store)
{
    return &store->rows;
}

// Frozen rows.

struct view_frozen {
    view_store_t *store;
    const rocksdb_snapshot_t *snapshot; // NULL: the store is read-only
    rocksdb_readoptions_t *read;
    rocksdb_pinnableslice_t *pinned; // value of the last get
    view_rows_t rows;
};

static int s_get_frozen(void *context, slice_t key, slice_t *value)
{
    view_frozen_t *frozen = context;
    return s_get(frozen->store, frozen->read, &frozen->pinned, key, value);
}

static int s_scan_frozen(void *context, slice_t from, slice_t until,
                         view_each_row_t *each, void *each_context)
{
    const view_frozen_t *frozen = context;
    return s_scan_at(frozen->store, frozen->snapshot, from, until, each,
                     each_context);
}

view_frozen_t *view_store_freeze(view_store_t *store)
{
    view_frozen_t *frozen = malloc(sizeof *frozen);
    if (!frozen)
        return NULL;
    *frozen = (view_frozen_t){
        .store = store,
        .read = rocksdb_readoptions_create(),
        .rows = {s_get_frozen, NULL, NULL, s_scan_frozen, frozen},
    };
    // A store opened beside a writer does not change and has no snapshots.
    if (!store->scratch[0])
        frozen->snapshot = rocksdb_create_snapshot(store->db);
    rocksdb_readoptions_set_snapshot(frozen->read, frozen->snapshot);
    return frozen;
}

const view_rows_t *view_frozen_rows(const view_frozen_t *frozen)
{
    return &frozen->rows;
}

void view_store_thaw(view_frozen_t **self)
{
    view_frozen_t *frozen = *self;
    if (!frozen)
        return;
    if (frozen->pinned)
        rocksdb_pinnableslice_destroy(frozen->pinned);
    rocksdb_readoptions_destroy(frozen->read);
    if (frozen->snapshot)
        rocksdb_release_snapshot(frozen->store->db, frozen->snapshot);
    free(frozen);
    *self = NULL;
}

// Merging. RocksDB calls these from its own threads and treats a failure as
// corruption.

static char *s_merge_parts(const view_class_t *view, slice_t key,
                           const slice_t *parts, size_t count,
                           unsigned char *success, size_t *bytes)
{
    buffer_t row = {0};
    *success = view->merge(key, parts, count, &row) == 0;
    *bytes = row.bytes;
    if (!*success)
        buffer_free(&row);
    return row.data;
}

static char *s_merge_all(const view_class_t *view, slice_t key,
                         const slice_t *first, const char *const *operands,
                         const size_t *operand_bytes, int operand_count,
                         unsigned char *success, size_t *bytes)
{
    const size_t count = (size_t)operand_count;
    size_t at = 0;
    slice_t *parts = calloc(count + 1, sizeof *parts);
    *success = 0;
    *bytes = 0;
    if (!parts)
        return NULL;
    if (first)
        parts[at++] = *first;
    for (size_t i = 0; i < count; i++)
        parts[at++] = slice(operands[i], operand_bytes[i]);
    char *row = s_merge_parts(view, key, parts, at, success, bytes);
    free(parts);
    return row;
}

static char *s_full_merge(void *view, const char *key, size_t key_bytes,
                          const char *row, size_t row_bytes,
                          const char *const *operands,
                          const size_t *operand_bytes, int operand_count,
                          unsigned char *success, size_t *bytes)
{
    const slice_t first = slice(row, row_bytes);
    return s_merge_all(view, slice(key, key_bytes), row ? &first : NULL,
                       operands, operand_bytes, operand_count, success, bytes);
}

static char *s_partial_merge(void *view, const char *key, size_t key_bytes,
                             const char *const *operands,
                             const size_t *operand_bytes, int operand_count,
                             unsigned char *success, size_t *bytes)
{
    return s_merge_all(view, slice(key, key_bytes), NULL, operands,
                       operand_bytes, operand_count, success, bytes);
}

static void s_delete_merged(void *view, const char *row, size_t bytes)
{
    (void)view;
    (void)bytes;
    free((void *)(uintptr_t)row);
}

static const char *s_merge_name(void *view)
{
    return ((const view_class_t *)view)->name;
}

static void s_keep_class(void *view)
{
    (void)view; // classes are constant
}

// The options own the operator.
void view_store_set_merge(view_store_t *store)
{
    if (store->view->merge)
        rocksdb_options_set_merge_operator(
            store->options,
            rocksdb_mergeoperator_create(
                (void *)(uintptr_t)store->view, s_keep_class, s_full_merge,
                s_partial_merge, s_delete_merged, s_merge_name));
}

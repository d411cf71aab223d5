// view_store_private - what view_store.c and view_store_check.c share.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_PRIVATE_H
#define OCTOLOG_ACTORS_VIEW_STORE_PRIVATE_H

#include "actors/view_store.h"

#include <rocksdb/c.h>

struct view_store {
    const view_class_t *view;
    char path[VIEW_GENERATION_PATH_MAX]; // of the generation
    char folder[VIEW_GENERATION_PATH_MAX];
    char generation[VIEW_GENERATION_NAME_MAX];
    char scratch[VIEW_GENERATION_PATH_MAX]; // of a reader beside; "" without
    view_checkpoint_t checkpoint;
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_cache_t *cache;
    rocksdb_writeoptions_t *write;
    rocksdb_readoptions_t *read;
    rocksdb_writebatch_t *batch;     // of the flush under way
    rocksdb_pinnableslice_t *pinned; // value of the last get
    view_rows_t rows;
    char reason[VIEW_STORE_REASON_MAX];
};

// Takes RocksDB's error text: keeps it as the reason, and returns the errno
// that tells its owner what to do.
int view_store_fail(view_store_t *store, char *error);

// The same for an iterator; 0 if it simply reached its end.
int view_store_iterator_error(view_store_t *store,
                              const rocksdb_iterator_t *iterator);

// An iterator over all rows, at the first of them, for reading once: checks
// every checksum and leaves the cache alone. *read is freed by the caller
// after the iterator.
rocksdb_iterator_t *view_store_iterate(view_store_t *store,
                                       rocksdb_readoptions_t **read);

#endif

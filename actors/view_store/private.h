// view_store_private - shared by the files that implement store.h.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_PRIVATE_H
#define OCTOLOG_ACTORS_VIEW_STORE_PRIVATE_H

#include "actors/view_store/generation.h"
#include "actors/view_store/types.h"
#include "log/folder.h"
#include "proto/base/failure.h"

#include <rocksdb/c.h>

struct view_store {
    const view_class_t *view;
    char path[FOLDER_PATH_MAX]; // of the generation
    char folder[FOLDER_PATH_MAX];
    char generation[VIEW_GENERATION_NAME_MAX];
    char scratch[FOLDER_PATH_MAX]; // of a read-only store beside a writer
    view_checkpoint_t checkpoint;
    uint64_t since; // the first offset of its rows
    rocksdb_t *db;
    rocksdb_options_t *options;
    rocksdb_cache_t *cache;
    rocksdb_writeoptions_t *write;
    rocksdb_readoptions_t *read;
    rocksdb_writebatch_t *batch;     // of the flush or step under way
    rocksdb_pinnableslice_t *pinned; // value of the last get
    view_rows_t rows;
    failure_t failure; // the last
};

// Records what is wrong with the store as its failure; returns `error`.
int view_store_refuse(view_store_t *store, int error, const char *text);

// Sets store->rows.
void view_store_set_rows(view_store_t *store);

// Sets the merge operator, which combines parts of rows, before opening.
void view_store_set_merge(view_store_t *store);

// Takes RocksDB's error text, records it as the failure, and returns the errno
// that tells the caller what to do.
int view_store_fail(view_store_t *store, char *error);

// The same for an iterator; 0 if it has merely reached its end.
int view_store_iterator_error(view_store_t *store,
                              const rocksdb_iterator_t *iterator);

// An iterator over all rows, positioned at the first, for reading them once: it
// verifies all checksums and bypasses the cache. The caller frees *read after
// the iterator.
rocksdb_iterator_t *view_store_iterate(view_store_t *store,
                                       rocksdb_readoptions_t **read);

// Writes a batch atomically.
int view_store_write(view_store_t *store, rocksdb_writebatch_t *batch);

// The store's own notes: the format of its rows (-ENOTSUP: not the one in the
// options), their first offset, and the checkpoint.
int view_store_read_notes(view_store_t *store,
                          const view_store_options_t *options);
int view_store_write_notes(view_store_t *store,
                           const view_store_options_t *options);

// Adds a new checkpoint to a batch.
void view_store_note_checkpoint(rocksdb_writebatch_t *batch,
                                view_checkpoint_t checkpoint);

#endif

// view_store_types - types shared by store.h and the files that implement it.
//
// Memory    Strings of the options are borrowed.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_TYPES_H
#define OCTOLOG_ACTORS_VIEW_STORE_TYPES_H

#include "actors/views/view.h"

typedef struct view_store view_store_t;

// The rows as of one moment, for reading; later flushes and roll-ups do not
// affect them.
typedef struct view_frozen view_frozen_t;

typedef struct {
    const view_class_t *view; // whose rows
    const char *folder;       // VIEWS/NAME, created if missing; borrowed
    size_t cache_bytes;       // block cache
    size_t write_bytes;       // rows not yet in a file; at most twice this
    bool bulk;                // many rows will be written: no write-ahead log
    bool partial;             // rows of a part of a log: never served
} view_store_options_t;

typedef struct {
    uint64_t offset;
    int64_t stamp_us;
} view_checkpoint_t;

#endif

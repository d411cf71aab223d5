// view_store_t - what the interface of the store and its files both name.
//
// Memory    Strings of the options are borrowed.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_TYPES_H
#define OCTOLOG_ACTORS_VIEW_STORE_TYPES_H

#include "actors/views/view.h"

#define VIEW_STORE_REASON_MAX 512

typedef struct view_store view_store_t;

// The rows, for reading, as they were at one moment, whatever is flushed or
// settled meanwhile.
typedef struct view_frozen view_frozen_t;

typedef struct {
    const view_class_t *view; // whose rows
    const char *folder;       // VIEWS/NAME, made if missing; borrowed
    size_t cache_bytes;       // of blocks read
    size_t write_bytes;       // of rows not in a file yet, twice that at most
    bool bulk;                // many rows are to come: no write-ahead log
    bool partial;             // rows of a part of a log: never to be served
} view_store_options_t;

typedef struct {
    uint64_t offset;
    int64_t stamp_us;
} view_checkpoint_t;

#endif

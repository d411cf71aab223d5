// view_repo_window - cuts a window of time into the fewest buckets.
//
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEW_REPO_WINDOW_H
#define OCTOLOG_ACTORS_VIEW_REPO_WINDOW_H

#include "actors/view_repo_rows.h"

// A window [at, end), of which less is left with each piece.
typedef struct {
    uint64_t at;
    uint64_t end;
} view_repo_window_t;

// One bucket; of an hour only its seconds [from, until).
typedef struct {
    size_t level;
    uint32_t bucket;
    uint32_t from;
    uint32_t until;
} view_repo_piece_t;

// The window as far as there are events, which lie in [oldest, newest]. Where
// it reaches beyond them it ends with a whole bucket, for fewer pieces.
view_repo_window_t view_repo_window(uint64_t start, uint64_t end,
                                    uint32_t oldest, uint32_t newest);

// Takes the largest bucket off the front; false when nothing is left.
bool view_repo_window_next(view_repo_window_t *window,
                           view_repo_piece_t *piece);

#endif

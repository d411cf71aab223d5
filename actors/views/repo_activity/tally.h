// view_repo_tally - sums counts by repository, and keeps the highest.
//
// Errors    0, -ENOMEM, or -ENOBUFS: more places than a tally can hold.
// Memory    At most 24 bytes per repository, bounded by VIEW_REPO_TALLY_MAX.
// Threads   One at a time per object. Pure.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TALLY_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TALLY_H

#include <stddef.h>
#include <stdint.h>

// Slots of a tally, a power of two, of which at most two thirds are used.
#define VIEW_REPO_TALLY_SLOTS (1u << 20)
#define VIEW_REPO_TALLY_MAX   (VIEW_REPO_TALLY_SLOTS / 3 * 2)

typedef struct {
    uint64_t place;
    uint64_t count; // 0: a free slot
} view_repo_score_t;

// A hash table. A zeroed struct is an empty one.
typedef struct {
    view_repo_score_t *slots;
    size_t capacity; // 0 or a power of two
    size_t used;
} view_repo_tally_t;

int view_repo_tally_add(view_repo_tally_t *tally, uint64_t place,
                        uint64_t count);
void view_repo_tally_clear(view_repo_tally_t *tally);
void view_repo_tally_free(view_repo_tally_t *tally);

// The highest scores, in order: most events first, then by id.
typedef struct {
    view_repo_score_t *scores; // room for `limit`; owned by the caller
    size_t limit;
    size_t count;
} view_repo_ranking_t;

void view_repo_ranking_offer(view_repo_ranking_t *ranking,
                             const view_repo_tally_t *tally);

#endif

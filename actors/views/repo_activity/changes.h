// view_repo_changes - the events that view_repo_activity has not flushed yet,
// and the names they taught.
//
// An event is 16 bytes, whatever its repository: no look-up is made for it. A
// name is noted once for as long as a small table of names remembers it, so
// that most events of a busy repository note none.
//
// Errors    0 or -ENOMEM; the changes are then half there.
// Memory    Twice 16 bytes a subject's event, about 50 a name, and 8 MiB for
//           the table. Names are copied.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_CHANGES_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_CHANGES_H

#include "actors/views/repo_activity/rows.h"
#include "actors/views/repo_activity/sort.h"
#include "proto/batch/batch.h"

// Types from here on are strange: numbers in `strange`.
#define VIEW_REPO_STRANGE 256u

// A text in the pool.
typedef struct {
    size_t at;
    size_t bytes;
} view_repo_text_t;

// A subject was called so at some time.
typedef struct {
    uint64_t place;
    view_repo_text_t name;
    uint32_t since;
} view_repo_naming_t;

// What was noted of a naming, and since when.
typedef struct {
    uint64_t key; // of place and name; 0: nothing
    uint32_t since;
} view_repo_noted_t;

// A pair is a change: its key the place, its rest a type (or VIEW_REPO_STRANGE
// and a number) and a number below, which is created_at or a count.
typedef struct {
    view_repo_pair_t *pairs;
    view_repo_pair_t *scratch; // as many, for sorting
    size_t count;
    size_t capacity;
    uint32_t oldest; // created_at of all; oldest > newest without any
    uint32_t newest;
    view_repo_naming_t *namings;
    size_t naming_count;
    size_t naming_capacity;
    view_repo_text_t *strange; // names of types without a code
    size_t strange_count;
    size_t strange_capacity;
    buffer_t pool; // texts
    view_repo_noted_t *noted;
} view_repo_changes_t;

static inline uint32_t view_repo_change_type(const view_repo_pair_t *change)
{
    return (uint32_t)(change->rest >> 32);
}

static inline uint32_t view_repo_change_number(const view_repo_pair_t *change)
{
    return (uint32_t)change->rest;
}

// A zeroed one is ready for this call. To be freed even when it fails.
int view_repo_changes_init(view_repo_changes_t *changes);

// A zeroed one is fine, too.
void view_repo_changes_free(view_repo_changes_t *changes);

// Takes events [from, until) of the batch, for their repositories and their
// organisations.
int view_repo_changes_add(view_repo_changes_t *changes, const batch_t *batch,
                          uint32_t from, uint32_t until);

// Takes a count that rows hold. Asks for nothing but a zeroed object.
int view_repo_changes_add_count(view_repo_changes_t *changes,
                                const view_repo_count_t *entry);

size_t view_repo_changes_bytes(const view_repo_changes_t *changes);

// Numbers strange types in order of their names, and makes room for sorting.
int view_repo_changes_prepare(view_repo_changes_t *changes);

// Sorts changes by bucket of time, which is `seconds` long, place, type and
// number; seconds 0: all in one.
void view_repo_changes_sort(view_repo_changes_t *changes, uint32_t seconds);

slice_t view_repo_changes_text(const view_repo_changes_t *changes,
                               view_repo_text_t text);

// Empties it; what was noted stays, for it is in the rows now.
void view_repo_changes_reset(view_repo_changes_t *changes);

#endif

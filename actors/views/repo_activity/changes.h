// view_repo_changes - the events that view_repo_activity has not flushed yet,
// and the names found in them.
//
// An event takes 16 bytes, whatever its repository, and needs no look-up. A
// name is recorded once for as long as a small table remembers it, so most
// events of a busy repository record no name.
//
// Errors    0 or -ENOMEM, which leaves the changes incomplete.
// Memory    Twice 16 bytes per event of a subject, about 50 bytes per name, and
//           8 MiB for the table. Names are copied.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_CHANGES_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_CHANGES_H

#include "actors/views/repo_activity/rows.h"
#include "actors/views/repo_activity/sort.h"
#include "proto/batch/batch.h"

// Types from here on are unknown names: their numbers in `unknown`.
#define VIEW_REPO_UNKNOWN 256u

// A text in the pool.
typedef struct {
    size_t at;
    size_t bytes;
} view_repo_text_t;

// A subject had this name at created_at `since`.
typedef struct {
    uint64_t place;
    view_repo_text_t name;
    uint32_t since;
} view_repo_naming_t;

// A naming that is recorded, and its time.
typedef struct {
    uint64_t key; // hash of place and name; 0: none
    uint32_t since;
} view_repo_noted_t;

// A pair is a change. Its key is the place. The high half of its rest is a type
// (for unknown names VIEW_REPO_UNKNOWN plus a number), the low half created_at
// or a count.
typedef struct {
    view_repo_pair_t *pairs;
    view_repo_pair_t *scratch; // of the same size, for sorting
    size_t count;
    size_t capacity;
    uint32_t oldest; // created_at; oldest > newest if there are none
    uint32_t newest;
    view_repo_naming_t *namings;
    size_t naming_count;
    size_t naming_capacity;
    view_repo_text_t *unknown; // names of types without a code
    size_t unknown_count;
    size_t unknown_capacity;
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

// Pass a zeroed struct. Free it even if this fails.
int view_repo_changes_init(view_repo_changes_t *changes);

// Frees what it holds; accepts a zeroed struct.
void view_repo_changes_free(view_repo_changes_t *changes);

// Adds events [from, until) of the batch to their repositories and
// organisations.
int view_repo_changes_add(view_repo_changes_t *changes, const batch_t *batch,
                          uint32_t from, uint32_t until);

// Adds a count read from a row. A zeroed struct suffices.
int view_repo_changes_add_count(view_repo_changes_t *changes,
                                const view_repo_count_t *entry);

size_t view_repo_changes_bytes(const view_repo_changes_t *changes);

// Numbers unknown types in order of their names, and allocates memory to sort.
int view_repo_changes_prepare(view_repo_changes_t *changes);

// Sorts changes by time bucket of `seconds`, then by place, type and number;
// seconds 0: a single bucket.
void view_repo_changes_sort(view_repo_changes_t *changes, uint32_t seconds);

slice_t view_repo_changes_text(const view_repo_changes_t *changes,
                               view_repo_text_t text);

// Removes all changes. Recorded namings stay recorded: they are in the rows.
void view_repo_changes_reset(view_repo_changes_t *changes);

#endif

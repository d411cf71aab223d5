// view_repo_changes - the events that view_repo_activity has not flushed yet,
// and the names they taught.
//
// An event is 16 bytes, whatever its repository: no look-up is made for it.
// Sorting is by bytes (radix), so that it costs the same however many there
// are. A name is noted once for as long as a small table of names remembers
// it, so that most events of a busy repository note none.
//
// Errors    0 or -ENOMEM; the changes are then half there.
// Memory    Twice 16 bytes a subject's event, about 50 a name, and 2 MiB for
//           the table. Names are copied.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEW_REPO_CHANGES_H
#define OCTOLOG_ACTORS_VIEW_REPO_CHANGES_H

#include "actors/view_repo_rows.h"
#include "proto/batch.h"

// Types from here on are strange: numbers in `strange`.
#define VIEW_REPO_STRANGE 256u

// One event of one subject.
typedef struct {
    uint64_t place;
    uint32_t created_at;
    uint32_t type; // its code, or VIEW_REPO_STRANGE and a number
} view_repo_change_t;

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

typedef struct {
    view_repo_change_t *changes;
    view_repo_change_t *scratch; // as many, for sorting
    size_t count;
    size_t capacity;
    view_repo_naming_t *namings;
    size_t naming_count;
    size_t naming_capacity;
    view_repo_text_t *strange; // names of types without a code
    size_t strange_count;
    size_t strange_capacity;
    buffer_t pool; // texts
    view_repo_noted_t *noted;
} view_repo_changes_t;

// A zeroed one is ready for this call. To be freed even when it fails.
int view_repo_changes_init(view_repo_changes_t *changes);
void view_repo_changes_free(view_repo_changes_t *changes);

// Takes event i of the batch, for its repository and its organisation.
int view_repo_changes_add(view_repo_changes_t *changes, const batch_t *batch,
                          uint32_t i);

size_t view_repo_changes_bytes(const view_repo_changes_t *changes);

// Sorts events by place, type and time, numbers strange types in order of
// their names, and sorts namings by place and name.
int view_repo_changes_sort(view_repo_changes_t *changes);

// Sorts events by bucket of time and leaves them in order within a bucket: for
// one length after another, each a divisor of the one before.
void view_repo_changes_group(view_repo_changes_t *changes, uint32_t seconds);

slice_t view_repo_changes_text(const view_repo_changes_t *changes,
                               view_repo_text_t text);

// Empties it; what was noted stays, for it is in the rows now.
void view_repo_changes_reset(view_repo_changes_t *changes);

#endif

// view_seal - the snapshot of a view: what the batches that the log dropped
// contributed to it.
//
// Retention may drop a batch only once the snapshot of each view covers it: a
// second store of the view, VIEWS/NAME/seal/, holds the fold of the log up to
// there, on disk. A view can then be rebuilt from a copy of its snapshot and
// the batches from the snapshot's checkpoint on, which the log still holds. The
// snapshot is folded from the log like the view, and copied from the view only
// if it was lost; so comparing a rebuild with the live view remains meaningful.
//
// A snapshot in another format than the view's cannot be used, and what was
// dropped cannot be folded again. The view then begins where the log begins,
// and reports it.
//
// Errors    Those of store.h.
// Memory    As a view_store_t with the same options, during a call.
// Threads   One at a time writes a snapshot; others may read it meanwhile.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_SEAL_H
#define OCTOLOG_ACTORS_VIEW_STORE_SEAL_H

#include "actors/view_store/store.h"
#include "proto/base/failure.h"

// The options for the snapshot of the view with options `view`. `folder`
// receives its path and must live as long as the options. -ENAMETOOLONG.
int view_seal_options(const view_store_options_t *view,
                      char folder[FOLDER_PATH_MAX],
                      view_store_options_t *options);

// Opens the snapshot read-only, in its current state. -ENOENT: there is none.
int view_seal_open(view_store_t **seal, const view_store_options_t *view,
                   failure_t *failure);

// Creates a new generation of the view: with a copy of the snapshot, or empty
// if there is none. If there is one that cannot be used, the generation is
// empty and begins at `first`, the log's first offset, and *failure says why;
// otherwise *failure is empty. `options` are those of the new store; `view`
// says where to look for the snapshot.
int view_seal_begin(view_store_t **store, const view_store_options_t *options,
                    const view_store_options_t *view, uint64_t first,
                    failure_t *failure);

// Replaces a lost snapshot with a copy of the live view.
int view_seal_renew(const view_store_options_t *view, view_store_t *live,
                    failure_t *failure);

#endif

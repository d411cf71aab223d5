// view_seal - what batches that the log dropped contributed to a view.
//
// Retention may drop a batch only when each view has sealed it: when a second
// store of the view, VIEWS/NAME/seal/, holds the fold of the log up to there,
// on disk. A view is then rebuilt from a copy of its seal and the batches from
// the seal's checkpoint on, which the log still holds. The seal is folded from
// the log like the view itself, never copied from it, unless it was lost: so
// comparing a rebuild with the live view still proves something.
//
// A seal of another format than the view's is of no use: what was dropped
// cannot be folded again. The view then begins where the log does, and says so.
//
// Errors    Those of view_store.h.
// Memory    As a view_store_t of the same options, while a call lasts.
// Threads   One at a time writes a seal; others may read it meanwhile.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_SEAL_H
#define OCTOLOG_ACTORS_VIEW_STORE_SEAL_H

#include "actors/view_store/store.h"

// The options for the seal of the view that `view` are for; `folder` gets its
// path and must live as long as they. -ENAMETOOLONG.
int view_seal_options(const view_store_options_t *view,
                      char folder[FOLDER_PATH_MAX],
                      view_store_options_t *options);

// Opens the seal for reading, as it is now. -ENOENT: there is none.
int view_seal_open(view_store_t **seal, const view_store_options_t *view,
                   char reason[VIEW_STORE_REASON_MAX]);

// Begins a new generation of the view with what is sealed; empty, where nothing
// is; and where the seal is of no use and the log's first offset is `first`,
// there. *reason says why if the seal is there and of no use, else it is empty.
// `options` are those of the new store; `view` where the seal is looked for.
int view_seal_begin(view_store_t **store, const view_store_options_t *options,
                    const view_store_options_t *view, uint64_t first,
                    char reason[VIEW_STORE_REASON_MAX]);

// Replaces a lost seal: by what the live view holds, all of which then counts
// as sealed.
int view_seal_renew(const view_store_options_t *view, view_store_t *live,
                    char reason[VIEW_STORE_REASON_MAX]);

#endif

// view_store - keeps a view's rows on disk, with the offset they stand for.
//
//     VIEWS/NAME/CURRENT       the name of the generation in use
//     VIEWS/NAME/gen-NNNNNN/   a RocksDB: rows, and the store's own notes under
//                              keys that begin with a zero byte
//     VIEWS/NAME/seal/         the snapshot of what the log dropped, in the
//                              same layout (actors/view_store/seal.h)
//
// A flush writes rows and checkpoint atomically: after a crash both are there
// or neither. Nothing is synced, since all of it can be rebuilt from the log. A
// new generation is built beside the one in use and replaces it by renaming one
// small file.
//
// Since       The first offset of its rows: they are the fold of the log from
//             there on. 0, except for a view that was created after the front
//             of the log had been dropped.
// Checkpoint  The first offset not applied, and the stamp of the batch before
//             it (actors/aggregator/catch_up.h).
// Digest      XXH3-128 over all rows in key order: for each row the lengths of
//             key and value (u32, little-endian), the key, the value. The
//             store's own notes are not included.
// Errors      0 or a negative errno; if opening fails, also in *failure.
//             -EUCLEAN: damaged. -ENOTSUP: the rows have another format, or
//             belong to another view or to a part of a log. Both mean: rebuild
//             it. -EBUSY: in use by another process. -ENOSPC, -EDQUOT: the disk
//             is full; the rows can still be read, as of the checkpoint, but
//             nothing can be written until the store is closed and reopened.
// Memory      Caches are bounded by the options. Handles are freed by the call
//             that takes T **, which accepts NULL.
// Threads     One at a time per store.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_STORE_H
#define OCTOLOG_ACTORS_VIEW_STORE_STORE_H

#include "actors/config/config.h"
#include "actors/view_store/generation.h"
#include "actors/view_store/types.h"
#include "actors/views/view.h"
#include "log/folder.h"
#include "proto/base/failure.h"

// The options for a view with this configuration; `folder` receives the path
// and must live as long as the options. -ENAMETOOLONG.
int view_store_options(const config_t *config, const view_class_t *view,
                       char folder[FOLDER_PATH_MAX],
                       view_store_options_t *options);

// Opens the generation in use, or creates the first one if there is none.
int view_store_open(view_store_t **self, const view_store_options_t *options,
                    failure_t *failure);

// Opens a generation by name. -ENOENT: it does not exist. -EINVAL: not a valid
// name.
int view_store_open_generation(view_store_t **self,
                               const view_store_options_t *options,
                               const char *generation, failure_t *failure);

// Creates a new, empty generation beside the one in use.
int view_store_create(view_store_t **self, const view_store_options_t *options,
                      failure_t *failure);

// Opens the generation in use read-only, in its current state, even while
// another process writes it. -ENOENT: there is none.
int view_store_open_beside(view_store_t **self,
                           const view_store_options_t *options,
                           failure_t *failure);

// Opens the generation in use read-only, for its writer when the disk is full;
// writes nothing. -ENOENT: there is none.
int view_store_open_read_only(view_store_t **self,
                              const view_store_options_t *options,
                              failure_t *failure);

// Whether this error means a full disk or an exhausted quota.
bool view_store_is_full(int rc);

// Whether a store that ran out of disk space has room again: 0, or -ENOSPC,
// -EDQUOT, or another error.
int view_store_check_room(const view_store_options_t *options);

void view_store_close(view_store_t **self);

// Flushes recent writes to tables: what `bulk` left in memory is then on disk,
// and the store opens faster.
int view_store_persist(view_store_t *store);

// Persists the store and makes it the generation in use. The previous one stays
// until view_store_remove() or view_store_tidy().
int view_store_adopt(view_store_t *store);

// One line about the last call with this store that failed.
const char *view_store_reason(const view_store_t *store);

// The name of the generation, "gen-000001".
const char *view_store_generation(const view_store_t *store);

// Deletes a generation. -EBUSY: it is in use, open, or held.
int view_store_remove(const view_store_options_t *options,
                      const char *generation);

// Deletes all generations except the one in use and those that are being built
// or held.
void view_store_tidy(const view_store_options_t *options);

view_checkpoint_t view_store_checkpoint(const view_store_t *store);
uint64_t view_store_since(const view_store_t *store);

// Copies everything in `from` into a new, empty store: rows, since, checkpoint.
// After a failure the store is incomplete and must be removed
// (view_store_remove()).
int view_store_copy(view_store_t *store, view_store_t *from);

// Sets the first offset of a new, empty store.
int view_store_begin_at(view_store_t *store, uint64_t offset);

// Writes the view's changes and the new checkpoint atomically.
int view_store_flush(view_store_t *store, void *state,
                     view_checkpoint_t checkpoint);

// Rolls up rows that flushes left behind, one atomic step. 1: call again; 0:
// all rows are rolled up.
int view_store_settle(view_store_t *store, void *state);

// The rows in their current state.
const view_rows_t *view_store_rows(view_store_t *store);

// Freezes the rows in their current state. NULL: out of memory. The store must
// outlive them.
view_frozen_t *view_store_freeze(view_store_t *store);
void view_store_thaw(view_frozen_t **self);

const view_rows_t *view_frozen_rows(const view_frozen_t *frozen);

// A digest of the rows as of view_digest_new(), computed in steps so that its
// owner can do other work in between. Later flushes do not affect it.
typedef struct view_digest view_digest_t;

typedef struct {
    uint64_t high;
    uint64_t low;
    uint64_t rows;
    view_checkpoint_t checkpoint; // of these rows
} view_digest_value_t;

// NULL when out of memory. The store must outlive it.
view_digest_t *view_digest_new(view_store_t *store);
void view_digest_destroy(view_digest_t **self);

// Reads up to `rows` more rows. 1: *value is the digest; 0: call again.
int view_digest_step(view_digest_t *digest, size_t rows,
                     view_digest_value_t *value);

// Reads every row and lets the view check its format. Calls `problem` for each
// problem found, with one line that names the place. Returns their number, or a
// negative errno if the check could not continue.
int64_t view_store_verify(view_store_t *store,
                          void (*problem)(void *context, const char *text),
                          void *context);

#endif

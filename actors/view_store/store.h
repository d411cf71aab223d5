// view_store - keeps a view's rows on disk, with the offset they stand for.
//
//     VIEWS/NAME/CURRENT       the name of the generation in use
//     VIEWS/NAME/gen-NNNNNN/   a RocksDB: rows, and under keys that begin with
//                              a zero byte what the store itself notes
//     VIEWS/NAME/seal/         the same again, of what the log dropped
//                              (actors/view_store/seal.h)
//
// A flush writes rows and checkpoint at once: after a crash both are there, or
// neither. Nothing is synced, since the log can build all of it anew. A new
// generation is built beside the one in use and takes its place by renaming
// one small file.
//
// Since       where its rows begin: they are the fold of the log from there on.
//             0, but for a view that began when the front of the log was gone.
// Checkpoint  first offset not applied, and the stamp of the batch before it
//             (actors/aggregator/catch_up.h).
// Digest      XXH3-128 over all rows in order of key: of each the lengths of
//             key and value (u32, little-endian), the key, the value. The
//             store's own notes are left out.
// Errors      0 or a negative errno; on failure to open, *reason has one line.
//             -EUCLEAN: damaged; -ENOTSUP: rows of another format, view, or of
//             a part of a log; both mean: build it anew. -EBUSY: in use by
//             another process. -ENOSPC, -EDQUOT: the disk is full; the rows
//             can still be read, as of the checkpoint, and nothing be written
//             until the store is closed and opened again.
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

// The options for a view of this configuration; `folder` gets the path and
// must live as long as the options. -ENAMETOOLONG.
int view_store_options(const config_t *config, const view_class_t *view,
                       char folder[FOLDER_PATH_MAX],
                       view_store_options_t *options);

// Opens the generation in use, or begins the first one where there is none.
int view_store_open(view_store_t **self, const view_store_options_t *options,
                    char reason[VIEW_STORE_REASON_MAX]);

// Opens a generation by name. -ENOENT: there is none. -EINVAL: not a name of
// one.
int view_store_open_generation(view_store_t **self,
                               const view_store_options_t *options,
                               const char *generation,
                               char reason[VIEW_STORE_REASON_MAX]);

// Begins a new, empty generation beside the one in use.
int view_store_create(view_store_t **self, const view_store_options_t *options,
                      char reason[VIEW_STORE_REASON_MAX]);

// Opens the generation in use for reading alone, even while another process
// writes it; as it stood at this moment. -ENOENT: there is none.
int view_store_open_beside(view_store_t **self,
                           const view_store_options_t *options,
                           char reason[VIEW_STORE_REASON_MAX]);

// Opens the generation in use for reading alone, for who may write it and finds
// the disk full; writes nothing. -ENOENT: there is none.
int view_store_open_read_only(view_store_t **self,
                              const view_store_options_t *options,
                              char reason[VIEW_STORE_REASON_MAX]);

// Whether this error is a full disk or an exhausted quota.
bool view_store_is_full(int rc);

// Whether there is room again for a store that ran out of it: 0, -ENOSPC,
// -EDQUOT, or another error of taking it.
int view_store_check_room(const view_store_options_t *options);

void view_store_close(view_store_t **self);

// Moves what was written last to tables: so what `bulk` left in memory is on
// disk before the store is closed, and any store opens faster.
int view_store_persist(view_store_t *store);

// Makes the store the generation in use, whole on disk. The one before stays
// until view_store_remove() or view_store_tidy().
int view_store_adopt(view_store_t *store);

// One line about the last call with this store that failed.
const char *view_store_reason(const view_store_t *store);

// The name of the generation, "gen-000001".
const char *view_store_generation(const view_store_t *store);

// Deletes a generation that is not the one in use and that nobody has open or
// holds. -EBUSY.
int view_store_remove(const view_store_options_t *options,
                      const char *generation);

// Deletes all generations but the one in use, and those that somebody is
// building or holds just now.
void view_store_tidy(const view_store_options_t *options);

view_checkpoint_t view_store_checkpoint(const view_store_t *store);
uint64_t view_store_since(const view_store_t *store);

// Makes a new, empty store hold all that `from` holds: rows, since, checkpoint.
// On failure it holds a part, and is for nothing but view_store_remove().
int view_store_copy(view_store_t *store, view_store_t *from);

// Makes a new, empty store begin at an offset of the log.
int view_store_begin_at(view_store_t *store, uint64_t offset);

// Flushes the view's changes and moves the checkpoint, both or neither.
int view_store_flush(view_store_t *store, void *state,
                     view_checkpoint_t checkpoint);

// Does a step of what the view left to be done after its flushes, whole or not
// at all: 1, or 0 when the rows are settled.
int view_store_settle(view_store_t *store, void *state);

// The rows as they are now.
const view_rows_t *view_store_rows(view_store_t *store);

// Freezes the rows as they are now. NULL: out of memory. The store must outlive
// them.
view_frozen_t *view_store_freeze(view_store_t *store);
void view_store_thaw(view_frozen_t **self);

const view_rows_t *view_frozen_rows(const view_frozen_t *frozen);

// A digest, computed in steps, so that its owner can do other things between.
// It sees the rows as they are now, whatever is flushed later.
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

// Reads up to `rows` more rows. 1: *value is the outcome; 0: call again.
int view_digest_step(view_digest_t *digest, size_t rows,
                     view_digest_value_t *value);

// Reads every row and lets the view check its form. `problem` is called for
// each thing found wrong, with one line that names the place. Returns how many
// there were, or a negative errno when the check could not go on.
int64_t view_store_verify(view_store_t *store,
                          void (*problem)(void *context, const char *text),
                          void *context);

#endif

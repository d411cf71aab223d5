// view_engine - a running view: its changes in memory, its rows on disk, and
// its position in the log.
//
// Aggregators serve views with it and replay builds them with it: it is the
// only path by which a batch gets into a view.
//
// Errors    0 or a negative errno; on failure *failure or view_engine_reason()
//           has one line. -EUCLEAN and -ENOTSUP mean: rebuild the view with
//           view_engine_rebuild(). After any other failure of apply, flush or
//           query except -EINVAL and -E2BIG, close it: the disk still holds the
//           last flush completely. After -ENOSPC and -EDQUOT it may be kept,
//           full.
// Full      When the disk is full, the engine goes back to its checkpoint and
//           answers from there. Nothing may be applied until
//           view_engine_reopen() has succeeded.
// Memory    Changes are bounded by view.pending-bytes plus one batch, caches by
//           view.cache-bytes.
// Threads   One at a time per engine. Do not move an engine in memory once it
//           is open.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_ENGINE_H
#define OCTOLOG_ACTORS_VIEW_STORE_ENGINE_H

#include "actors/view_store/reader.h"
#include "actors/view_store/seal.h"
#include "proto/base/failure.h"

typedef struct {
    const view_class_t *view;
    void *state; // the view's
    view_store_t *store;
    view_store_options_t options;
    char folder[FOLDER_PATH_MAX];
    size_t pending_max_bytes;
    view_checkpoint_t position; // applied; the store's may be behind
    bool is_full;               // the disk was full
    bool is_unsettled;          // view_engine_settle() may have something to do
    view_reader_t reader;       // of view_engine_query()
} view_engine_t;

// Opens the generation in use, or creates the first. If the disk is full and
// there is a generation, the engine is full.
int view_engine_open(view_engine_t *engine, const config_t *config,
                     const view_class_t *view, failure_t *failure);

// Opens the view's snapshot (actors/view_store/seal.h) to fold more into it;
// creates it if there is none. view_store_persist() makes it durable.
int view_engine_open_seal(view_engine_t *engine, const config_t *config,
                          const view_class_t *view, failure_t *failure);

// Creates a new, empty generation beside the one in use, for rows of the whole
// log or of a part of it. `folder` NULL: the configured folder of the view.
int view_engine_create(view_engine_t *engine, const config_t *config,
                       const view_class_t *view, const char *folder,
                       bool partial, failure_t *failure);

// The same for rows of all events ever, with a log whose first offset is
// `first`: starts with a copy of the snapshot and continues at its position. If
// there is a snapshot that cannot be used, *failure says why, even on success.
int view_engine_restore(view_engine_t *engine, const config_t *config,
                        const view_class_t *view, const char *folder,
                        uint64_t first, failure_t *failure);

// Starts over: a generation with a copy of the snapshot (empty if there is no
// snapshot) replaces the one in use, which is discarded. *failure as above.
// Works on an engine that failed to open. first: of the log; 0: unknown.
int view_engine_rebuild(view_engine_t *engine, uint64_t first,
                        failure_t *failure);

// Switches to another generation and deletes the previous one. On failure the
// engine keeps the one it had.
int view_engine_adopt(view_engine_t *engine, const char *generation,
                      failure_t *failure);

// Opens the generation in use read-only, in its current state, even while
// another process writes it. -ENOENT: there is none. Nothing may be applied.
int view_engine_open_beside(view_engine_t *engine, const config_t *config,
                            const view_class_t *view, failure_t *failure);

// Reopens a full engine after view_store_check_room() returned 0; it continues
// at its checkpoint. Nobody may be reading its rows. -ENOSPC, -EDQUOT: still
// full. After any other failure except -EUCLEAN and -ENOTSUP, close it.
int view_engine_reopen(view_engine_t *engine, failure_t *failure);

void view_engine_close(view_engine_t *engine);

// Folds events [from, until) of the batch; flushes when enough is pending.
int view_engine_apply(view_engine_t *engine, const batch_t *batch,
                      uint32_t from, uint32_t until);

// Whether anything was applied since the last flush.
bool view_engine_is_pending(const view_engine_t *engine);

// Writes what is pending. Afterwards rows may have to be rolled up.
int view_engine_flush(view_engine_t *engine);

// Rolls up rows that flushes left behind (view_class_t.settle), one step of
// some milliseconds. 1: call again; 0: all rows are rolled up.
int view_engine_settle_step(view_engine_t *engine);

// Rolls up all of them.
int view_engine_settle(view_engine_t *engine);

// Answers a question completely, from everything applied. The answer's slices
// belong to the engine and are valid until the next call with it.
int view_engine_query(view_engine_t *engine, const message_as_of_t *as_of,
                      const message_t *question, message_t *answer);

const char *view_engine_reason(const view_engine_t *engine);

#endif

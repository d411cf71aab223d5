// view_engine - a view at work: its changes in memory, its rows on disk, and
// how far in the log it is.
//
// Aggregators serve with it, replay builds with it: whatever brings the next
// batch, this is the one path it takes into a view.
//
// Errors    0 or a negative errno; on failure *reason or view_engine_reason()
//           has one line. -EUCLEAN and -ENOTSUP mean: build the view anew, by
//           view_engine_rebuild(). After any other failure of apply, flush or
//           query but -EINVAL and -E2BIG, close it: the disk still holds the
//           last flush whole. After -ENOSPC and -EDQUOT it may be kept, full.
// Full      The disk was: the engine stands at its checkpoint again, answers
//           from there, and nothing may be applied until view_engine_reopen()
//           succeeded.
// Memory    Changes are bounded by view.pending-bytes and one batch, caches by
//           view.cache-bytes.
// Threads   One at a time per engine. It must not be moved once it is begun.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_ENGINE_H
#define OCTOLOG_ACTORS_VIEW_STORE_ENGINE_H

#include "actors/view_store/reader.h"
#include "actors/view_store/seal.h"

typedef struct {
    const view_class_t *view;
    void *state; // the view's
    view_store_t *store;
    view_store_options_t options;
    char folder[FOLDER_PATH_MAX];
    size_t pending_max_bytes;
    view_checkpoint_t position; // applied; the store's may be behind
    bool is_full;               // the disk was
    bool is_unsettled;          // view_engine_settle() may have something to do
    view_reader_t reader;       // of view_engine_query()
} view_engine_t;

// Opens the generation in use, or begins the first. Where the disk is full and
// there is one, the engine is full.
int view_engine_open(view_engine_t *engine, const config_t *config,
                     const view_class_t *view,
                     char reason[VIEW_STORE_REASON_MAX]);

// Opens the seal of the view (actors/view_store/seal.h), to fold more into it;
// begins it where there is none. view_store_persist() makes it last.
int view_engine_open_seal(view_engine_t *engine, const config_t *config,
                          const view_class_t *view,
                          char reason[VIEW_STORE_REASON_MAX]);

// Begins a new generation beside the one in use, empty: for rows of all of the
// log or of a part of it. `folder` NULL: where the configuration keeps the
// view.
int view_engine_create(view_engine_t *engine, const config_t *config,
                       const view_class_t *view, const char *folder,
                       bool partial, char reason[VIEW_STORE_REASON_MAX]);

// The same for rows of all there ever was, of a log whose first offset is
// `first`: it begins with what is sealed, and goes on at its position. Where
// the seal is there and of no use, *reason says why even on success.
int view_engine_restore(view_engine_t *engine, const config_t *config,
                        const view_class_t *view, const char *folder,
                        uint64_t first, char reason[VIEW_STORE_REASON_MAX]);

// Begins anew: a generation with what is sealed, empty where nothing is, takes
// the place of the one in use, of which nothing is kept. *reason as above.
// Works on an engine that failed to open. first: of the log; 0 when unknown.
int view_engine_rebuild(view_engine_t *engine, uint64_t first,
                        char reason[VIEW_STORE_REASON_MAX]);

// Serves another generation from now on and deletes the one before. On failure
// it goes on with the one it had.
int view_engine_adopt(view_engine_t *engine, const char *generation,
                      char reason[VIEW_STORE_REASON_MAX]);

// Opens the generation in use to answer from alone, as it stands now, whoever
// writes it. -ENOENT: there is none. Nothing may be applied.
int view_engine_open_beside(view_engine_t *engine, const config_t *config,
                            const view_class_t *view,
                            char reason[VIEW_STORE_REASON_MAX]);

// Opens a full engine anew, once view_store_check_room() says that there is
// some: it goes on at its checkpoint. Nobody may be reading its rows. -ENOSPC,
// -EDQUOT: it is full as before; after any other failure, -EUCLEAN and -ENOTSUP
// apart, close it.
int view_engine_reopen(view_engine_t *engine,
                       char reason[VIEW_STORE_REASON_MAX]);

void view_engine_close(view_engine_t *engine);

// Folds events [from, until) of the batch, and flushes when enough is pending.
int view_engine_apply(view_engine_t *engine, const batch_t *batch,
                      uint32_t from, uint32_t until);

// Whether something was applied since the last flush.
bool view_engine_is_pending(const view_engine_t *engine);

// Writes what is pending. The rows then may have to be settled.
int view_engine_flush(view_engine_t *engine);

// Does a step of what flushes left to be done (view_class_t.settle), some
// milliseconds: 1, or 0 when the rows are settled.
int view_engine_settle_step(view_engine_t *engine);

// Does all of it.
int view_engine_settle(view_engine_t *engine);

// Answers from everything applied, to its end. The answer's slices are the
// engine's, until the next call with it.
int view_engine_query(view_engine_t *engine, const message_as_of_t *as_of,
                      const message_t *question, message_t *answer);

const char *view_engine_reason(const view_engine_t *engine);

#endif

#include "tools/replay/replay_parts.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// A thread does not pay off for parts shorter than this.
#define PART_EVENTS UINT64_C(262144)

typedef struct fold fold_t;

// One part's contribution to one view.
typedef struct {
    void *state;                // the view's
    view_checkpoint_t position; // applied; 0: nothing yet
    uint64_t events;            // applied
} piece_t;

typedef struct {
    fold_t *fold;
    pthread_t thread; // but of the first part, which is the caller's
    replay_range_t range;
    _Atomic uint64_t walked; // offsets of the range
    piece_t pieces[CONFIG_VIEWS_MAX];
    failure_t failure; // its thread's until that is joined
} part_t;

struct fold {
    replay_views_t *views;
    event_log_t *log;
    command_progress_t *progress; // may be NULL; the caller's thread
    uint64_t length;              // offsets of the range
    size_t count;                 // of parts
    pthread_mutex_t turn;         // to merge: stores, engines, views' reason
    atomic_bool stopped;          // a part failed, the others may stop
    part_t parts[REPLAY_PARTS_MAX];
};

unsigned replay_parts_count(uint64_t events)
{
    cpu_set_t cores;
    uint64_t most = events / PART_EVENTS;
    unsigned count =
        sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    if (count > REPLAY_PARTS_MAX)
        count = REPLAY_PARTS_MAX;
    if (count > most)
        count = (unsigned)most;
    return count ? count : 1;
}

static int s_fail(part_t *part, const replay_view_t *view, int rc,
                  const char *why)
{
    return failure_set(&part->failure, rc, "%s: %.400s", view->view->name,
                       why[0] ? why : strerror(-rc));
}

static int s_merge(part_t *part, size_t i)
{
    fold_t *fold = part->fold;
    replay_view_t *view = &fold->views->views[i];
    const piece_t *piece = &part->pieces[i];
    pthread_mutex_lock(&fold->turn);
    int rc =
        view_store_flush(view->engine.store, piece->state, piece->position);
    if (rc != 0)
        s_fail(part, view, rc, view_store_reason(view->engine.store));
    pthread_mutex_unlock(&fold->turn);
    return rc;
}

// Applies events [from, until) of the batch, except those that the view already
// contains or must leave out.
static int s_apply(part_t *part, size_t i, const batch_t *batch, uint64_t from,
                   uint64_t until)
{
    const replay_view_t *view = &part->fold->views->views[i];
    piece_t *piece = &part->pieces[i];
    uint64_t held = view->engine.position.offset;
    from += batch->offset;
    until += batch->offset;
    from = from < held ? held : from;
    until = until > view->until ? view->until : until;
    if (from >= until)
        return 0;
    int rc =
        view->view->apply(piece->state, batch, (uint32_t)(from - batch->offset),
                          (uint32_t)(until - batch->offset));
    if (rc != 0)
        return s_fail(part, view, rc, "");
    piece->position = (view_checkpoint_t){until, batch->journaled_at_us};
    piece->events += until - from;
    size_t most = view->engine.pending_max_bytes / part->fold->count;
    return view->view->pending_bytes(piece->state) < most ? 0
                                                          : s_merge(part, i);
}

static void s_show_progress(const fold_t *fold)
{
    uint64_t walked = 0;
    for (size_t i = 0; i < fold->count; i++)
        walked +=
            atomic_load_explicit(&fold->parts[i].walked, memory_order_relaxed);
    command_progress(fold->progress, walked, fold->length);
}

static int s_on_run(void *context, const batch_t *batch, uint32_t from,
                    uint32_t until)
{
    part_t *part = context;
    fold_t *fold = part->fold;
    int rc = atomic_load(&fold->stopped) ? -ECANCELED : 0;
    for (size_t i = 0; i < fold->views->count && rc == 0; i++)
        rc = s_apply(part, i, batch, from, until);
    atomic_store_explicit(&part->walked,
                          batch->offset + until - part->range.from,
                          memory_order_relaxed);
    if (fold->progress && part == fold->parts)
        s_show_progress(fold);
    return rc;
}

static void *s_run(void *context)
{
    part_t *part = context;
    fold_t *fold = part->fold;
    int rc = replay_range_walk(fold->log, &part->range, s_on_run, part, NULL,
                               &part->failure);
    if (rc != 0)
        atomic_store(&fold->stopped, true);
    return NULL;
}

// Runs the first part in this thread and the others in their own.
static void s_run_all(fold_t *fold)
{
    size_t begun = 1;
    for (; begun < fold->count; begun++) {
        part_t *part = &fold->parts[begun];
        int error = pthread_create(&part->thread, NULL, s_run, part);
        if (error != 0) {
            failure_set(&part->failure, -error, "a thread: %s",
                        strerror(error)); // there is no thread to set it
            atomic_store(&fold->stopped, true);
            break;
        }
    }
    s_run(&fold->parts[0]);
    for (size_t i = 1; i < begun; i++)
        pthread_join(fold->parts[i].thread, NULL);
}

// Merges the remaining states of the parts in order, so that the checkpoint
// becomes that of the last event.
static int s_merge_rest(part_t *part)
{
    int rc = 0;
    for (size_t i = 0; i < part->fold->views->count && rc == 0; i++) {
        replay_view_t *view = &part->fold->views->views[i];
        const piece_t *piece = &part->pieces[i];
        if (piece->events == 0)
            continue;
        rc = s_merge(part, i);
        view->events += piece->events;
        view->engine.position = piece->position;
    }
    return rc;
}

// The first error that is not a consequence of another.
static int s_outcome(fold_t *fold)
{
    int rc = 0;
    for (size_t i = 0; i < fold->count && (rc == 0 || rc == -ECANCELED); i++) {
        const part_t *part = &fold->parts[i];
        if (part->failure.code == 0)
            continue;
        rc = part->failure.code;
        fold->views->failure = part->failure;
    }
    for (size_t i = 0; i < fold->count && rc == 0; i++) {
        part_t *part = &fold->parts[i];
        rc = s_merge_rest(part);
        if (rc != 0)
            fold->views->failure = part->failure;
    }
    return rc;
}

static int s_make_parts(fold_t *fold, const replay_range_t *range)
{
    for (size_t i = 0; i < fold->count; i++) {
        part_t *part = &fold->parts[i];
        part->fold = fold;
        part->range = *range;
        part->range.from = range->from + fold->length * i / fold->count;
        part->range.until = range->from + fold->length * (i + 1) / fold->count;
        for (size_t k = 0; k < fold->views->count; k++) {
            const view_class_t *view = fold->views->views[k].view;
            part->pieces[k].state = view->create();
            if (!part->pieces[k].state)
                return -ENOMEM;
        }
    }
    return 0;
}

static void s_free(fold_t *fold)
{
    for (size_t i = 0; i < fold->count; i++)
        for (size_t k = 0; k < fold->views->count; k++)
            fold->views->views[k].view->destroy(
                &fold->parts[i].pieces[k].state);
    pthread_mutex_destroy(&fold->turn);
    free(fold);
}

int replay_parts_fold(replay_views_t *views, event_log_t *log,
                      const replay_range_t *range, unsigned count,
                      command_progress_t *progress)
{
    fold_t *fold = calloc(1, sizeof *fold);
    int rc = fold ? 0 : -ENOMEM;
    if (fold) {
        fold->views = views;
        fold->log = log;
        fold->progress = progress;
        fold->length = range->until - range->from;
        fold->count = count;
        pthread_mutex_init(&fold->turn, NULL);
        rc = s_make_parts(fold, range);
        if (rc == 0) {
            s_run_all(fold);
            rc = s_outcome(fold);
        }
        s_free(fold);
    }
    if (rc == -ENOMEM && !views->failure.code)
        failure_set(&views->failure, rc, "out of memory");
    return rc;
}

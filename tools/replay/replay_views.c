#include "tools/replay/replay_views.h"

#include "log/folder.h"
#include "tools/replay/replay_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static int s_fail(replay_views_t *self, const replay_view_t *view, int rc,
                  const char *why)
{
    return failure_set(&self->failure, rc, "%s: %.400s", view->view->name,
                       why[0] ? why : strerror(-rc));
}

// Never build into an existing view: it may be in use.
static int s_find_out(const replay_views_t *self, const view_class_t *view,
                      char folder[FOLDER_PATH_MAX])
{
    int rc = folder_path(folder, self->out, view->name);
    if (rc == 0 && access(folder, F_OK) == 0)
        rc = -EEXIST;
    return rc;
}

static int s_refuse(replay_views_t *self, const replay_view_t *view,
                    event_log_t *log)
{
    char why[FAILURE_REASON_BYTES];
    uint64_t sealed = view->engine.store ? view->engine.position.offset : 0;
    if (sealed > 0)
        snprintf(why, sizeof why,
                 "the snapshot of dropped events ends at offset %" PRIu64
                 "; the range must not end before that",
                 sealed);
    else
        snprintf(why, sizeof why,
                 "the log now begins at offset %" PRIu64
                 "; earlier events were dropped "
                 "(use --from %" PRIu64 " for the rest)",
                 event_log_first(log), event_log_first(log));
    return s_fail(self, view, -ERANGE, why);
}

// A view of the log from its first event on.
static int s_begin_whole(replay_views_t *self, replay_view_t *view,
                         const char *folder, event_log_t *log)
{
    int rc = view_engine_restore(&view->engine, self->config, view->view,
                                 folder, event_log_first(log), &view->note);
    if (rc != 0)
        return s_fail(self, view, rc, view->note.reason);
    if (view->engine.position.offset > self->range.until ||
        view->engine.position.offset > view->until)
        return s_refuse(self, view, log);
    return 0;
}

static int s_begin_part(replay_views_t *self, replay_view_t *view,
                        const char *folder, event_log_t *log)
{
    failure_t failure = {0};
    if (!replay_range_is_kept(&self->range, log))
        return s_refuse(self, view, log);
    int rc = view_engine_create(&view->engine, self->config, view->view, folder,
                                true, &failure);
    return rc ? s_fail(self, view, rc, failure.reason) : 0;
}

static int s_begin(replay_views_t *self, replay_view_t *view, event_log_t *log)
{
    char folder[FOLDER_PATH_MAX];
    if (self->out) {
        int rc = s_find_out(self, view->view, folder);
        if (rc != 0)
            return s_fail(
                self, view, rc,
                rc == -EEXIST ? "the output folder already contains it" : "");
    }
    return replay_range_is_prefix(&self->range)
               ? s_begin_whole(self, view, self->out ? folder : NULL, log)
               : s_begin_part(self, view, self->out ? folder : NULL, log);
}

int replay_views_begin(replay_views_t *self, event_log_t *log)
{
    int rc = 0;
    for (size_t i = 0; i < self->count && rc == 0; i++)
        rc = s_begin(self, &self->views[i], log);
    return rc;
}

// Only after all parts are merged: with parts out of order, events would
// otherwise count as late.
static int s_settle(replay_views_t *self)
{
    int rc = 0;
    for (size_t i = 0; i < self->count && rc == 0; i++) {
        view_engine_t *engine = &self->views[i].engine;
        rc = view_engine_settle(engine);
        if (rc != 0)
            s_fail(self, &self->views[i], rc, view_engine_reason(engine));
    }
    return rc;
}

int replay_views_fold(replay_views_t *self, event_log_t *log,
                      command_progress_t *progress)
{
    replay_range_t range = self->range;
    if (range.from < event_log_first(log))
        range.from = event_log_first(log);
    if (range.until > event_log_end(log))
        range.until = event_log_end(log);
    if (range.from >= range.until)
        return 0;
    uint64_t events = range.until - range.from;
    unsigned parts = self->threads ? self->threads : replay_parts_count(events);
    int rc = replay_parts_fold(self, log, &range, parts, progress);
    // The next fold starts here, whether or not the last events were in the
    // range.
    if (rc == 0)
        self->range.from = range.until;
    return rc == 0 ? s_settle(self) : rc;
}

static int s_digest(replay_views_t *self, replay_view_t *view)
{
    view_store_t *store = view->engine.store;
    view_digest_t *digest = view_digest_new(store);
    if (!digest)
        return s_fail(self, view, -ENOMEM, "");
    int rc = view_digest_step(digest, SIZE_MAX, &view->digest);
    view_digest_destroy(&digest);
    return rc == 1 ? 0 : s_fail(self, view, rc, view_store_reason(store));
}

int replay_views_digest(replay_views_t *self)
{
    int rc = 0;
    for (size_t i = 0; i < self->count && rc == 0; i++)
        rc = s_digest(self, &self->views[i]);
    return rc;
}

int replay_views_adopt(replay_views_t *self, replay_view_t *view)
{
    int rc = view_store_adopt(view->engine.store);
    if (rc != 0)
        return s_fail(self, view, rc, view_store_reason(view->engine.store));
    view_engine_close(&view->engine);
    view_store_tidy(&view->engine.options);
    return 0;
}

int replay_views_hand_over(replay_views_t *self, replay_view_t *view)
{
    view_store_t *store = view->engine.store;
    int rc = view_store_persist(store);
    if (rc != 0)
        return s_fail(self, view, rc, view_store_reason(store));
    memcpy(view->generation, view_store_generation(store),
           sizeof view->generation);
    rc = view_generation_hold(view->engine.folder, view->generation);
    if (rc < 0)
        return s_fail(self, view, rc, "");
    view->hold = rc;
    view_engine_close(&view->engine);
    return 0;
}

void replay_views_let_go(replay_view_t *view, bool adopted)
{
    close(view->hold);
    if (!adopted)
        (void)view_store_remove(&view->engine.options, view->generation);
}

void replay_views_end(replay_views_t *self)
{
    for (size_t i = 0; i < self->count; i++) {
        view_engine_t *engine = &self->views[i].engine;
        if (!engine->store)
            continue;
        char generation[VIEW_GENERATION_NAME_MAX];
        memcpy(generation, view_store_generation(engine->store),
               sizeof generation);
        view_engine_close(engine);
        (void)view_store_remove(&engine->options, generation);
        if (self->out) // created by replay_views_begin(), now empty
            (void)rmdir(engine->folder);
    }
}

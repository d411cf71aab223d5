#include "tools/query/local_answers.h"

#include "actors/journal/log_stats.h"
#include "actors/view_store/engine.h"
#include "actors/views/registry.h"
#include "log/event_log.h"
#include "log/folder.h"
#include "tools/command/replay_range.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    view_engine_t engine; // engine.view NULL: not opened yet
    char *folder;         // of a folded view, owned; NULL: the stored view
} local_view_t;

struct local_answers {
    const config_t *config; // borrowed
    event_log_t *log;
    bool at_moment; // views are folded up to `until`
    uint64_t until; // first offset not included
    local_view_t views[CONFIG_VIEWS_MAX];
    size_t view_count;
    buffer_t list;     // items of the answer under construction
    failure_t failure; // the last
};

// Beginning.

static int s_open_log(local_answers_t *self)
{
    const event_log_options_t options = {.cache_bytes =
                                             self->config->log_cache_bytes};
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, self->config->data_dir, "log");
    if (rc == 0)
        rc = event_log_open(&self->log, path, EVENT_LOG_READ_HEADS, &options,
                            &self->failure);
    return rc ? failure_explain(&self->failure, rc) : 0;
}

// Finds the offset of the moment. The state of views before the start of the
// log is unknown, and so is when dropped events were journaled.
static int s_find_moment(local_answers_t *self, const local_moment_t *moment)
{
    const uint64_t first = event_log_first(self->log);
    const uint64_t end = event_log_end(self->log);
    int rc = 0;
    self->until = end;
    self->at_moment = moment->given;
    if (moment->given && moment->is_time)
        rc = event_log_seek_journaled(self->log,
                                      (int64_t)moment->position * 1000000,
                                      &self->until, &self->failure);
    else if (moment->given)
        self->until = moment->position;
    if (rc != 0)
        return rc;
    if (self->until > end)
        return failure_set(&self->failure, -ERANGE,
                           "the log ends at offset %" PRIu64, end);
    if (moment->given && first > 0 &&
        (self->until < first || (moment->is_time && self->until == first)))
        return failure_set(&self->failure, -ERANGE,
                           "the log now begins at offset %" PRIu64
                           "; the state of views before that is unknown",
                           first);
    return 0;
}

int local_answers_new(local_answers_t **answers, const config_t *config,
                      const local_moment_t *moment, failure_t *failure)
{
    local_answers_t *self = calloc(1, sizeof *self);
    if (!self)
        return failure_set(failure, -ENOMEM, "out of memory");
    self->config = config;
    int rc = s_open_log(self);
    if (rc == 0)
        rc = s_find_moment(self, moment);
    if (rc == 0) {
        *answers = self;
        return 0;
    }
    failure_set(failure, rc, "%s", self->failure.reason);
    local_answers_destroy(&self);
    return rc;
}

// Removes the folded generation and the folders around it.
static void s_remove_folded(local_view_t *view)
{
    view_engine_t *engine = &view->engine;
    if (engine->store) {
        char generation[VIEW_GENERATION_NAME_MAX];
        memcpy(generation, view_store_generation(engine->store),
               sizeof generation);
        view_engine_close(engine);
        (void)view_store_remove(&engine->options, generation);
    }
    rmdir(view->folder);
    free(view->folder);
}

void local_answers_destroy(local_answers_t **answers)
{
    local_answers_t *self = *answers;
    if (!self)
        return;
    *answers = NULL;
    for (size_t i = 0; i < self->view_count; i++) {
        if (self->views[i].folder)
            s_remove_folded(&self->views[i]);
        else
            view_engine_close(&self->views[i].engine);
    }
    event_log_close(&self->log);
    buffer_free(&self->list);
    free(self);
}

// Views.

static int s_make_folder(local_answers_t *self, local_view_t *view)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder_temporary(), "octolog-query-XXXXXX");
    if (rc == 0 && !mkdtemp(path))
        rc = -errno;
    if (rc != 0)
        return failure_set(&self->failure, rc, "%s: %s", path, strerror(-rc));
    view->folder = strdup(path);
    return view->folder ? 0
                        : failure_set(&self->failure, -ENOMEM, "out of memory");
}

static int s_on_run(void *context, const batch_t *batch, uint32_t from,
                    uint32_t until)
{
    return view_engine_apply(context, batch, from, until);
}

static int s_fold(local_answers_t *self, local_view_t *view,
                  const view_class_t *class)
{
    failure_t failure = {0};
    replay_range_t range = replay_range_all;
    command_progress_t progress;
    int rc = s_make_folder(self, view);
    if (rc != 0)
        return rc;
    rc = view_engine_restore(&view->engine, self->config, class, view->folder,
                             event_log_first(self->log), &self->failure);
    if (rc != 0)
        return rc;
    range.from = view->engine.position.offset;
    range.until = self->until;
    if (range.from > range.until)
        return failure_set(
            &self->failure, -ERANGE,
            "%s: the log no longer holds what came before offset "
            "%" PRIu64 "; a snapshot covers them",
            class->name, range.from);
    command_progress_start(&progress, class->name, "events");
    rc = replay_range_walk(self->log, &range, s_on_run, &view->engine,
                           &progress, &failure);
    command_progress_end(&progress);
    return rc ? failure_set(&self->failure, rc, "%s: %s", class->name,
                            failure.reason)
              : 0;
}

// Opens the stored view; folds it if there is none, or for another moment.
static int s_open(local_answers_t *self, local_view_t *view,
                  const view_class_t *class)
{
    failure_t failure = {0};
    if (self->at_moment)
        return s_fold(self, view, class);
    int rc =
        view_engine_open_beside(&view->engine, self->config, class, &failure);
    if (rc == -ENOENT)
        return s_fold(self, view, class);
    return rc ? failure_set(&self->failure, rc, "%s: %s", class->name,
                            failure.reason)
              : 0;
}

static int s_find(local_answers_t *self, const char *name, local_view_t **view)
{
    const view_class_t *class = registry_find(name);
    for (size_t i = 0; i < self->view_count; i++) {
        *view = &self->views[i];
        if ((*view)->engine.view == class)
            return 0;
    }
    if (!class || self->view_count == CONFIG_VIEWS_MAX)
        return failure_set(&self->failure, -ENOENT, "unknown view %s", name);
    *view = &self->views[self->view_count++];
    return s_open(self, *view, class);
}

static int s_ask_view(local_answers_t *self, const char *name,
                      const message_t *question, message_t *answer)
{
    local_view_t *view = NULL;
    int rc = s_find(self, name, &view);
    if (rc != 0)
        return rc;
    const message_as_of_t as_of = {.since =
                                       view_store_since(view->engine.store),
                                   .offset = view->engine.position.offset,
                                   .log_end = event_log_end(self->log),
                                   .fresh = 1};
    rc = view_engine_query(&view->engine, &as_of, question, answer);
    return rc ? failure_set(&self->failure, rc, "%s: %s", name,
                            view_engine_reason(&view->engine))
              : 0;
}

// The log.

// The offset up to which this view has a snapshot; 0 if it has none, or none
// that can be read, which `octolog verify` reports.
static uint64_t s_sealed(const local_answers_t *self, const char *name)
{
    char folder[FOLDER_PATH_MAX];
    view_store_options_t options;
    view_store_t *seal = NULL;
    uint64_t offset = 0;
    if (view_store_options(self->config, registry_find(name), folder,
                           &options) == 0 &&
        view_seal_open(&seal, &options, NULL) == 0)
        offset = view_store_checkpoint(seal).offset;
    view_store_close(&seal);
    return offset;
}

static void s_list_sealed(local_answers_t *self)
{
    buffer_reset(&self->list);
    for (size_t i = 0; i < self->config->view_count; i++) {
        const char *name = self->config->views[i];
        const message_t item = {
            .kind = MESSAGE_SEALED,
            .sealed = {slice_of(name), s_sealed(self, name)}};
        message_list_add(&self->list, &item);
    }
}

static int s_ask_log(local_answers_t *self, const message_t *question,
                     message_t *answer)
{
    event_log_stats_t stats;
    if (question->kind != MESSAGE_LOG_STATS_ASK)
        return failure_set(&self->failure, -EINVAL,
                           "this cannot be answered here");
    int rc = event_log_stats(self->log, &stats);
    if (rc != 0)
        return failure_set(&self->failure, rc, "%s", strerror(-rc));
    s_list_sealed(self);
    if (buffer_failed(&self->list))
        return failure_set(&self->failure, -ENOMEM, "out of memory");
    *answer = log_stats_message(&stats, self->config, stats.first,
                                buffer_slice(&self->list));
    return 0;
}

int local_answers_ask(void *answers, const char *endpoint,
                      const message_t *question, message_t *answer,
                      const char **reason)
{
    local_answers_t *self = answers;
    const char prefix[] = "view-";
    *reason = self->failure.reason;
    if (strncmp(endpoint, prefix, strlen(prefix)) == 0)
        return s_ask_view(self, endpoint + strlen(prefix), question, answer);
    if (strcmp(endpoint, "log") == 0)
        return s_ask_log(self, question, answer);
    return failure_set(&self->failure, -ENOENT, "%s: cannot be answered here",
                       endpoint);
}

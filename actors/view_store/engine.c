#include "actors/view_store/engine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int s_begin(view_engine_t *engine, const config_t *config,
                   const view_class_t *view, failure_t *failure)
{
    *engine = (view_engine_t){
        .view = view,
        .pending_max_bytes = config->view_pending_bytes,
    };
    int rc = view_store_options(config, view, engine->folder, &engine->options);
    return rc ? failure_set_code(failure, rc) : 0;
}

// Makes the store the engine's, with a fresh state at the store's checkpoint.
static int s_start(view_engine_t *engine, view_store_t *store,
                   failure_t *failure)
{
    void *state = engine->view->create();
    if (!state) {
        view_store_close(&store);
        return failure_set_code(failure, -ENOMEM);
    }
    engine->view->destroy(&engine->state);
    view_store_close(&engine->store);
    engine->state = state;
    engine->store = store;
    engine->position = view_store_checkpoint(store);
    // Its last writer may have left rows that are not rolled up.
    engine->is_unsettled = true;
    engine->is_full = false;
    return 0;
}

// Goes back to the checkpoint if the disk is full: the state may have lost some
// of its changes.
static int s_check_full(view_engine_t *engine, int rc)
{
    if (!view_store_is_full(rc))
        return rc;
    void *state = engine->view->create();
    if (!state)
        return -ENOMEM;
    engine->view->destroy(&engine->state);
    engine->state = state;
    engine->position = view_store_checkpoint(engine->store);
    engine->is_full = true;
    return rc;
}

int view_engine_settle_step(view_engine_t *engine)
{
    if (!engine->is_unsettled || engine->is_full)
        return 0;
    int rc = view_store_settle(engine->store, engine->state);
    engine->is_unsettled = rc != 0;
    return s_check_full(engine, rc);
}

int view_engine_settle(view_engine_t *engine)
{
    int rc;
    while ((rc = view_engine_settle_step(engine)) == 1)
        ;
    return rc;
}

// Opens the generation in use; read-only if the disk is full.
static int s_open_in_use(view_engine_t *engine, failure_t *failure)
{
    view_store_t *store;
    int rc = view_store_open(&store, &engine->options, failure);
    const bool is_full = view_store_is_full(rc);
    if (is_full &&
        view_store_open_read_only(&store, &engine->options, NULL) == 0)
        rc = 0;
    if (rc == 0)
        rc = s_start(engine, store, failure);
    engine->is_full = rc == 0 && is_full;
    return rc;
}

int view_engine_open(view_engine_t *engine, const config_t *config,
                     const view_class_t *view, failure_t *failure)
{
    int rc = s_begin(engine, config, view, failure);
    return rc == 0 ? s_open_in_use(engine, failure) : rc;
}

int view_engine_reopen(view_engine_t *engine, failure_t *failure)
{
    view_reader_end(&engine->reader);
    view_store_close(&engine->store);
    int rc = s_open_in_use(engine, failure);
    return rc == 0 && engine->is_full ? -ENOSPC : rc;
}

int view_engine_open_seal(view_engine_t *engine, const config_t *config,
                          const view_class_t *view, failure_t *failure)
{
    char folder[FOLDER_PATH_MAX];
    view_store_options_t seal;
    view_store_t *store;
    int rc = s_begin(engine, config, view, failure);
    if (rc != 0)
        return rc;
    rc = view_seal_options(&engine->options, folder, &seal);
    if (rc != 0)
        return failure_set_code(failure, rc);
    memcpy(engine->folder, folder, sizeof folder);
    engine->options = seal;
    engine->options.folder = engine->folder;
    rc = view_store_open(&store, &engine->options, failure);
    return rc == 0 ? s_start(engine, store, failure) : rc;
}

int view_engine_create(view_engine_t *engine, const config_t *config,
                       const view_class_t *view, const char *folder,
                       bool partial, failure_t *failure)
{
    view_store_t *store;
    int rc = s_begin(engine, config, view, failure);
    if (folder)
        snprintf(engine->folder, sizeof engine->folder, "%s", folder);
    engine->options.bulk = true;
    engine->options.partial = partial;
    if (rc == 0)
        rc = view_store_create(&store, &engine->options, failure);
    return rc == 0 ? s_start(engine, store, failure) : rc;
}

int view_engine_restore(view_engine_t *engine, const config_t *config,
                        const view_class_t *view, const char *folder,
                        uint64_t first, failure_t *failure)
{
    char live_folder[FOLDER_PATH_MAX];
    view_store_options_t live;
    view_store_t *store;
    int rc = s_begin(engine, config, view, failure);
    if (rc == 0 &&
        (rc = view_store_options(config, view, live_folder, &live)) != 0)
        failure_set_code(failure, rc);
    if (folder)
        snprintf(engine->folder, sizeof engine->folder, "%s", folder);
    engine->options.bulk = true;
    if (rc == 0)
        rc = view_seal_begin(&store, &engine->options, &live, first, failure);
    return rc == 0 ? s_start(engine, store, failure) : rc;
}

// Makes the store the generation in use and continues from it. Closes it on
// failure.
static int s_adopt(view_engine_t *engine, view_store_t *store,
                   failure_t *failure)
{
    int rc = view_store_adopt(store);
    if (rc == 0)
        return s_start(engine, store, failure);
    failure_set(failure, rc, "%s", view_store_reason(store));
    view_store_close(&store);
    return rc;
}

int view_engine_rebuild(view_engine_t *engine, uint64_t first,
                        failure_t *failure)
{
    view_store_t *store;
    int rc = view_seal_begin(&store, &engine->options, &engine->options, first,
                             failure);
    if (rc == 0)
        rc = s_adopt(engine, store, failure);
    if (rc == 0)
        view_store_tidy(&engine->options);
    return rc;
}

int view_engine_adopt(view_engine_t *engine, const char *generation,
                      failure_t *failure)
{
    view_store_t *store;
    char before[VIEW_GENERATION_NAME_MAX];
    memcpy(before, view_store_generation(engine->store), sizeof before);
    if (strcmp(before, generation) == 0)
        return 0;
    int rc = view_store_open_generation(&store, &engine->options, generation,
                                        failure);
    if (rc == 0)
        rc = s_adopt(engine, store, failure);
    if (rc == 0)
        (void)view_store_remove(&engine->options, before);
    return rc;
}

int view_engine_open_beside(view_engine_t *engine, const config_t *config,
                            const view_class_t *view, failure_t *failure)
{
    view_store_t *store;
    int rc = s_begin(engine, config, view, failure);
    if (rc == 0)
        rc = view_store_open_beside(&store, &engine->options, failure);
    return rc == 0 ? s_start(engine, store, failure) : rc;
}

void view_engine_close(view_engine_t *engine)
{
    view_reader_close(&engine->reader);
    if (engine->view)
        engine->view->destroy(&engine->state);
    view_store_close(&engine->store);
}

int view_engine_apply(view_engine_t *engine, const batch_t *batch,
                      uint32_t from, uint32_t until)
{
    int rc = engine->view->apply(engine->state, batch, from, until);
    if (rc != 0)
        return rc;
    engine->position =
        (view_checkpoint_t){batch->offset + until, batch->journaled_at_us};
    if (engine->view->pending_bytes(engine->state) < engine->pending_max_bytes)
        return 0;
    return view_engine_flush(engine);
}

bool view_engine_is_pending(const view_engine_t *engine)
{
    return engine->position.offset !=
           view_store_checkpoint(engine->store).offset;
}

int view_engine_flush(view_engine_t *engine)
{
    engine->is_unsettled |= view_engine_is_pending(engine);
    return s_check_full(engine, view_store_flush(engine->store, engine->state,
                                                 engine->position));
}

int view_engine_query(view_engine_t *engine, const message_as_of_t *as_of,
                      const message_t *question, message_t *answer)
{
    int rc = view_engine_flush(engine);
    if (rc == 0)
        rc = view_reader_begin(&engine->reader, engine->view, engine->store,
                               as_of);
    if (rc != 0)
        return rc;
    do {
        rc = view_reader_step(&engine->reader, question, answer);
    } while (rc == 1);
    view_reader_end(&engine->reader);
    return rc;
}

const char *view_engine_reason(const view_engine_t *engine)
{
    return engine->store ? view_store_reason(engine->store) : "";
}

#include "actors/view_store/seal.h"

#include <errno.h>
#include <stdio.h>

// Opening may fail while the writer merges files: try again.
#define OPEN_TRIES 5

int view_seal_options(const view_store_options_t *view,
                      char folder[FOLDER_PATH_MAX],
                      view_store_options_t *options)
{
    int rc = folder_path(folder, view->folder, "seal");
    if (rc != 0)
        return rc;
    *options = *view;
    options->folder = folder;
    options->partial = false;
    // It is persisted before anything depends on it. Without a write-ahead log
    // a reader beside the writer sees a complete state, if an older one.
    options->bulk = true;
    return 0;
}

int view_seal_open(view_store_t **seal, const view_store_options_t *view,
                   failure_t *failure)
{
    char folder[FOLDER_PATH_MAX];
    view_store_options_t options;
    int rc = view_seal_options(view, folder, &options);
    for (int i = 0; rc == 0 && i < OPEN_TRIES; i++) {
        rc = view_store_open_beside(seal, &options, failure);
        if (rc != -EUCLEAN)
            return rc;
        rc = i + 1 < OPEN_TRIES ? 0 : rc;
    }
    return rc;
}

// Copies the snapshot into a new generation. 1: done; 0: there is none, or it
// cannot be used.
static int s_copy(view_store_t *store, const view_store_options_t *view,
                  uint64_t first, failure_t *failure)
{
    view_store_t *seal = NULL;
    int rc = view_seal_open(&seal, view, failure);
    if (rc == -ENOENT)
        *failure = (failure_t){0};
    if (rc == -ENOENT || rc == -EUCLEAN || rc == -ENOTSUP)
        return 0;
    if (rc != 0)
        return rc;
    if (view_store_checkpoint(seal).offset < first) {
        failure_set(failure, -ESTALE,
                    "of no use: the log no longer holds what follows it");
        rc = 0;
    } else {
        rc = view_store_copy(store, seal);
        if (rc != 0)
            failure_set(failure, rc, "%s", view_store_reason(store));
        else
            rc = 1;
    }
    view_store_close(&seal);
    return rc;
}

// Deletes a store that was only partly filled.
static void s_discard(view_store_t **store, const view_store_options_t *options)
{
    char generation[VIEW_GENERATION_NAME_MAX];
    memcpy(generation, view_store_generation(*store), sizeof generation);
    view_store_close(store);
    (void)view_store_remove(options, generation);
}

int view_seal_begin(view_store_t **store, const view_store_options_t *options,
                    const view_store_options_t *view, uint64_t first,
                    failure_t *failure)
{
    view_store_t *new;
    failure_t why = {0};
    int rc = view_store_create(&new, options, failure);
    if (rc != 0)
        return rc;
    rc = s_copy(new, view, first, &why);
    if (rc == -EUCLEAN) {
        s_discard(&new, options);
        rc = view_store_create(&new, options, failure);
        if (rc != 0)
            return rc;
    }
    if (rc == 0 && first > 0)
        rc = view_store_begin_at(new, first);
    *failure = why;
    if (rc < 0) {
        if (!failure->code)
            failure_set(failure, rc, "%s", view_store_reason(new));
        s_discard(&new, options);
        return rc;
    }
    *store = new;
    return 0;
}

int view_seal_renew(const view_store_options_t *view, view_store_t *live,
                    failure_t *failure)
{
    char folder[FOLDER_PATH_MAX];
    view_store_options_t options;
    view_store_t *seal = NULL;
    int rc = view_seal_options(view, folder, &options);
    if (rc != 0)
        return failure_set_code(failure, rc);
    rc = view_store_create(&seal, &options, failure);
    if (rc != 0)
        return rc;
    rc = view_store_copy(seal, live);
    if (rc == 0)
        rc = view_store_adopt(seal);
    if (rc != 0)
        failure_set(failure, rc, "%s", view_store_reason(seal));
    view_store_close(&seal);
    if (rc == 0)
        view_store_tidy(&options);
    return rc;
}

#include "tools/backup/backup_seals.h"

#include "actors/view_store/seal.h"
#include "actors/views/registry.h"
#include "log/folder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int s_fail(failure_t *failure, int rc, const char *view, const char *why)
{
    return failure_set(failure, rc, "the snapshot of view %s: %s", view,
                       why && *why ? why : strerror(-rc));
}

static int s_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : -errno;
}

// The snapshot's place in the backup; creates its folders.
static int s_place(const char *backup, const view_store_options_t *live,
                   char view[FOLDER_PATH_MAX], char folder[FOLDER_PATH_MAX],
                   view_store_options_t *options)
{
    char views[FOLDER_PATH_MAX];
    int rc = folder_path(views, backup, "views");
    if (rc == 0)
        rc = s_make_folder(views);
    if (rc == 0)
        rc = folder_path(view, views, live->view->name);
    if (rc == 0)
        rc = s_make_folder(view);
    view_store_options_t place = *live;
    place.folder = view;
    return rc ? rc : view_seal_options(&place, folder, options);
}

static int s_digest(view_store_t *seal, view_digest_value_t *value)
{
    view_digest_t *digest = view_digest_new(seal);
    int rc = digest ? view_digest_step(digest, SIZE_MAX, value) : -ENOMEM;
    view_digest_destroy(&digest);
    return rc < 0 ? rc : 0;
}

static int s_copy(view_store_t *seal, const view_store_options_t *options,
                  backup_seal_t *copied, failure_t *failure)
{
    failure_t why = {0};
    view_store_t *copy = NULL;
    int rc = view_store_create(&copy, options, &why);
    if (rc != 0)
        return s_fail(failure, rc, options->view->name, why.reason);
    rc = view_store_copy(copy, seal);
    if (rc == 0)
        rc = view_store_adopt(copy);
    if (rc == 0)
        rc = s_digest(copy, &copied->digest);
    if (rc != 0)
        s_fail(failure, rc, options->view->name, view_store_reason(copy));
    copied->view = options->view;
    view_store_close(&copy);
    return rc;
}

// The snapshot must end within the log of the backup: no gap, and nothing
// beyond its end.
static int s_check_offset(view_store_t *seal, const log_identity_t *log,
                          const char *name, failure_t *failure)
{
    const uint64_t sealed = view_store_checkpoint(seal).offset;
    if (sealed > log->end)
        return s_fail(failure, -EAGAIN, name,
                      "it is newer than the backup; run the backup again");
    if (sealed < log->first)
        return s_fail(failure, -EUCLEAN, name,
                      "it ends before the log of the backup begins");
    return 0;
}

static int s_back_up(const config_t *config, const char *name,
                     const char *backup, const log_identity_t *log,
                     backup_seals_t *copied, failure_t *failure)
{
    char folder[FOLDER_PATH_MAX], place[FOLDER_PATH_MAX];
    char view[FOLDER_PATH_MAX];
    failure_t why = {0};
    view_store_options_t live, options;
    view_store_t *seal = NULL;
    int rc = view_store_options(config, registry_find(name), folder, &live);
    if (rc == 0)
        rc = view_seal_open(&seal, &live, &why);
    if (rc == -ENOENT)
        return 0;
    if (rc != 0)
        return s_fail(failure, rc, name, why.reason);
    rc = s_place(backup, &live, view, place, &options);
    if (rc != 0)
        s_fail(failure, rc, name, NULL);
    else
        rc = s_check_offset(seal, log, name, failure);
    if (rc == 0)
        rc = s_copy(seal, &options, &copied->seals[copied->count], failure);
    if (rc == 0)
        copied->count++;
    view_store_close(&seal);
    return rc;
}

int backup_seals_copy(const config_t *config, const char *backup,
                      const log_identity_t *log, backup_seals_t *copied,
                      failure_t *failure)
{
    int rc = 0;
    copied->count = 0;
    // If nothing was dropped, the log suffices.
    for (size_t i = 0; rc == 0 && log->first > 0 && i < config->view_count; i++)
        rc = s_back_up(config, config->views[i], backup, log, copied, failure);
    return rc;
}

// Checking.

static int s_compare(view_store_t *seal, const backup_seal_t *expected,
                     failure_t *failure)
{
    const char *name = expected->view->name;
    const view_digest_value_t *wanted = &expected->digest;
    view_digest_value_t found;
    int rc = s_digest(seal, &found);
    if (rc != 0)
        return s_fail(failure, rc, name, view_store_reason(seal));
    if (found.high == wanted->high && found.low == wanted->low &&
        found.checkpoint.offset == wanted->checkpoint.offset)
        return 0;
    return s_fail(failure, -EUCLEAN, name, "it does not match the manifest");
}

static int s_check(const config_t *config, const char *views,
                   const backup_seal_t *expected, failure_t *failure)
{
    const char *name = expected->view->name;
    char folder[FOLDER_PATH_MAX];
    failure_t why = {0};
    view_store_options_t options;
    view_store_t *seal = NULL;
    int rc = view_store_options(config, expected->view, folder, &options);
    if (rc == 0)
        rc = folder_path(folder, views, name); // the options point to it
    if (rc == 0)
        rc = view_seal_open(&seal, &options, &why);
    if (rc == -ENOENT)
        return s_fail(failure, -EUCLEAN, name, "it is missing");
    if (rc != 0)
        return s_fail(failure, rc, name, why.reason);
    rc = s_compare(seal, expected, failure);
    view_store_close(&seal);
    return rc;
}

int backup_seals_check(const config_t *config, const char *views,
                       const backup_seals_t *expected, failure_t *failure)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < expected->count; i++)
        rc = s_check(config, views, &expected->seals[i], failure);
    return rc;
}

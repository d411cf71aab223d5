// octolog restore - creates a data directory from a backup.

#include "log/folder.h"
#include "tools/backup/log_backup.h"
#include "tools/command/command.h"
#include "tools/command/folder_copy.h"
#include "tools/command/log_check.h"
#include "tools/command/staged_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "restore"

typedef struct {
    command_place_t place; // first: command_run()
    const char *from;
} flags_t;

typedef struct {
    const config_t *config; // of the data directory
    log_backup_t backup;
    command_progress_t progress;
    uint64_t problems;
    failure_t failure; // the first of them
} restore_t;

static void s_on_copied(void *context, uint64_t bytes)
{
    restore_t *restore = context;
    command_progress(&restore->progress, bytes, restore->backup.bytes);
}

static int s_copy(restore_t *restore, const char *from, const char *to)
{
    command_progress_start(&restore->progress, "copy", "bytes");
    int rc = folder_copy(from, to, s_on_copied, restore, &restore->failure);
    command_progress_end(&restore->progress);
    return rc;
}

static void s_on_problem(void *context, const char *text)
{
    restore_t *restore = context;
    if (restore->problems++ == 0)
        failure_set(&restore->failure, -EUCLEAN, "%s", text);
}

static void s_on_checked(void *context, uint64_t done, uint64_t total)
{
    restore_t *restore = context;
    command_progress(&restore->progress, done, total);
}

// Checks that the copy is the log of the backup, and every byte of it.
static int s_check_log(restore_t *restore, const char *path)
{
    event_log_t *log = NULL;
    int rc = log_backup_open(&log, path, &restore->backup, &restore->failure);
    if (rc != 0)
        return rc;
    log_check_t check = {
        .problem = s_on_problem, .progress = s_on_checked, .context = restore};
    command_progress_start(&restore->progress, "verify", "events");
    int64_t problems = log_check(log, &check);
    command_progress_end(&restore->progress);
    event_log_close(&log);
    if (problems < 0)
        s_on_problem(restore, strerror((int)-problems));
    return problems == 0 ? 0 : -EUCLEAN;
}

static int s_check_seals(restore_t *restore, const char *path)
{
    return backup_seals_check(restore->config, path, &restore->backup.seals,
                              &restore->failure);
}

static int s_print(const flags_t *flags, const restore_t *restore)
{
    const log_identity_t *log = &restore->backup.log;
    int rc = flags->place.json ? printf("{\"first_offset\":%" PRIu64
                                        ",\"end_offset\":%" PRIu64 "}\n",
                                        log->first, log->end)
                               : printf("offsets %" PRIu64 " to %" PRIu64 "\n",
                                        log->first, log->end);
    return rc < 0 || fflush(stdout) != 0 ? COMMAND_FAILED : COMMAND_OK;
}

// Copies a part of the backup, "log" or "views", and checks it. It gets its
// final name later.
static int s_make(restore_t *restore, const char *name, const char *from,
                  int (*check)(restore_t *restore, const char *path),
                  staged_folder_t **folder)
{
    char source[FOLDER_PATH_MAX], target[FOLDER_PATH_MAX];
    int rc = folder_path(source, from, name);
    if (rc == 0)
        rc = folder_path(target, restore->config->data_dir, name);
    if (rc == 0)
        rc = staged_folder_begin(folder, target, NULL, &restore->failure);
    if (rc == 0)
        rc = s_copy(restore, source, staged_folder_path(*folder));
    return rc ? rc : check(restore, staged_folder_path(*folder));
}

// Removes snapshots without their log: they are useless and would be in the
// way of the next restore.
static int s_clear_snapshots(const char *data_dir, failure_t *failure)
{
    char log[FOLDER_PATH_MAX], seals[FOLDER_PATH_MAX], partial[FOLDER_PATH_MAX];
    staged_folder_t *folder = NULL;
    int rc = folder_path(log, data_dir, "log");
    if (rc == 0)
        rc = folder_path(seals, data_dir, "views");
    if (rc == 0)
        rc = folder_path(partial, data_dir, "views.partial");
    if (rc != 0 || access(log, F_OK) == 0)
        return rc;
    if (rename(seals, partial) != 0 && errno != ENOENT)
        return failure_set(failure, -errno, "%.200s: %s", seals,
                           strerror(errno));
    rc = staged_folder_begin(&folder, seals, NULL, failure);
    staged_folder_abandon(&folder);
    return rc;
}

// The log is renamed last: until then there is no log. Its temporary folder is
// created first: if that exists without a log, the snapshots are those of an
// interrupted restore.
static int s_make_all(restore_t *restore, const char *from)
{
    staged_folder_t *log = NULL, *seals = NULL;
    int rc = s_make(restore, "log", from, s_check_log, &log);
    if (rc == 0)
        rc = s_clear_snapshots(restore->config->data_dir, &restore->failure);
    if (rc == 0 && restore->backup.seals.count > 0)
        rc = s_make(restore, "views", from, s_check_seals, &seals);
    if (rc == 0 && seals)
        rc = staged_folder_finish(&seals, &restore->failure);
    if (rc == 0)
        rc = staged_folder_finish(&log, &restore->failure);
    staged_folder_abandon(&seals);
    if (rc != 0) // the first reason stands
        (void)s_clear_snapshots(restore->config->data_dir, NULL);
    staged_folder_abandon(&log);
    return rc;
}

static bool s_is_nothing(const char *name)
{
    static const char *const s_nothing[] = {
        ".",         "..", "lock", "run", "log.partial", "views.partial",
        "views", // if a restore created it
        "lost+found"};
    for (size_t i = 0; i < sizeof s_nothing / sizeof *s_nothing; i++)
        if (strcmp(name, s_nothing[i]) == 0)
            return true;
    return false;
}

// Checks that the directory contains nothing except what the file system or an
// interrupted restore put there. -ENOENT: it does not exist, which is fine.
static int s_check_empty(const char *data_dir)
{
    bool interrupted = false, seals = false;
    DIR *dir = opendir(data_dir);
    if (!dir)
        return errno == ENOENT ? 0 : -errno;
    int rc = 0;
    for (const struct dirent *entry; rc == 0 && (entry = readdir(dir));) {
        rc = s_is_nothing(entry->d_name) ? 0 : -EEXIST;
        interrupted |= strcmp(entry->d_name, "log.partial") == 0;
        seals |= strcmp(entry->d_name, "views") == 0;
    }
    closedir(dir);
    return rc == 0 && seals && !interrupted ? -EEXIST : rc;
}

static int s_restore(const flags_t *flags, restore_t *restore)
{
    int rc = s_make_all(restore, flags->from);
    if (rc == 0)
        return s_print(flags, restore);
    failure_explain(&restore->failure, rc);
    return command_error(COMMAND_FAILED, NAME, "nothing was restored: %s",
                         restore->failure.reason);
}

static int s_run(void *context, const config_t *config)
{
    const flags_t *flags = context;
    const char *data_dir = config->data_dir;
    restore_t restore = {.config = config};
    int rc = s_check_empty(data_dir);
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "--data: %s %s", data_dir,
                             rc == -EEXIST ? "already exists and is not empty"
                                           : strerror(-rc));
    if (log_backup_read(flags->from, &restore.backup, &restore.failure) != 0)
        return command_error(COMMAND_FAILED, NAME, "--from: %s",
                             restore.failure.reason);
    data_dir_t dir;
    int status = command_own(NAME, &dir, data_dir, NAME);
    if (status != COMMAND_OK)
        return status;
    status = s_restore(flags, &restore);
    data_dir_release(&dir);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;
    if (letter == 'f')
        flags->from = value;
    else
        command_take_place(&flags->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {0};
    return command_run(&command_restore, argc, argv, s_take, &flags, s_run);
}

const command_t command_restore = {
    .usage =
        {
            .name = "octolog restore",
            .summary = "create a data directory from a backup",
            .about =
                "Copies the log of a backup and the snapshots of dropped "
                "events, and checks every byte of the copy against the "
                "backup's manifest. Only then does the copy become the log of "
                "the data directory, which must not exist, be empty, or "
                "contain an interrupted restore. octolog up then continues "
                "from there, with everything that was acknowledged before the "
                "backup, and rebuilds the views. The backup is not changed.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            {.letter = 'f',
                                             .name = "from",
                                             .value = "DIR",
                                             .needed = true,
                                             .about = "the backup to restore"},
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "restore complete"},
                    {"1", "restore failed; nothing was changed"},
                    {"2", "wrong usage"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog restore --from /mnt/other/d --data d",
                     "continue where the backup ends"},
                    {0}},
        },
    .run = s_main,
};

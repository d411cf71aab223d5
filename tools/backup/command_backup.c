// octolog backup - a copy of the log, while it is written.

#include "actors/transport/socket.h"
#include "tools/backup/log_backup.h"
#include "tools/command/command.h"
#include "tools/command/staged_folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "backup"

typedef struct {
    command_place_t place; // first: command_begin()
    const char *out;
    bool force;
} flags_t;

static int s_print(const flags_t *flags, const log_backup_t *done)
{
    const log_identity_t *log = &done->log;
    int rc =
        flags->place.json
            ? printf("{\"first_offset\":%" PRIu64 ",\"end_offset\":%" PRIu64
                     ",\"files\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n",
                     log->first, log->end, done->files, done->bytes)
            : printf("offsets %" PRIu64 " to %" PRIu64 ", %" PRIu64 " bytes\n",
                     log->first, log->end, done->bytes);
    return rc < 0 || fflush(stdout) != 0 ? COMMAND_FAILED : COMMAND_OK;
}

// Into a folder that gets its name at the end.
static int s_back_up(const flags_t *flags, const config_t *config, bool running)
{
    char reason[LOG_BACKUP_REASON_MAX] = "";
    staged_folder_t *folder = NULL;
    log_backup_t done = {0};
    if (staged_folder_begin(&folder, flags->out,
                            flags->force ? LOG_BACKUP_MARK : NULL, reason) != 0)
        return command_error(COMMAND_FAILED, NAME, "--out: %s", reason);
    int rc = log_backup_make(config, running, staged_folder_path(folder), &done,
                             reason);
    if (rc == 0)
        rc = staged_folder_finish(&folder, reason);
    staged_folder_abandon(&folder);
    return rc ? command_error(COMMAND_FAILED, NAME, "%s", reason)
              : s_print(flags, &done);
}

static int s_run(const flags_t *flags, const config_t *config)
{
    socket_init();
    if (data_dir_running(config->data_dir))
        return s_back_up(flags, config, true);
    if (access(config->data_dir, F_OK) != 0) // or owning would make it
        return command_no_log(NAME, config, -errno, strerror(errno));
    data_dir_t dir;
    int status = command_own(NAME, &dir, config->data_dir, NAME);
    if (status != COMMAND_OK)
        return status;
    status = s_back_up(flags, config, false);
    data_dir_release(&dir);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;
    if (letter == 'o')
        flags->out = value;
    else if (letter == 'F')
        flags->force = true;
    else
        command_take_place(&flags->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {0};
    int status;
    config_t *config =
        command_begin(&command_backup, argc, argv, s_take, &flags, &status);
    if (!config)
        return status;
    status = s_run(&flags, config);
    config_destroy(&config);
    return status;
}

const command_t command_backup = {
    .usage =
        {
            .name = "octolog backup",
            .summary = "copy the log while it is written",
            .about =
                "Copies the log as it is at one moment; a running octolog is "
                "not held up, and everything it acknowledged before is in the "
                "copy. On the same file system the copy consists of hard "
                "links and takes next to no room at first: keep one on "
                "another disk, too.\n\n"
                "A backup is a data directory without views, which are made "
                "again from the log and the seals of what it dropped: octolog "
                "verify, tail and export read it, "
                "octolog restore makes a new data directory of it.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_OUT,
                                            COMMAND_FLAG_FORCE("backup"),
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "all is on disk"},
                                            {"1", "it is not"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog backup --data d --out /mnt/other/d --force",
                     "every night"},
                    {0}},
        },
    .run = s_main,
};

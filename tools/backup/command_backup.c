// octolog backup - copies the log, even while octolog runs.

#include "actors/transport/socket.h"
#include "tools/backup/log_backup.h"
#include "tools/command/out_folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "backup"

typedef struct {
    const config_t *config;
    bool running;      // whether an octolog runs on the data directory
    log_backup_t done; // what was written
} backup_t;

static int s_print(const out_folder_t *out, const log_backup_t *done)
{
    const log_identity_t *log = &done->log;
    int rc =
        out->place.json
            ? printf("{\"first_offset\":%" PRIu64 ",\"end_offset\":%" PRIu64
                     ",\"files\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n",
                     log->first, log->end, done->files, done->bytes)
            : printf("offsets %" PRIu64 " to %" PRIu64 ", %" PRIu64 " bytes\n",
                     log->first, log->end, done->bytes);
    return rc < 0 || fflush(stdout) != 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int s_make(void *context, const char *folder, failure_t *failure)
{
    backup_t *backup = context;
    return log_backup_make(backup->config, backup->running, folder,
                           &backup->done, failure);
}

static int s_back_up(const out_folder_t *out, const config_t *config,
                     bool running)
{
    backup_t backup = {.config = config, .running = running};
    const int status =
        out_folder_write(out, NAME, LOG_BACKUP_MARK, s_make, &backup);
    return status ? status : s_print(out, &backup.done);
}

static int s_run(void *flags, const config_t *config)
{
    socket_init();
    if (data_dir_running(config->data_dir))
        return s_back_up(flags, config, true);
    if (access(config->data_dir, F_OK) != 0) { // owning would create it
        failure_t failure = {0};
        failure_set_code(&failure, -errno);
        return command_no_log(NAME, config, &failure);
    }
    data_dir_t dir;
    int status = command_own(NAME, &dir, config->data_dir, NAME);
    if (status != COMMAND_OK)
        return status;
    status = s_back_up(flags, config, false);
    data_dir_release(&dir);
    return status;
}

static int s_main(int argc, char **argv)
{
    out_folder_t out = {0};
    return command_run(&command_backup, argc, argv, out_folder_take, &out,
                       s_run);
}

const command_t command_backup = {
    .usage =
        {
            .name = "octolog backup",
            .summary = "back up the log, even while octolog runs",
            .about =
                "Copies the log as of one moment. A running octolog is not "
                "interrupted, and everything it acknowledged before that "
                "moment is in the copy. On the same file system the copy "
                "consists of hard links and initially takes almost no space, "
                "so keep another backup on a different disk.\n\nA backup is a "
                "data directory without views, which can be rebuilt from the "
                "log and the snapshots of dropped events. octolog verify, tail "
                "and export can read it; octolog restore creates a new data "
                "directory from it.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            OUT_FOLDER_FLAGS("backup"),
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "backup complete"},
                                            {"1", "backup failed"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog backup --data d --out /mnt/other/d --force",
                     "nightly backup, replaces the previous one"},
                    {0}},
        },
    .run = s_main,
};

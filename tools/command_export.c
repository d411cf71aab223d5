// octolog export - the log as hourly archives.

#include "actors/socket.h"
#include "tools/command.h"
#include "tools/log_export.h"
#include "tools/staged_folder.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "export"

static const char s_help[] =
    "usage: octolog export [--config FILE] [--data DIR] --out DIR [--force]\n"
    "                      [--from OFFSET|TIME] [--until OFFSET|TIME] "
    "[--json]\n"
    "\n"
    "Writes the events of the log as the hourly files that public archives\n"
    "are made of: YYYY-MM-DD-H.json.gz, by the time of creation, one event a\n"
    "line, in the order of the log, each as it was received. Beside them is\n"
    "manifest.json: for each file its events, bytes, first and last offset\n"
    "and time, and the SHA-256 of its content (zcat FILE | sha256sum). Works\n"
    "beside a running octolog; the same range of the log gives the same\n"
    "bytes, and octolog import takes them in again.\n"
    "\n"
    "  --out DIR     made by this command: whole, or not at all. Killed, it\n"
    "                leaves DIR.partial, which the next run removes\n"
    "  --force       replace an earlier export in DIR, once the new one is "
    "whole\n"
    "  --from, --until\n"
    "                offsets of the log, or times of creation: events in\n"
    "                [from, until); by default all\n"
    "\n"
    "exit status: 0 all is on disk, 1 it is not, 2 bad usage\n"
    "\n"
    "example: octolog export --data d --out archive --until "
    "2016-01-02T00:00:00Z\n";

typedef struct {
    const char *config, *data, *out;
    replay_range_t range;
    bool force, json;
} flags_t;

static int s_print(const flags_t *flags, const log_export_t *done)
{
    int rc =
        flags->json
            ? printf("{\"files\":%zu,\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
                     ",\"gz_bytes\":%" PRIu64 ",\"joined\":%" PRIu64
                     ",\"from_offset\":%" PRIu64 ",\"until_offset\":%" PRIu64
                     "}\n",
                     done->files, done->events, done->bytes, done->gz_bytes,
                     done->joined, done->range.from, done->range.until)
            : printf("%zu files, %" PRIu64 " events, %" PRIu64
                     " bytes, %" PRIu64 " bytes gzipped\n",
                     done->files, done->events, done->bytes, done->gz_bytes);
    return rc < 0 || fflush(stdout) != 0 ? COMMAND_FAILED : COMMAND_OK;
}

// Into a folder that gets its name at the end.
static int s_export(const flags_t *flags, log_source_t *source)
{
    char reason[LOG_SOURCE_REASON_MAX];
    staged_folder_t *folder = NULL;
    log_export_t done = {0};
    if (staged_folder_begin(&folder, flags->out,
                            flags->force ? LOG_EXPORT_MARK : NULL, reason) != 0)
        return command_error(COMMAND_FAILED, NAME, "--out: %s", reason);
    int rc = log_export(source, &flags->range, staged_folder_path(folder),
                        &done, reason);
    if (rc == 0)
        rc = staged_folder_finish(&folder, reason);
    staged_folder_abandon(&folder);
    return rc ? command_error(COMMAND_FAILED, NAME, "%s", reason)
              : s_print(flags, &done);
}

static int s_run(const flags_t *flags)
{
    config_t *config = command_load_config(NAME, flags->config, flags->data);
    if (!config)
        return COMMAND_FAILED;
    char reason[LOG_SOURCE_REASON_MAX];
    log_source_t *source = NULL;
    socket_init();
    int rc = log_source_new(&source, config, data_dir_running(config->data_dir),
                            reason);
    int status = rc ? command_error(COMMAND_FAILED, NAME, "%s", reason)
                    : s_export(flags, source);
    log_source_destroy(&source);
    config_destroy(&config);
    return status;
}

static int s_on_flag(flags_t *flags, int flag, char **argv)
{
    switch (flag) {
    case 'c':
        flags->config = optarg;
        return COMMAND_OK;
    case 'd':
        flags->data = optarg;
        return COMMAND_OK;
    case 'o':
        flags->out = optarg;
        return COMMAND_OK;
    case 'f':
        return command_parse_bound(NAME, "--from", optarg, &flags->range.from,
                                   &flags->range.time_from);
    case 'u':
        return command_parse_bound(NAME, "--until", optarg, &flags->range.until,
                                   &flags->range.time_until);
    case 'F':
        flags->force = true;
        return COMMAND_OK;
    case 'j':
        flags->json = true;
        return COMMAND_OK;
    default:
        return command_bad_flag(NAME, flag, argv);
    }
}

int command_export(int argc, char **argv)
{
    static const struct option flags_known[] = {
        {"config", required_argument, NULL, 'c'},
        {"data", required_argument, NULL, 'd'},
        {"out", required_argument, NULL, 'o'},
        {"from", required_argument, NULL, 'f'},
        {"until", required_argument, NULL, 'u'},
        {"force", no_argument, NULL, 'F'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    flags_t flags = {.range = replay_range_all};
    int flag;
    while ((flag = getopt_long(argc, argv, ":", flags_known, NULL)) != -1) {
        if (flag == 'h')
            return fputs(s_help, stdout) < 0 ? COMMAND_FAILED : COMMAND_OK;
        int status = s_on_flag(&flags, flag, argv);
        if (status != COMMAND_OK)
            return status;
    }
    if (optind < argc)
        return command_error(COMMAND_USAGE, NAME, "unknown argument \"%s\"",
                             argv[optind]);
    if (!flags.out)
        return command_error(COMMAND_USAGE, NAME,
                             "--out DIR says where to write");
    return s_run(&flags);
}

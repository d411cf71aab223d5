// octolog up - the supervisor: starts every actor and keeps them running.

#include "actors/report.h"
#include "actors/supervisor.h"
#include "tools/actor_table.h"
#include "tools/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SETTINGS_MAX (CONFIG_SOURCES_MAX + 8)
#define FILES_MIN    1024

static const char s_help[] =
    "usage: octolog up [--config FILE] [--data DIR] [--listen HOST:PORT]\n"
    "                  [--source URL]... [--no-fetch]\n"
    "\n"
    "Starts octolog: polls GitHub, journals every event once, keeps the views\n"
    "and answers over HTTP until SIGTERM or Ctrl-C.\n"
    "\n"
    "  --config FILE       settings; every key is explained in octolog.cfg\n"
    "  --data DIR          where everything is kept (./octolog-data)\n"
    "  --listen HOST:PORT  of the REST service (127.0.0.1:8000)\n"
    "  --source URL        what to poll, instead of the configured sources;\n"
    "                      may be given several times\n"
    "  --no-fetch          poll nothing: events come from octolog import\n"
    "\n"
    "exit status: 0 stopped as told, 1 could not start or gave up, 2 bad "
    "usage\n"
    "\n"
    "example: octolog up --data d --listen 127.0.0.1:8080 \\\n"
    "             --source https://api.github.com/repos/zeromq/libzmq/events\n";

typedef struct {
    const char *file;
    command_setting_t settings[SETTINGS_MAX];
    size_t count;
} flags_t;

static int s_add(flags_t *flags, const char *flag, const char *key,
                 const char *value)
{
    if (flags->count == SETTINGS_MAX)
        return command_error(COMMAND_USAGE, "up", "too many flags");
    flags->settings[flags->count++] = (command_setting_t){flag, key, value};
    return COMMAND_OK;
}

// COMMAND_OK; COMMAND_USAGE after a line; -1: help was printed.
static int s_parse(int argc, char **argv, flags_t *flags)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"data", required_argument, NULL, 'd'},
        {"listen", required_argument, NULL, 'l'},
        {"source", required_argument, NULL, 's'},
        {"no-fetch", no_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    int status = COMMAND_OK, flag;

    while (status == COMMAND_OK &&
           (flag = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (flag == 'h')
            return fputs(s_help, stdout) < 0 ? COMMAND_FAILED : -1;
        if (flag == 'c')
            flags->file = optarg;
        else if (flag == 'd')
            status = s_add(flags, "--data", "data.dir", optarg);
        else if (flag == 'l')
            status = s_add(flags, "--listen", "http.listen", optarg);
        else if (flag == 's')
            status = s_add(flags, "--source", "github.source", optarg);
        else if (flag == 'n')
            status = s_add(flags, "--no-fetch", "github.fetch", "no");
        else
            status = command_bad_flag("up", flag, argv);
    }
    if (status == COMMAND_OK && optind < argc)
        status = command_error(COMMAND_USAGE, "up", "\"%s\" is not wanted here",
                               argv[optind]);
    return status;
}

// Stores hold many files open; the soft limit of 1024 is a relic. Less than it
// is not enough: the log keeps 500 tables open, and libzmq aborts when it can
// accept no connection.
static int s_raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit))
            report(REPORT_WARNING, "supervisor",
                   "the limit of open files stays: %s", strerror(errno));
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES_MIN)
        return command_error(COMMAND_FAILED, "up",
                             "at most %llu open files are allowed, and %d are "
                             "needed (ulimit -n)",
                             (unsigned long long)limit.rlim_cur, FILES_MIN);
    return COMMAND_OK;
}

static void s_on_ready(void *context)
{
    const config_t *config = context;

    if (config->http_port)
        printf("octolog is ready: http://%s:%u (data %s)\n", config->http_host,
               (unsigned)config->http_port, config->data_dir);
    else // any free port: the api's own line says which
        printf("octolog is ready (data %s)\n", config->data_dir);
    fflush(stdout);
}

static int s_supervise(const config_t *config, int lock_fd)
{
    supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX];
    char *file = NULL;

    if (asprintf(&file, "%s/run/effective.cfg", config->data_dir) < 0)
        return command_error(COMMAND_FAILED, "up", "out of memory");
    int rc = config_save(config, file);
    if (rc) {
        free(file);
        return command_error(COMMAND_FAILED, "up",
                             "%s/run/effective.cfg cannot be written: %s",
                             config->data_dir, strerror(-rc));
    }
    const supervisor_t supervisor = {.config = config,
                                     .program = "/proc/self/exe",
                                     .config_file = file,
                                     .lock_fd = lock_fd,
                                     .actors = actors,
                                     .count = actor_table_plan(config, actors),
                                     .ready = s_on_ready,
                                     .context = (void *)config};
    int status = supervisor_run(&supervisor);
    free(file);
    return status;
}

int command_up(int argc, char **argv)
{
    flags_t flags = {0};
    data_dir_t dir;
    config_t *config = NULL;
    int status = s_parse(argc, argv, &flags);

    if (status)
        return status < 0 ? COMMAND_OK : status;
    status = command_configure(&config, "up", flags.file, flags.settings,
                               flags.count);
    if (status)
        return status;
    status = s_raise_file_limit();
    if (status == COMMAND_OK)
        status = command_own("up", &dir, config->data_dir, "up");
    if (status == COMMAND_OK) {
        status = s_supervise(config, dir.fd);
        data_dir_release(&dir);
    }
    config_destroy(&config);
    return status;
}

// octolog up - runs the supervisor, which starts all actors and keeps them
// running.

#include "actors/report/report.h"
#include "actors/runtime/resources.h"
#include "actors/supervisor/supervisor.h"
#include "api/tls/tls.h"
#include "tools/command/command.h"
#include "tools/up/actor_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SETTINGS_MAX (CONFIG_SOURCES_MAX + 8)
#define FILES_MIN    1024

typedef struct {
    const char *file;
    command_setting_t settings[SETTINGS_MAX];
    size_t count;
} flags_t;

static const char *s_add(flags_t *flags, const char *flag, const char *key,
                         const char *value)
{
    if (flags->count == SETTINGS_MAX)
        return "too many flags";
    flags->settings[flags->count++] = (command_setting_t){flag, key, value};
    return NULL;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;

    switch (letter) {
    case 'd':
        return s_add(flags, "--data", "data.dir", value);
    case 'l':
        return s_add(flags, "--listen", "http.listen", value);
    case 's':
        return s_add(flags, "--source", "github.source", value);
    case 'n':
        return s_add(flags, "--no-fetch", "github.fetch", "no");
    default:
        flags->file = value;
        return NULL;
    }
}

// Raises the limit of open files. The usual soft limit of 1024 is too low: the
// log alone keeps 500 tables open, and libzmq aborts when it cannot accept a
// connection.
static int s_raise_file_limit(const config_t *config)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return COMMAND_OK; // cannot fail; a lack of files shows later
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit))
            report(REPORT_WARNING, "supervisor",
                   "cannot raise the limit of open files: %s", strerror(errno));
    }
    const size_t most = resources_files(config);
    if (limit.rlim_cur < FILES_MIN)
        return command_error(
            COMMAND_FAILED, "up",
            "the limit of open files is %llu, but %d are needed (ulimit -n)",
            (unsigned long long)limit.rlim_cur, FILES_MIN);
    if (limit.rlim_cur < most)
        return command_error(
            COMMAND_FAILED, "up",
            "the limit of open files is %llu, but http.threads = %d and "
            "http.streams = %d may need %zu (ulimit -n)",
            (unsigned long long)limit.rlim_cur, config->http_threads,
            config->http_streams, most);
    return COMMAND_OK;
}

// Reports errors before anything is started, rather than when the api fails to
// start. Warnings are left to the api.
static int s_check_certificate(const config_t *config)
{
    char note[TLS_NOTE_MAX];

    return tls_check(config, note) < 0
               ? command_error(COMMAND_FAILED, "up", "%s", note)
               : COMMAND_OK;
}

static void s_on_ready(void *context)
{
    const config_t *config = context;

    if (config->http_port)
        printf("octolog is ready: %s://%s:%u (data %s)\n", tls_scheme(config),
               config->http_host, (unsigned)config->http_port,
               config->data_dir);
    else // a free port: the api reports which one
        printf("octolog is ready (data %s)\n", config->data_dir);
    fflush(stdout);
}

static int s_supervise(const config_t *config, int lock_fd)
{
    supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX];
    char file[FOLDER_PATH_MAX];
    int rc = data_dir_settings(config->data_dir, file);

    if (rc == 0)
        rc = config_save(config, file);
    if (rc)
        return command_error(COMMAND_FAILED, "up", "%s cannot be written: %s",
                             file, strerror(-rc));
    const supervisor_t supervisor = {.config = config,
                                     .program = "/proc/self/exe",
                                     .config_file = file,
                                     .lock_fd = lock_fd,
                                     .actors = actors,
                                     .count = actor_table_plan(config, actors),
                                     .ready = s_on_ready,
                                     .context = (void *)config};
    return supervisor_run(&supervisor);
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {0};
    data_dir_t dir;
    config_t *config = NULL;
    int status;

    if (usage_parse(&command_up.usage, argc, argv, s_take, &flags, &status) < 0)
        return status;
    status = command_configure(&config, "up", flags.file, flags.settings,
                               flags.count);
    if (status)
        return status;
    report_set_up(config->report_level, config->report_format);
    status = s_check_certificate(config);
    if (status == COMMAND_OK)
        status = s_raise_file_limit(config);
    if (status == COMMAND_OK)
        status = command_own("up", &dir, config->data_dir, "up");
    if (status == COMMAND_OK) {
        status = s_supervise(config, dir.fd);
        data_dir_release(&dir);
    }
    config_destroy(&config);
    return status;
}

const command_t command_up = {
    .usage =
        {
            .name = "octolog up",
            .summary = "start octolog and keep it running",
            .about = "Starts octolog: polls GitHub, journals every event once, "
                     "maintains the views and serves HTTP, until SIGTERM or "
                     "Ctrl-C. Notifies a service manager (NOTIFY_SOCKET) when "
                     "it is ready, and that it is alive.",
            .flags =
                (const usage_flag_t[]){
                    COMMAND_FLAG_CONFIG,
                    {.letter = 'd',
                     .name = "data",
                     .value = "DIR",
                     .about = "data directory (./octolog-data)"},
                    {.letter = 'l',
                     .name = "listen",
                     .value = "HOST:PORT",
                     .about = "address of the REST service (127.0.0.1:8000)"},
                    {.letter = 's',
                     .name = "source",
                     .value = "URL",
                     .repeats = true,
                     .about =
                         "feed to poll, instead of the configured sources"},
                    {.letter = 'n',
                     .name = "no-fetch",
                     .about = "do not poll; events come from octolog import"},
                    {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "stopped by SIGTERM or Ctrl-C"},
                    {"1", "could not start, or gave up restarting an actor"},
                    {"2", "wrong usage"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog up --data d --listen 127.0.0.1:8080",
                     "poll GitHub's public timeline"},
                    {"octolog up --source "
                     "https://api.github.com/repos/zeromq/libzmq/events",
                     "poll the complete feed of one repository"},
                    {"octolog up --no-fetch",
                     "serve events from octolog import only"},
                    {0}},
        },
    .run = s_main,
};

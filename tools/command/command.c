#include "tools/command/command.h"

#include "actors/runtime/clock.h"
#include "actors/views/registry.h"
#include "proto/base/time_text.h"
#include "tools/cli/figures.h"
#include "tools/cli/terminal.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUIET_MS     1000 // no progress is shown before this
#define REDRAW_MS    100
#define PROGRESS_MAX 160

int command_error(int status, const char *name, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "octolog%s%s: %s\n", *name ? " " : "", name, text);
    return status;
}

bool command_take_place(command_place_t *place, int letter, const char *value)
{
    switch (letter) {
    case 'c':
        place->config = value;
        return true;
    case 'd':
        place->data = value;
        return true;
    case 'j':
        place->json = true;
        return true;
    default:
        return false;
    }
}

// Which command prints a mistake, and for which flag.
typedef struct {
    const char *name;
    const command_setting_t *setting; // NULL: not from a flag
} printer_t;

static void s_print_mistake(void *context, const char *file, int line,
                            const char *text)
{
    const printer_t *printer = context;

    if (printer->setting) {
        // Users know the flag, so the key at the start is dropped.
        size_t key = strlen(printer->setting->key);
        bool has_key = strncmp(text, printer->setting->key, key) == 0 &&
                       strncmp(text + key, ": ", 2) == 0;
        command_error(0, printer->name, "%s: %s", printer->setting->flag,
                      has_key ? text + key + 2 : text);
    } else if (file && line > 0) {
        command_error(0, printer->name, "%s:%d: %s", file, line, text);
    } else if (file) {
        command_error(0, printer->name, "%s: %s", file, text);
    } else {
        command_error(0, printer->name, "%s", text);
    }
}

static int s_set_flags(config_t *config, printer_t *printer,
                       const command_setting_t *settings, size_t count)
{
    int rc = 0;

    for (size_t i = 0; i < count; i++) {
        printer->setting = &settings[i];
        if (settings[i].value &&
            config_set(config, settings[i].key, settings[i].value,
                       s_print_mistake, printer))
            rc = -EINVAL;
    }
    printer->setting = NULL;
    return rc;
}

// Config checks only the form of view names; which views exist is known here.
static int s_check_views(const config_t *config, const char *name)
{
    int rc = 0;

    for (size_t i = 0; i < config->view_count; i++) {
        if (registry_find(config->views[i]))
            continue;
        command_error(0, name, "view.name: unknown view \"%s\"",
                      config->views[i]);
        rc = -EINVAL;
    }
    return rc;
}

// Finds the effective.cfg of the octolog that runs on the data directory named
// by the settings, the environment or the defaults. false: none runs.
static bool s_running_file(const command_setting_t *settings, size_t count,
                           char file[FOLDER_PATH_MAX])
{
    config_t *config = config_new();

    if (!config)
        return false;
    // The real load reports mistakes.
    config_load(config, NULL, NULL, NULL);
    const char *dir = config->data_dir;
    for (size_t i = 0; i < count; i++) {
        if (settings[i].value && strcmp(settings[i].key, "data.dir") == 0)
            dir = settings[i].value;
    }
    const bool found =
        data_dir_running(dir) && data_dir_settings(dir, file) == 0;
    config_destroy(&config);
    return found;
}

static int s_configure(config_t *config, const char *name, const char *file,
                       const command_setting_t *settings, size_t count)
{
    printer_t printer = {.name = name};
    char running[FOLDER_PATH_MAX];
    if (!file && s_running_file(settings, count, running))
        file = running;
    int rc = config_load(config, file, s_print_mistake, &printer);

    if (s_set_flags(config, &printer, settings, count))
        return COMMAND_USAGE;
    if (rc || config_finish(config, s_print_mistake, &printer) ||
        s_check_views(config, name))
        return COMMAND_FAILED;
    return COMMAND_OK;
}

int command_configure(config_t **config, const char *name, const char *file,
                      const command_setting_t *settings, size_t count)
{
    config_t *self = config_new();

    if (!self)
        return command_error(COMMAND_FAILED, name, "out of memory");
    int status = s_configure(self, name, file, settings, count);
    if (status)
        config_destroy(&self);
    else
        *config = self;
    return status;
}

config_t *command_load_config(const char *name, const command_place_t *place)
{
    const command_setting_t setting = {"--data", "data.dir", place->data};
    config_t *config = NULL;

    return command_configure(&config, name, place->config, &setting, 1)
               ? NULL
               : config;
}

int command_run(const command_t *command, int argc, char **argv,
                usage_take_t *take, void *flags,
                int (*run)(void *flags, const config_t *config))
{
    const char *name = strchr(command->usage.name, ' ') + 1;
    int status;

    if (usage_parse(&command->usage, argc, argv, take, flags, &status) < 0)
        return status;
    config_t *config = command_load_config(name, flags);
    if (!config)
        return COMMAND_FAILED;
    status = run(flags, config);
    config_destroy(&config);
    return status;
}

static int s_half_restored(const char *name, const char *path)
{
    return command_error(
        COMMAND_FAILED, name,
        "%s contains an interrupted restore: run octolog restore again, or "
        "remove %s/log.partial and %s/views to start with an empty log",
        path, path, path);
}

// Files that root creates in the folder of another user are not accessible to
// that user: a service could not start again.
static int s_check_owner(const char *name, const char *path)
{
    struct stat status;
    char number[16];

    if (geteuid() != 0 || stat(path, &status) != 0 || status.st_uid == 0)
        return COMMAND_OK;
    snprintf(number, sizeof number, "#%ld", (long)status.st_uid); // for sudo
    const struct passwd *owner = getpwuid(status.st_uid);
    const char *user = owner ? owner->pw_name : number;
    return command_error(
        COMMAND_FAILED, name,
        "%s belongs to user %s, who could not access files that root creates "
        "there; use: sudo -u '%s' octolog %s ...",
        path, user, user, name);
}

int command_own(const char *name, data_dir_t *dir, const char *path,
                const char *role)
{
    if (s_check_owner(name, path) != COMMAND_OK)
        return COMMAND_FAILED;
    int rc = data_dir_own(dir, path, role);

    if (rc == 0 && strcmp(role, "restore") != 0 &&
        data_dir_half_restored(path)) {
        data_dir_release(dir);
        return s_half_restored(name, path);
    }
    if (rc == -EBUSY && dir->owner_pid > 0)
        return command_error(COMMAND_FAILED, name,
                             "%s is in use by octolog %s (pid %ld)", path,
                             dir->owner_role, dir->owner_pid);
    if (rc == -EBUSY)
        return command_error(COMMAND_FAILED, name,
                             "%s is in use by another octolog", path);
    if (rc == -ENOENT)
        return command_error(
            COMMAND_FAILED, name,
            "cannot create %s: its parent directory does not exist", path);
    if (rc)
        return command_error(COMMAND_FAILED, name,
                             "cannot use %s as data directory: %s", path,
                             strerror(-rc));
    return COMMAND_OK;
}

int command_no_log(const char *name, const config_t *config,
                   const failure_t *failure)
{
    if (failure->code != -ENOENT)
        return command_error(COMMAND_FAILED, name, "%s", failure->reason);
    if (data_dir_half_restored(config->data_dir))
        return s_half_restored(name, config->data_dir);
    return command_error(
        COMMAND_FAILED, name,
        "%s has no log yet; octolog up or octolog import creates one",
        config->data_dir);
}

int command_parse_position(const char *text, uint64_t *position, bool *is_time)
{
    uint32_t seconds;

    if (usage_number(text, 0, UINT64_MAX, position)) {
        *is_time = false;
        return 0;
    }
    if (time_text_parse(slice_of(text), &seconds))
        return -EINVAL;
    *position = seconds;
    *is_time = true;
    return 0;
}

const char *command_take_bound(const char *text, uint64_t *offset,
                               uint64_t *time)
{
    uint64_t position;
    bool is_time;

    if (command_parse_position(text, &position, &is_time))
        return "neither an offset nor a time like 2016-01-01T01:30:00Z";
    *(is_time ? time : offset) = position;
    return NULL;
}

void command_progress_start(command_progress_t *progress, const char *what,
                            const char *unit)
{
    *progress = (command_progress_t){.what = what,
                                     .unit = unit,
                                     .begun_ms = clock_tick_ms(),
                                     .visible = isatty(STDERR_FILENO) &&
                                                !terminal_is_plain()};
}

static const char *s_amount(figure_t *figure, bool bytes, double amount)
{
    return bytes ? figure_bytes(figure, amount)
                 : figure_count(figure, (uint64_t)amount);
}

// "import: 6.8 MiB, 2.6 MiB/s, 36 %, 0:04 to go"
static void s_format_progress(const command_progress_t *progress, uint64_t done,
                              uint64_t total, double rate,
                              char text[PROGRESS_MAX])
{
    const bool bytes = strcmp(progress->unit, "bytes") == 0;
    figure_t amount, pace;
    int used =
        snprintf(text, PROGRESS_MAX, "%s: %s%s%s, %s/s", progress->what,
                 s_amount(&amount, bytes, (double)done), bytes ? "" : " ",
                 bytes ? "" : progress->unit, s_amount(&pace, bytes, rate));

    if (total == 0 || rate <= 0 || done > total || used >= PROGRESS_MAX)
        return;
    const uint64_t left_s = (uint64_t)((double)(total - done) / rate);
    snprintf(text + used, (size_t)(PROGRESS_MAX - used),
             ", %.0f %%, %" PRIu64 ":%02" PRIu64 " to go",
             (double)done * 100 / (double)total, left_s / 60, left_s % 60);
}

void command_progress(command_progress_t *progress, uint64_t done,
                      uint64_t total)
{
    char text[PROGRESS_MAX];
    int64_t now = clock_tick_ms(), spent_ms = now - progress->begun_ms;

    if (!progress->visible || spent_ms < QUIET_MS ||
        now - progress->drawn_ms < REDRAW_MS)
        return;
    progress->drawn_ms = now;
    s_format_progress(progress, done, total,
                      (double)done * 1000 / (double)spent_ms, text);
    // A longer line would wrap, and each redraw would leave a line behind.
    const int columns = terminal_columns(STDERR_FILENO);
    fprintf(stderr, "\r\033[K%.*s", columns > 0 ? columns - 1 : PROGRESS_MAX,
            text);
}

void command_progress_end(command_progress_t *progress)
{
    if (progress->drawn_ms)
        fputs("\r\033[K", stderr);
    progress->visible = false;
}

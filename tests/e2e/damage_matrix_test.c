// The damage matrix: every file of a data directory, and of a backup, damaged
// in every way that disks and people have. The log has dropped its front, so
// that there are seals. After each case one of these holds, and never a crash,
// never a silent skip:
//
//   refused   octolog up, or restore, names the damage, ends with 1 and changes
//             nothing
//   named     octolog verify names it, before a start and still after one
//   rebuilt   octolog up makes it anew from what it has: a view, a witness.
//             A seal stays named until more is to be dropped
//   harmless  every event and every digest is as it was
//
//   ./test damage            all cases; prints how many of which outcome
//   OCTOLOG_DAMAGE_STEP=N    every Nth case only (6 if unset)
//   OCTOLOG_DAMAGE_FILE=TEXT only files whose names hold this

#include "log/event_log.h"
#include "log/log_reader.h"
#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE      100 // events imported at once, in batches of their own
#define EVENTS     1200
#define KEPT       500 // of them, by the log
#define FILES_MAX  400
#define NAME_BYTES 512

typedef enum {
    FLIP_BEGIN,
    FLIP_MIDDLE,
    FLIP_END,
    CUT_HALF,
    CUT_ALL,
    ZEROED,
    REMOVED,
    OLDER, // the same file of an older copy
    DAMAGES,
} damage_t;

static const char *const s_damages[DAMAGES] = {"flipped at its begin",
                                               "flipped in its middle",
                                               "flipped at its end",
                                               "cut to half",
                                               "cut to nothing",
                                               "zeroed",
                                               "removed",
                                               "replaced by an older copy"};

typedef enum { REFUSED, NAMED, REBUILT, HARMLESS, OUTCOMES } outcome_t;

static char *s_root;                        // of all below
static char s_files[FILES_MAX][NAME_BYTES]; // relative to a data folder
static size_t s_file_count;
static size_t s_prefix;
static int s_seen[OUTCOMES];

__attribute__((format(printf, 1, 2))) static void s_shell(const char *format,
                                                          ...)
{
    char command[4 * NAME_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    cr_assert_eq(E2E_RUN(NULL, "sh", "-c", command), 0, "%s", command);
}

static double s_first_offset(const e2e_service_t *service)
{
    cJSON *body = NULL;
    double first = -1;
    if (e2e_get(service->port, "/v1/log", &body) == 200)
        first = e2e_number(body, "first_offset");
    cJSON_Delete(body);
    return first;
}

// Imports events, lets the views follow, and stops; once the log has dropped
// all but the last piece, if it shall.
static void s_fill(const char *data, uint64_t from, uint64_t until, bool drop)
{
    char *file = e2e_path(s_root, "events.json");
    e2e_service_t service;
    for (uint64_t at = from; at < until; at += PIECE) {
        load_write_file(file, at, at + PIECE);
        cr_assert_eq(E2E_RUN(NULL, "octolog", "import", "--data", data, file),
                     0);
    }
    if (drop)
        setenv("OCTOLOG_LOG_RETENTION_AGE", "1 s", 1);
    E2E_UP(&service, data, "--no-fetch");
    e2e_await_offset(&service, (double)until - 1);
    const long long patience = e2e_tick_ms() + E2E_PATIENCE_MS;
    while (drop && s_first_offset(&service) < (double)(until - 1 - PIECE)) {
        cr_assert_lt(e2e_tick_ms(), patience, "nothing is dropped");
        e2e_nap();
    }
    e2e_down(&service);
    unsetenv("OCTOLOG_LOG_RETENTION_AGE");
    free(file);
}

static int s_on_file(const char *path, const struct stat *info, int kind,
                     struct FTW *place)
{
    (void)info, (void)place;
    if (kind == FTW_F && s_file_count < FILES_MAX)
        snprintf(s_files[s_file_count++], NAME_BYTES, "%s", path + s_prefix);
    return 0;
}

static int s_by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void s_back_up(const char *data, const char *name)
{
    char *backup = e2e_path(s_root, name);
    cr_assert_eq(
        E2E_RUN(NULL, "octolog", "backup", "--data", data, "--out", backup), 0);
    free(backup);
}

// The folder to be damaged, "good", and an older copy of it, "old"; of a data
// directory, or backups of it.
static void s_make(bool backup)
{
    s_root = e2e_folder();
    char *good = e2e_path(s_root, "good");
    char *data = backup ? e2e_path(s_root, "source") : e2e_path(s_root, "good");
    s_fill(data, 1, EVENTS / 3 + 1, true);
    if (backup)
        s_back_up(data, "old");
    else
        s_shell("cp -a %s %s/old", data, s_root);
    s_fill(data, EVENTS / 3 + 1, EVENTS - KEPT + PIECE + 1, true);
    s_fill(data, EVENTS - KEPT + PIECE + 1, EVENTS + 1, false);
    if (backup)
        s_back_up(data, "good");
    free(data);
    s_prefix = strlen(good) + 1;
    s_file_count = 0;
    nftw(good, s_on_file, 16, FTW_PHYS);
    cr_assert(s_file_count > 10 && s_file_count < FILES_MAX);
    qsort(s_files, s_file_count, sizeof *s_files, s_by_name);
    free(good);
}

static void s_flip(const char *path, off_t at)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 0x15;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

// False: this damage would change nothing of this file.
static bool s_damage(const char *data, const char *name, damage_t damage)
{
    char *path = e2e_path(data, name);
    char old[2 * NAME_BYTES];
    struct stat file;
    bool changed = true;
    snprintf(old, sizeof old, "%s/old/%s", s_root, name);
    cr_assert_eq(stat(path, &file), 0);
    bool empty = file.st_size == 0;
    if (damage == REMOVED)
        unlink(path);
    else if (damage == OLDER)
        changed = access(old, F_OK) == 0 &&
                  E2E_RUN(NULL, "cmp", "-s", old, path) != 0;
    else if (empty)
        changed = false;
    else if (damage == CUT_HALF || damage == CUT_ALL)
        cr_assert_eq(truncate(path, damage == CUT_ALL ? 0 : file.st_size / 2),
                     0);
    else if (damage == ZEROED)
        s_shell("head -c %ld /dev/zero >%s", (long)file.st_size, path);
    else
        s_flip(path, damage == FLIP_BEGIN    ? 0
                     : damage == FLIP_MIDDLE ? file.st_size / 2
                                             : file.st_size - 1);
    if (changed && damage == OLDER)
        s_shell("cp -a %s %s", old, path);
    free(path);
    return changed;
}

// Events that a reader gets out of the log; -1 when it says that it cannot.
static int64_t s_count_events(const char *data)
{
    failure_t failure = {0};
    char *path = e2e_path(data, "log");
    event_log_t *log = NULL;
    log_reader_t *reader = NULL;
    log_record_t record;
    int64_t count = 0;
    int rc = event_log_open(&log, path, EVENT_LOG_READ, NULL, &failure);
    if (rc == 0)
        rc = log_reader_new(&reader, log, true);
    if (rc == 0)
        rc = log_reader_seek(reader, 0);
    while (rc == 0 && (rc = log_reader_next(reader, &record)) == 1) {
        count += record.count;
        rc = 0;
    }
    log_reader_destroy(&reader);
    event_log_close(&log);
    free(path);
    return rc < 0 ? -1 : count;
}

// What is wrong with the case, for the one line that is said then.
typedef struct {
    const char *file;
    damage_t damage;
    bool view; // it is a view's file, and no damage to the log
    bool seal; // and one of what the log dropped
} case_t;

__attribute__((format(printf, 2, 3))) static void s_wrong(const case_t *now,
                                                          const char *format,
                                                          ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cr_expect(false, "%s %s: %s", now->file, s_damages[now->damage], text);
}

// True: octolog verify finds nothing wrong. What it finds it must name.
static bool s_verify(const case_t *now, const char *data, char **found)
{
    char *out = NULL;
    int status = E2E_RUN(&out, "octolog", "verify", "--data", data);
    if (status > 1)
        s_wrong(now, "verify ended with %d: %s", status, out);
    else if (status == 1 && !strstr(out, now->view ? "view" : "log"))
        s_wrong(now, "verify names no place: %s", out);
    if (found)
        *found = out;
    else
        free(out);
    return status == 0;
}

// Waits until the views are what the log makes of them. Comparing may be what
// shows that a view is damaged: it is rebuilt, and compared again.
static bool s_views_are_good(const char *data)
{
    for (int i = 0; i < 20; i++) {
        if (E2E_RUN(NULL, "octolog", "replay", "--data", data, "--verify") == 0)
            return true;
        for (int n = 0; n < 20; n++)
            e2e_nap();
    }
    return false;
}

static outcome_t s_judge_running(const case_t *now, const char *data,
                                 const e2e_service_t *service, bool was_sound)
{
    // A view and its seal are each other's proof.
    const bool provable = was_sound || (now->view && !now->seal);
    bool good = provable && s_views_are_good(data);
    load_check_counts(service, EVENTS);
    char *found = NULL;
    bool sound = s_verify(now, data, &found);
    int64_t events = s_count_events(data);
    if (provable && !good)
        s_wrong(now, "the views are not the fold of the log: %s",
                service->process.said);
    if (now->view && !now->seal && !sound)
        s_wrong(now, "the view was not rebuilt: %s%s", found,
                service->process.said);
    if ((sound || now->view) && events != KEPT)
        s_wrong(now, "%lld events are left, and nobody says so",
                (long long)events);
    free(found);
    if (!sound)
        return NAMED;
    return was_sound && !strstr(service->process.said, "rebuilding") ? HARMLESS
                                                                     : REBUILT;
}

static void s_run_case(const case_t *now, const char *data)
{
    e2e_service_t service;
    bool sound = s_verify(now, data, NULL);
    outcome_t outcome = REFUSED;
    if (e2e_try_up(&service, data, (const char *const[]){"--no-fetch", NULL})) {
        outcome = s_judge_running(now, data, &service, sound);
        e2e_signal(&service.process, SIGTERM);
    }
    int status = e2e_end(&service.process);
    if (status != (outcome == REFUSED))
        s_wrong(now, "up ended with %d: %s", status, service.process.said);
    if (strstr(service.process.said, "ended with signal"))
        s_wrong(now, "something crashed: %s", service.process.said);
    if (outcome == REFUSED && now->view)
        s_wrong(now, "a view can be rebuilt: %s", service.process.said);
    if (outcome == REFUSED && !strstr(service.process.said, "log"))
        s_wrong(now, "up names no place: %s", service.process.said);
    s_seen[outcome]++;
    e2e_gone(&service);
}

// A backup is not restored, or it is what it was.
static void s_run_backup_case(const case_t *now, const char *data)
{
    char *restored = e2e_path(s_root, "restored"), *said = NULL;
    int status = E2E_RUN(&said, "octolog", "restore", "--from", data, "--data",
                         restored);
    char *log = e2e_path(restored, "log"), *views = e2e_path(restored, "views");
    if (status == 0) {
        if (!s_verify(now, restored, NULL) || s_count_events(restored) != KEPT)
            s_wrong(now, "what is restored is not whole: %s", said);
    } else if (status != 1 || access(log, F_OK) == 0 ||
               access(views, F_OK) == 0) {
        s_wrong(now, "restore ended with %d: %s", status, said);
    } else if (!strstr(said, data) && !strstr(said, restored) &&
               !strstr(said, "log") && !strstr(said, "seal")) {
        s_wrong(now, "restore names no place: %s", said);
    }
    // Without its manifest it is no backup, yet a data directory.
    if (status == 1 && !strstr(now->file, "manifest.json") &&
        s_verify(now, data, NULL))
        s_wrong(now, "verify finds nothing, but restore: %s", said);
    s_seen[status == 0 ? HARMLESS : REFUSED]++;
    e2e_remove(restored);
    free(restored);
    free(log);
    free(views);
    free(said);
}

static void s_run_all(void (*run)(const case_t *now, const char *data))
{
    int step = load_setting("OCTOLOG_DAMAGE_STEP", 6), number = 0;
    const char *only = getenv("OCTOLOG_DAMAGE_FILE");
    char *data = e2e_path(s_root, "data");
    for (size_t i = 0; i < s_file_count; i++)
        for (damage_t damage = 0; damage < DAMAGES; damage++) {
            const char *name = s_files[i];
            if ((only && !strstr(name, only)) || number++ % step != 0)
                continue;
            s_shell("rm -rf %s && cp -a %s/good %s", data, s_root, data);
            if (s_damage(data, name, damage))
                run(&(case_t){name, damage, strncmp(name, "views/", 6) == 0,
                              strstr(name, "/seal/") != NULL},
                    data);
        }
    fprintf(stderr,
            "damage matrix: %zu files, %d cases: %d refused, %d named, "
            "%d rebuilt, %d harmless\n",
            s_file_count,
            s_seen[REFUSED] + s_seen[NAMED] + s_seen[REBUILT] +
                s_seen[HARMLESS],
            s_seen[REFUSED], s_seen[NAMED], s_seen[REBUILT], s_seen[HARMLESS]);
    e2e_remove(s_root);
    free(data);
    free(s_root);
}

Test(damage_matrix, no_damage_is_a_crash_or_a_silent_loss, .timeout = 86400)
{
    s_make(false);
    s_run_all(s_run_case);
}

Test(damage_matrix, no_damaged_backup_is_restored, .timeout = 86400)
{
    s_make(true);
    s_run_all(s_run_backup_case);
}

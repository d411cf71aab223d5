// What a machine runs out of, or gets wrong: disk space, quota, the right to
// write, open files, memory, fsync, the time of day. The service says what is
// wrong, answers what it can, recovers when the cause goes, and has lost
// nothing that it acknowledged.

#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(resource, .timeout = 300);

static void s_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

// Everything that was sent arrives, is there once, and is in the views.
static void s_check(e2e_service_t *service, load_t *load, const char *data)
{
    load_drain(load);
    e2e_await_offset(service, (double)load->sent);
    load_check_log(data, load->sent, load->acknowledged);
    load_check_views(data);
}

static int s_lines_with(const char *text, const char *words)
{
    int count = 0;
    for (; (text = strstr(text, words)); text++)
        count++;
    return count;
}

typedef struct {
    e2e_process_t *process;
    const char *words;
    int count;
} said_t;

static bool s_has_said(void *context)
{
    const said_t *said = context;
    return e2e_has_said(said->process, said->words) &&
           s_lines_with(said->process->said, said->words) >= said->count;
}

// Produces until the service has said these words so often.
static void s_produce_until_said(e2e_service_t *service, load_t *load,
                                 const char *words, int count)
{
    said_t said = {&service->process, words, count};
    load_produce_until(load, s_has_said, &said);
}

static void s_resize(const char *folder, const char *size)
{
    cr_assert_eq(mount("none", folder, "tmpfs", MS_REMOUNT, size), 0);
}

Test(resource, a_full_disk_is_waited_for_and_nothing_acknowledged_is_lost)
{
    char *folder = e2e_folder();
    if (mount("none", folder, "tmpfs", 0, "size=24m") != 0)
        cr_skip_test("needs the right to mount a tmpfs");
    char *data = e2e_path(folder, "d");
    e2e_service_t service;
    load_t load;
    // Were its exits counted, the third would be the last.
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "2", 1);
    setenv("OCTOLOG_SUPERVISOR_RESTART_MAX_MS", "100", 1);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    // It is tried more often than that, and what runs still answers.
    s_produce_until_said(&service, &load, "journal ended with exit 4", 4);
    cr_expect_not_null(strstr(service.process.said, "No space left on device"));
    cr_expect_eq(e2e_get(service.port, "/livez", NULL), 200);
    cr_expect_eq(e2e_get(service.port, "/healthcheck", NULL), 503);
    cr_expect_eq(
        e2e_get(service.port, "/v1/agg_event_counts?offset_minutes=1", NULL),
        200);
    static const char *const s_views[] = {
        "event_counts ended", "pr_interval ended", "repo_activity ended"};
    for (size_t i = 0; i < sizeof s_views / sizeof *s_views; i++)
        cr_expect_null(strstr(service.process.said, s_views[i]));
    s_resize(folder, "size=400m");
    s_check(&service, &load, data);
    load_close(&load);
    e2e_down(&service);
    umount2(folder, MNT_DETACH);
    e2e_remove(folder);
    free(data);
    free(folder);
}

Test(resource, a_folder_that_became_read_only_is_named_and_left_alone)
{
    char *folder = e2e_folder();
    if (mount("none", folder, "tmpfs", 0, "size=200m") != 0)
        cr_skip_test("needs the right to mount a tmpfs");
    char *data = e2e_path(folder, "d"), *out = NULL;
    e2e_service_t service;
    load_t load;
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 50);
    load_drain(&load);
    load_close(&load);
    e2e_down(&service);
    cr_assert_eq(mount("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    int status = E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data", data,
                         "--listen", "127.0.0.1:0");
    cr_expect_eq(status, 1, "%s", out);
    cr_expect_not_null(strstr(out, data), "%s", out);
    cr_expect_eq(s_lines_with(out, "\n"), 1, "one line, not: %s", out);
    free(out);
    // Reading needs no right to write.
    cr_expect_eq(E2E_RUN(&out, "octolog", "verify", "--data", data), 0, "%s",
                 out);
    free(out);
    s_resize(folder, "size=200m");
    E2E_UP(&service, data, "--no-fetch");
    e2e_await_offset(&service, (double)load.sent);
    load_check_log(data, load.sent, load.acknowledged);
    e2e_down(&service);
    umount2(folder, MNT_DETACH);
    e2e_remove(folder);
    free(data);
    free(folder);
}

// For this process and all it starts from here on, the hard limit, too, for
// octolog raises the soft one.
static void s_limit(int resource, rlim_t limit)
{
    cr_assert_eq(setrlimit(resource, &(struct rlimit){limit, limit}), 0);
}

// Serves under load as if nothing were small.
static void s_expect_served(void)
{
    char *data = e2e_folder();
    e2e_service_t service;
    load_t load;
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 100);
    s_check(&service, &load, data);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

Test(resource, a_thousand_open_files_are_enough)
{
    s_limit(RLIMIT_NOFILE, 1024);
    s_expect_served();
}

// `octolog up` ends at once, with one line that has these words.
static void s_expect_refusal(const char *words)
{
    char *data = e2e_folder(), *out = NULL;
    cr_expect_eq(E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data", data,
                         "--listen", "127.0.0.1:1"),
                 1);
    cr_expect_not_null(strstr(out, words), "%s", out);
    cr_expect_eq(s_lines_with(out, "\n"), 1, "one line, not: %s", out);
    free(out);
    e2e_remove(data);
    free(data);
}

Test(resource, too_few_open_files_are_refused_in_words)
{
    s_limit(RLIMIT_NOFILE, 200);
    s_expect_refusal("open files");
}

Test(resource, more_connections_than_open_files_allow_are_refused_in_words)
{
    s_limit(RLIMIT_NOFILE, 1024);
    setenv("OCTOLOG_HTTP_THREADS", "200", 1);
    s_expect_refusal("http.threads = 200");
}

Test(resource, little_memory_is_enough)
{
    if (SANITIZED)
        cr_skip_test("a sanitizer needs more addresses than there would be");
    s_limit(RLIMIT_AS, (rlim_t)1536 << 20);
    s_expect_served();
}

// Less than its stores need to open: it says so and ends; a later start has all
// of it.
Test(resource, too_little_memory_is_refused_and_nothing_is_lost)
{
    if (SANITIZED)
        cr_skip_test("a sanitizer needs more addresses than there would be");
    char *data = e2e_folder(), *out = NULL;
    e2e_service_t service;
    load_t load;
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "2", 1);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 50);
    load_drain(&load);
    load_close(&load);
    e2e_down(&service);
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_AS, &limit), 0);
    const struct rlimit little = {(rlim_t)200 << 20, limit.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_AS, &little), 0);
    int status = E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data", data,
                         "--listen", "127.0.0.1:0");
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    cr_expect_eq(status, 1, "%s", out);
    cr_expect_not_null(strstr(out, "out of memory"), "%s", out);
    free(out);
    E2E_UP(&service, data, "--no-fetch");
    e2e_await_offset(&service, (double)load.sent);
    load_check_log(data, load.sent, load.acknowledged);
    load_check_views(data);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

// Data of a process, by /proc: memory that it may write to.
static rlim_t s_data_bytes(pid_t pid)
{
    char path[64], line[256];
    unsigned long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    while (kib == 0 && fgets(line, sizeof line, file))
        sscanf(line, "VmData: %lu", &kib);
    fclose(file);
    cr_assert_gt(kib, 0);
    return (rlim_t)kib * 1024;
}

// A running process, and what it starts, gets no more data than that.
static void s_squeeze(pid_t pid, rlim_t bytes)
{
    struct rlimit limit;
    cr_assert_eq(prlimit(pid, RLIMIT_DATA, NULL, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    cr_assert_eq(prlimit(pid, RLIMIT_DATA, &limit, NULL), 0);
}

typedef struct {
    const e2e_service_t *service;
    said_t said;
} asked_t;

// Asks for what takes memory to answer.
static bool s_has_said_when_asked(void *context)
{
    asked_t *asked = context;
    e2e_get(asked->service->port, "/v1/repos/top?limit=1000", NULL);
    return s_has_said(&asked->said);
}

// Memory runs out for an actor of a service under load, and again whenever it
// is started, until it has ended for it so often; then there is some.
static void s_starve(const char *actor, int often)
{
    char *data = e2e_folder(), words[96];
    e2e_service_t service;
    load_t load;
    asked_t asked = {&service, {&service.process, words, often}};
    snprintf(words, sizeof words, "%s ended with exit 5 (out of memory)",
             actor);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    // Before it has taken what the first events need.
    const pid_t pid = e2e_actor(&service, actor);
    cr_assert_gt(pid, 0);
    s_squeeze(pid, s_data_bytes(pid));
    if (often > 1)
        s_squeeze(service.process.pid, (rlim_t)48 << 20);
    load_produce_until(&load, s_has_said_when_asked, &asked);
    s_squeeze(service.process.pid, RLIM_INFINITY);
    s_check(&service, &load, data);
    cr_expect_null(strstr(service.process.said, "signal"), "%s",
                   service.process.said);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

// An actor ends when there is too little memory to start it again: that is
// tried until there is some.
static void s_starve_at_start(const char *actor)
{
    if (SANITIZED)
        cr_skip_test("a sanitizer ends the process when memory runs out");
    char *data = e2e_folder(), words[96];
    e2e_service_t service;
    load_t load;
    // Were exits for want of memory counted, the third would be the last.
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "2", 1);
    setenv("OCTOLOG_SUPERVISOR_RESTART_MAX_MS", "100", 1);
    snprintf(words, sizeof words, "%s ended with exit 5 (out of memory)",
             actor);
    // Of nobody: the events are the load's alone.
    setenv("OCTOLOG_GITHUB_SOURCE", "http://127.0.0.1:9/events", 1);
    E2E_UP(&service, data, NULL);
    load_open(&load, data);
    const pid_t pid = e2e_actor(&service, actor);
    cr_assert_gt(pid, 0);
    // Enough for the supervisor, and for no thread of the actor's.
    s_squeeze(service.process.pid,
              s_data_bytes(service.process.pid) + ((rlim_t)4 << 20));
    kill(pid, SIGKILL);
    s_produce_until_said(&service, &load, words, 4);
    s_squeeze(service.process.pid, RLIM_INFINITY);
    s_check(&service, &load, data);
    while (e2e_actor(&service, actor) <= 0)
        e2e_nap();
    cr_expect_null(strstr(service.process.said, "signal 11"), "%s",
                   service.process.said);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

Test(resource, a_journal_is_started_again_until_there_is_memory)
{
    s_starve_at_start("journal");
}

Test(resource, a_view_is_started_again_until_there_is_memory)
{
    s_starve_at_start("event_counts");
}

Test(resource, a_fetcher_is_started_again_until_there_is_memory)
{
    s_starve_at_start("fetcher");
}

Test(resource, an_api_is_started_again_until_there_is_memory)
{
    s_starve_at_start("api");
}

Test(resource, memory_that_runs_out_is_waited_for_and_nothing_is_lost)
{
    if (SANITIZED)
        cr_skip_test("a sanitizer ends the process when memory runs out");
    // Were exits counted, the third would be the last.
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "2", 1);
    setenv("OCTOLOG_SUPERVISOR_RESTART_MAX_MS", "100", 1);
    s_starve("journal", 4);
    s_starve("event_counts", 4);
    s_starve("repo_activity", 4);
    s_starve("api", 1);
}

// Everything that is started from here on misbehaves when it is told to.
static void s_interpose(const char *variable, const char *file)
{
    setenv("LD_PRELOAD", getenv("OCTOLOG_INTERPOSE"), 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    setenv(variable, file, 1);
}

Test(resource, a_used_up_quota_is_waited_for_and_nothing_is_lost)
{
    char *folder = e2e_folder(), *used_up = e2e_path(folder, "quota");
    char *data = e2e_path(folder, "d");
    e2e_service_t service;
    load_t load;
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "2", 1);
    setenv("OCTOLOG_SUPERVISOR_RESTART_MAX_MS", "100", 1);
    s_interpose("INTERPOSE_QUOTA", used_up);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 50);
    s_write(used_up, "");
    s_produce_until_said(&service, &load, "journal ended with exit 4", 4);
    cr_expect_not_null(strstr(service.process.said, "Disk quota exceeded"));
    cr_expect_eq(e2e_get(service.port, "/healthcheck", NULL), 503);
    unlink(used_up);
    s_check(&service, &load, data);
    cr_expect_null(strstr(service.process.said, "signal"), "%s",
                   service.process.said);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(folder);
    free(data);
    free(used_up);
    free(folder);
}

Test(resource, a_failing_fsync_is_never_acknowledged)
{
    char *data = e2e_folder(), *fails = e2e_path(data, "fsync-fails");
    e2e_service_t service;
    load_t load;
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "1000", 1);
    s_interpose("INTERPOSE_FSYNC", fails);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 50);
    s_write(fails, "");
    // What was under way may still be acknowledged, and nothing after it.
    s_produce_until_said(&service, &load, "journal ended with exit", 1);
    uint64_t acknowledged = load.acknowledged;
    load_produce_for(&load, 300);
    cr_expect_eq(load.acknowledged, acknowledged);
    cr_expect_eq(e2e_get(service.port, "/livez", NULL), 200);
    unlink(fails);
    s_check(&service, &load, data);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
    free(fails);
}

Test(resource, a_clock_that_jumps_changes_no_answer)
{
    char *data = e2e_folder(), *jump = e2e_path(data, "clock-jump");
    static const char *const s_jumps[] = {"86400", "-86400", "315360000", "0"};
    e2e_service_t service;
    load_t load;
    s_interpose("INTERPOSE_CLOCK", jump);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    for (size_t i = 0; i < sizeof s_jumps / sizeof *s_jumps; i++) {
        s_write(jump, s_jumps[i]);
        load_produce_for(&load, 50);
        s_check(&service, &load, data);
        E2E_CRASH(&service, "--no-fetch");
    }
    s_check(&service, &load, data);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
    free(jump);
}

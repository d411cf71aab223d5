// The crash matrix: every place that proto/base/fault_point.h names, in every
// process that passes it, killed there or made to fail there, alone or with all
// others, under load. After each case invariants I1 to I4 hold, by an oracle
// that knows every acknowledged event. Then rounds of random places at random
// moments.
//
//   ./test crash           prints how many cases ran
//   OCTOLOG_KILL_ROUNDS    of the random rounds, 24 if unset
//   OCTOLOG_KILL_SEED      repeats them

#include "tests/e2e/crash_points.h"
#include "tests/e2e/load.h"
#include "tests/e2e/simulator.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const s_actions[] = {"kill", "fail"};

static char *s_armed; // folder of armed points
static int s_cases;

static void s_set_up(void)
{
    s_armed = e2e_folder();
    setenv("OCTOLOG_FAULT_POINTS", s_armed, 1);
    // Views are written while the test looks, and no actor is given up.
    setenv("OCTOLOG_VIEW_FLUSH_MS", "20", 1);
    setenv("OCTOLOG_SUPERVISOR_RESTART_LIMIT", "1000", 1);
}

static void s_tear_down(void)
{
    fprintf(stderr, "crash matrix: %d cases\n", s_cases);
    e2e_remove(s_armed);
    free(s_armed);
}

TestSuite(crash_matrix, .init = s_set_up, .fini = s_tear_down,
          .timeout = 86400);

static void s_arm(const char *point, const char *action)
{
    char *path = e2e_path(s_armed, point);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(action, file);
    cr_assert_eq(fclose(file), 0);
    free(path);
    s_cases++;
}

static bool s_is_armed(const char *point)
{
    char *path = e2e_path(s_armed, point);
    bool armed = access(path, F_OK) == 0;
    free(path);
    return armed;
}

static void s_disarm(const char *point)
{
    char *path = e2e_path(s_armed, point);
    unlink(path);
    free(path);
}

static bool s_has_fired(void *context)
{
    return !s_is_armed(context);
}

// A service, its load, and what is done to it.
typedef struct {
    e2e_service_t service;
    load_t load;
    char *data;
} spine_t;

static void s_begin(spine_t *spine)
{
    spine->data = e2e_folder();
    E2E_UP(&spine->service, spine->data, "--no-fetch");
    load_open(&spine->load, spine->data);
    load_produce_for(&spine->load, 20);
}

// All that was sent is acknowledged, there once, and in the views.
static void s_check(spine_t *spine)
{
    load_t *load = &spine->load;
    load_drain(load);
    e2e_await_offset(&spine->service, (double)load->sent);
    load_check_log(spine->data, load->sent, load->acknowledged);
    load_check_counts(&spine->service, load->sent);
    load_check_views(spine->data);
}

static void s_end(spine_t *spine)
{
    e2e_down(&spine->service);
    load_close(&spine->load);
    e2e_remove(spine->data);
    free(spine->data);
}

static void s_await_fired(spine_t *spine, const char *point)
{
    load_produce_until(&spine->load, s_has_fired, (void *)point);
}

Test(crash_matrix, while_events_flow)
{
    for (size_t i = 0; i < COUNT(s_flowing); i++)
        for (size_t action = 0; action < COUNT(s_actions); action++) {
            spine_t spine;
            s_begin(&spine);
            s_arm(s_flowing[i], s_actions[action]);
            s_await_fired(&spine, s_flowing[i]);
            s_check(&spine);
            s_arm(s_flowing[i], s_actions[action]);
            s_await_fired(&spine, s_flowing[i]);
            E2E_CRASH(&spine.service, "--no-fetch");
            s_check(&spine);
            s_end(&spine);
        }
}

Test(crash_matrix, while_the_log_opens_again)
{
    for (size_t i = 0; i < COUNT(s_opening); i++) {
        spine_t spine;
        s_begin(&spine);
        for (size_t action = 0; action < COUNT(s_actions); action++) {
            s_arm(s_opening[i], s_actions[action]);
            kill(e2e_actor(&spine.service, "journal"), SIGKILL);
            s_await_fired(&spine, s_opening[i]);
            s_check(&spine);
        }
        s_arm(s_opening[i], "kill");
        E2E_CRASH(&spine.service, "--no-fetch");
        cr_assert(!s_is_armed(s_opening[i]));
        s_check(&spine);
        s_end(&spine);
    }
}

// A log that keeps a second of events, and knows of what went for another one.
static void s_keep_little(bool little)
{
    setenv("OCTOLOG_LOG_RETENTION_AGE", little ? "1 s" : "0", 1);
    setenv("OCTOLOG_LOG_DEDUPE_MARGIN", little ? "1 s" : "7 d", 1);
}

Test(crash_matrix, while_batches_are_dropped)
{
    s_keep_little(true);
    for (size_t action = 0; action < COUNT(s_actions); action++) {
        spine_t spine;
        s_begin(&spine);
        for (size_t i = 0; i < COUNT(s_dropping); i++) {
            s_arm(s_dropping[i], s_actions[action]);
            s_await_fired(&spine, s_dropping[i]);
            s_check(&spine);
            s_arm(s_dropping[i], s_actions[action]);
            s_await_fired(&spine, s_dropping[i]);
            E2E_CRASH(&spine.service, "--no-fetch");
            s_check(&spine);
        }
        s_end(&spine);
    }
}

// An actor that dies at its first start is started again; one that says that
// it cannot start ends the whole, with a line, and the next start is fine.
static void s_start_first(const char *point, const char *action)
{
    spine_t spine = {.data = e2e_folder()};
    s_arm(point, action);
    if (strcmp(action, "fail") == 0) {
        char *out = NULL;
        cr_assert_eq(E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data",
                             spine.data, "--listen", "127.0.0.1:0"),
                     1, "%s: %s", point, out);
        cr_assert_not_null(strstr(out, "cannot"), "%s: %s", point, out);
        free(out);
    }
    E2E_UP(&spine.service, spine.data, "--no-fetch");
    cr_assert(!s_is_armed(point), "%s was not passed", point);
    load_open(&spine.load, spine.data);
    load_produce_for(&spine.load, 20);
    s_check(&spine);
    s_end(&spine);
}

Test(crash_matrix, at_the_first_start)
{
    for (size_t action = 0; action < COUNT(s_actions); action++) {
        for (size_t i = 0; i < COUNT(s_opening); i++)
            s_start_first(s_opening[i], s_actions[action]);
        // Nothing is removed at a first start: not the last of them.
        for (size_t i = 0; i + 1 < COUNT(s_generation); i++)
            s_start_first(s_generation[i], s_actions[action]);
    }
}

// Whoever of replay and aggregator passes the point is hit; then another
// replay does what this one may not have done.
static void s_replay(spine_t *spine, const char *point, const char *action)
{
    char *out = NULL;
    s_arm(point, action);
    int status = E2E_RUN(&out, "octolog", "replay", "--data", spine->data);
    cr_assert(!s_is_armed(point), "%s was not passed: %s", point, out);
    cr_assert(status == 0 || status == 1 || status == 128 + SIGKILL,
              "%s, %s: exit %d: %s", point, action, status, out);
    free(out);
    if (spine->service.process.pid)
        e2e_await_offset(&spine->service, (double)spine->load.sent);
    load_check_views(spine->data);
    cr_assert_eq(E2E_RUN(&out, "octolog", "replay", "--data", spine->data), 0,
                 "%s, %s: %s", point, action, out);
    free(out);
    load_check_views(spine->data);
}

static void s_replay_all(spine_t *spine)
{
    for (size_t action = 0; action < COUNT(s_actions); action++) {
        for (size_t i = 0; i < COUNT(s_generation); i++)
            s_replay(spine, s_generation[i], s_actions[action]);
        for (size_t i = 4; i < COUNT(s_flowing); i++) // those of views
            s_replay(spine, s_flowing[i], s_actions[action]);
    }
}

Test(crash_matrix, while_views_are_replaced)
{
    spine_t spine;
    s_begin(&spine);
    s_check(&spine);
    s_replay_all(&spine);
    s_check(&spine);
    e2e_down(&spine.service);
    s_replay_all(&spine);
    load_check_log(spine.data, spine.load.sent, spine.load.acknowledged);
    load_close(&spine.load);
    e2e_remove(spine.data);
    free(spine.data);
}

#define IMPORTED 3000

// Imports the first half, then all with the point armed, then all again.
static void s_import(const char *data, bool running, const char *point,
                     const char *action)
{
    char *half = e2e_path(data, "half.json"), *all = e2e_path(data, "all.json");
    char *out = NULL;
    load_write_file(half, 1, IMPORTED / 2);
    load_write_file(all, 1, IMPORTED + 1);
    cr_assert_eq(E2E_RUN(&out, "octolog", "import", "--data", data, half), 0,
                 "%s", out);
    free(out);
    s_arm(point, action);
    int status = E2E_RUN(&out, "octolog", "import", "--data", data, all);
    cr_assert(!s_is_armed(point), "%s was not passed: %s", point, out);
    // It stands by a journal that dies.
    bool others = running && strncmp(point, "producer.", 9) != 0;
    int expected = strcmp(action, "kill") == 0 ? 128 + SIGKILL : 1;
    cr_assert_eq(status, others ? 0 : expected, "%s, %s: exit %d: %s", point,
                 action, status, out);
    free(out);
    load_check_log(data, IMPORTED, IMPORTED / 2 - 1);
    cr_assert_eq(E2E_RUN(&out, "octolog", "import", "--data", data, all), 0,
                 "%s", out);
    free(out);
    cr_assert_eq(load_check_log(data, IMPORTED, IMPORTED), IMPORTED);
    free(half);
    free(all);
}

static void s_import_alone(const char *point, const char *action)
{
    char *data = e2e_folder();
    s_import(data, false, point, action);
    cr_assert_eq(E2E_RUN(NULL, "octolog", "verify", "--data", data), 0);
    e2e_remove(data);
    free(data);
}

static void s_import_through(const char *point, const char *action)
{
    char *data = e2e_folder();
    e2e_service_t service;
    E2E_UP(&service, data, "--no-fetch");
    s_import(data, true, point, action);
    e2e_await_offset(&service, IMPORTED);
    load_check_views(data);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

Test(crash_matrix, while_archives_are_imported)
{
    for (size_t action = 0; action < COUNT(s_actions); action++) {
        for (size_t i = 0; i < COUNT(s_opening); i++)
            s_import_alone(s_opening[i], s_actions[action]);
        for (size_t i = 0; i < 3; i++) // those of the commit
            s_import_alone(s_flowing[i], s_actions[action]);
        for (size_t i = 0; i < 4; i++) // and of its acknowledgement
            s_import_through(s_flowing[i], s_actions[action]);
    }
    for (size_t i = 1; i < COUNT(s_producing); i++)
        s_import_through(s_producing[i], "kill");
    s_import_through("producer.send", "fail");
}

// A folder that a command makes of the log is whole after the last point, not
// there before it, and in nobody's way.
static void s_make_folder(const char *command, const char *data, size_t i,
                          const char *action)
{
    char *folder = e2e_folder(), *made = e2e_path(folder, "made");
    char *out = NULL;
    s_arm(s_finishing[i], action);
    int status =
        E2E_RUN(&out, "octolog", command, "--data", data, "--out", made);
    cr_assert_eq(status, strcmp(action, "kill") == 0 ? 128 + SIGKILL : 1,
                 "%s, %s: exit %d: %s", s_finishing[i], action, status, out);
    free(out);
    bool named = i + 1 == COUNT(s_finishing);
    cr_assert_eq(access(made, F_OK) == 0, named, "%s", s_finishing[i]);
    cr_assert_eq(E2E_RUN(&out, "octolog", command, "--data", data, "--out",
                         made, "--force"),
                 0, "%s", out);
    free(out);
    free(made);
    e2e_remove(folder);
    free(folder);
}

Test(crash_matrix, while_a_folder_is_finished)
{
    static const char *const s_commands[] = {"export", "backup"};
    spine_t spine;
    s_begin(&spine);
    s_check(&spine);
    for (size_t i = 0; i < COUNT(s_finishing) * COUNT(s_actions); i++)
        for (size_t command = 0; command < COUNT(s_commands); command++)
            s_make_folder(s_commands[command], spine.data, i / COUNT(s_actions),
                          s_actions[i % 2]);
    s_check(&spine);
    s_end(&spine);
}

static bool s_has_ended(void *context)
{
    return e2e_has_ended(context);
}

// A backup of a service under load, hit where it is made or where it is taken
// away; then one that is not. *status is how the first one ended.
static void s_back_up(spine_t *spine, const char *point, const char *action)
{
    char *folder = e2e_folder(), *made = e2e_path(folder, "made");
    char *restored = e2e_path(folder, "restored"), *out = NULL;
    e2e_process_t backup = {0};
    const char *const argv[] = {"octolog", "backup", "--data", spine->data,
                                "--out",   made,     NULL};
    s_arm(point, action);
    e2e_start(&backup, argv);
    load_produce_until(&spine->load, s_has_ended, &backup);
    int status = e2e_end(&backup);
    cr_assert(!s_is_armed(point), "%s was not passed: %s", point, backup.said);
    // Of a journal that dies it is asked again.
    bool survives =
        strncmp(point, "log.", 4) == 0 && strcmp(action, "kill") == 0;
    cr_assert_eq(status == 0, survives, "%s, %s: exit %d: %s", point, action,
                 status, backup.said);
    cr_assert_eq(access(made, F_OK) == 0, survives, "%s, %s", point, action);
    e2e_forget(&backup);
    const uint64_t acknowledged = spine->load.acknowledged;
    cr_assert_eq(E2E_RUN(&out, "octolog", "backup", "--data", spine->data,
                         "--out", made, "--force"),
                 0, "%s, %s: %s", point, action, out);
    free(out);
    cr_assert_eq(
        E2E_RUN(&out, "octolog", "restore", "--from", made, "--data", restored),
        0, "%s, %s: %s", point, action, out);
    free(out);
    load_check_log(restored, spine->load.sent, acknowledged);
    free(restored);
    free(made);
    e2e_remove(folder);
    free(folder);
}

Test(crash_matrix, while_a_backup_is_made)
{
    spine_t spine;
    s_begin(&spine);
    for (size_t i = 0; i < COUNT(s_copying); i++)
        for (size_t action = 0; action < COUNT(s_actions); action++)
            s_back_up(&spine, s_copying[i], s_actions[action]);
    s_check(&spine);
    s_end(&spine);
}

static void s_await_logged(int port, size_t count)
{
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    for (;;) {
        event_keys_t logged = simulator_logged(port);
        bool enough = logged.count >= count;
        event_keys_free(&logged);
        if (enough)
            return;
        cr_assert_lt(e2e_tick_ms(), until, "nothing is fetched");
        e2e_nap();
    }
}

static void s_await_fetched(const simulator_t *sim, int port)
{
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    // Served keys first: whatever was served by now must come to the log.
    event_keys_t served = simulator_served(sim);
    event_keys_t logged = simulator_logged(port);
    while (!event_keys_within(&served, &logged)) {
        cr_assert_lt(e2e_tick_ms(), until, "something served is not logged");
        event_keys_free(&logged);
        e2e_nap();
        logged = simulator_logged(port);
    }
    cr_assert(event_keys_unique(&logged), "an event is in the log twice");
    event_keys_free(&served);
    event_keys_free(&logged);
}

static void s_fetch(e2e_service_t *service, const simulator_t *sim,
                    const char *source, const char *point, bool group)
{
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    s_arm(point, "kill");
    while (s_is_armed(point)) {
        cr_assert_lt(e2e_tick_ms(), until, "%s was not passed", point);
        e2e_nap();
    }
    if (group)
        E2E_CRASH(service, "--source", source);
    s_await_fetched(sim, service->port);
}

Test(crash_matrix, while_github_is_polled)
{
    simulator_t sim;
    e2e_service_t service;
    char source[128];
    char *data = e2e_folder();
    setenv("OCTOLOG_GITHUB_TIME_SCALE", "600", 1);
    SIMULATOR(&sim, "--seed", "5", "--rate", "0.02", "--clock-scale", "600",
              "--rate-limit", "100000");
    snprintf(source, sizeof source, "%s/events", sim.url);
    E2E_UP(&service, data, "--source", source);
    // The oldest events of the very first poll are not served again.
    s_await_logged(service.port, 100);
    for (int group = 0; group < 2; group++) {
        for (size_t i = 0; i < COUNT(s_producing); i++)
            s_fetch(&service, &sim, source, s_producing[i], group);
        for (size_t i = 0; i < 4; i++) // those of commit and acknowledgement
            s_fetch(&service, &sim, source, s_flowing[i], group);
    }
    load_check_views(data);
    e2e_down(&service);
    simulator_end(&sim);
    e2e_remove(data);
    free(data);
}

// One of all points that a service passes under load.
static const char *s_random_point(unsigned *random)
{
    const table_t *table = &s_tables[load_random(random, UNDER_LOAD)];
    return table->points[load_random(random, (unsigned)table->count)];
}

// Something random happens to everything, and may be too late to happen.
static void s_random_round(spine_t *spine, unsigned *random)
{
    static const char *const s_names[] = {"journal", "event_counts", "api",
                                          "pr_interval"};
    const char *point = s_random_point(random);
    s_arm(point, "kill");
    load_produce_for(&spine->load, load_random(random, 60));
    unsigned what = load_random(random, 8);
    if (what == 0) {
        E2E_CRASH(&spine->service, "--no-fetch");
    } else if (what == 1) { // which the point may kill, or its aggregator
        E2E_RUN(NULL, "octolog", "replay", "--data", spine->data);
    } else if (what < 6) {
        pid_t pid = e2e_actor(&spine->service,
                              s_names[load_random(random, COUNT(s_names))]);
        if (pid > 1)
            kill(pid, SIGKILL);
    }
    load_produce_for(&spine->load, load_random(random, 60));
    s_disarm(point);
}

Test(crash_matrix, at_random_moments)
{
    spine_t spine;
    int rounds = load_setting("OCTOLOG_KILL_ROUNDS", 24);
    unsigned random = (unsigned)load_setting("OCTOLOG_KILL_SEED", 11);
    // A log of its own for some rounds each; every other one keeps little.
    for (bool little = false; rounds > 0; little = !little) {
        s_keep_little(little);
        s_begin(&spine);
        for (int i = 0; i < 12 && rounds > 0; i++, rounds--)
            s_random_round(&spine, &random);
        s_check(&spine);
        s_end(&spine);
    }
}

static bool s_is_known(const char *point)
{
    for (size_t i = 0; i < COUNT(s_tables); i++)
        for (size_t j = 0; j < s_tables[i].count; j++)
            if (strcmp(point, s_tables[i].points[j]) == 0)
                return true;
    return false;
}

// Fails for each point named in the file that no table above holds.
static int s_look_for_points(const char *path)
{
    static const char s_call[] = "fault_point(\"";
    char line[256], point[64];
    int found = 0;
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file)) {
        const char *call = strstr(line, s_call);
        if (!call || sscanf(call + strlen(s_call), "%63[^\"]", point) != 1)
            continue;
        cr_expect(s_is_known(point), "%s: %s is in no table of this test", path,
                  point);
        found++;
    }
    fclose(file);
    return found;
}

Test(crash_matrix, knows_every_point_of_the_source)
{
    glob_t files = {0};
    size_t found = 0, known = 0;
    cr_assert_eq(glob(OCTOLOG_TREE "/log/*.c", 0, NULL, &files), 0);
    cr_assert_eq(
        glob(OCTOLOG_TREE "/[at]*/[!e]*/*.c", GLOB_APPEND, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        found += (size_t)s_look_for_points(files.gl_pathv[i]);
    for (size_t i = 0; i < COUNT(s_tables); i++)
        known += s_tables[i].count;
    cr_expect_eq(found, known);
    globfree(&files);
}

// What survives SIGKILL at any moment: invariants I1 to I4.
//
// The test is its own producer and keeps its own list of what the journal
// acknowledged. Actors, and now and then the supervisor with all of them, are
// killed at random instants while events flow. Afterwards every acknowledged
// event is in the log exactly once, nothing else is, offsets are dense, and
// the views equal the fold of the log.
//
// OCTOLOG_KILL_ROUNDS and OCTOLOG_KILL_SEED repeat or lengthen it.

#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

typedef struct {
    e2e_service_t service;
    load_t load;
    unsigned random;
} kill_t;

// The pid of a random running actor, as the service itself tells it.
static pid_t s_victim(kill_t *run)
{
    cJSON *body = NULL;
    pid_t pid = 0;
    if (e2e_get(run->service.port, "/v1/actors", &body) == 200) {
        cJSON *actors = cJSON_GetObjectItem(body, "actors");
        unsigned count = (unsigned)cJSON_GetArraySize(actors);
        if (count > 0)
            pid = (pid_t)e2e_number(
                cJSON_GetArrayItem(actors,
                                   (int)load_random(&run->random, count)),
                "pid");
    }
    cJSON_Delete(body);
    return pid;
}

static void s_kill_rounds(kill_t *run, int rounds)
{
    int killed = 0;
    for (int round = 0; round < rounds; round++) {
        load_produce_for(&run->load, 10 + load_random(&run->random, 250));
        if (round % 6 == 5) { // the whole group: children die with it
            E2E_CRASH(&run->service, "--no-fetch");
            killed++;
            continue;
        }
        pid_t victim = s_victim(run);
        if (victim > 1 && kill(victim, SIGKILL) == 0)
            killed++;
    }
    cr_log_info("%d of %d rounds killed something", killed, rounds);
    cr_assert_gt(killed, rounds / 3);
}

static void s_kill(int rounds)
{
    char *data = e2e_folder();
    kill_t run = {.random = (unsigned)load_setting("OCTOLOG_KILL_SEED", 7)};
    E2E_UP(&run.service, data, "--no-fetch");
    load_open(&run.load, data);
    s_kill_rounds(&run, rounds);
    load_drain(&run.load);
    e2e_await_offset(&run.service, (double)run.load.sent);
    load_check_counts(&run.service, run.load.sent);
    load_check_views(data);
    e2e_down(&run.service);
    load_check_log(data, run.load.sent, run.load.acknowledged);
    load_close(&run.load);
    e2e_remove(data);
    free(data);
}

Test(kill, acknowledged_events_survive_sigkill_at_any_moment, .timeout = 86400)
{
    s_kill(load_setting("OCTOLOG_KILL_ROUNDS", 36));
}

// What is lost is what retention drops, and the views have it.
Test(kill, sealed_events_survive_sigkill_at_any_moment, .timeout = 86400)
{
    setenv("OCTOLOG_LOG_RETENTION_AGE", "1 s", 1);
    s_kill(load_setting("OCTOLOG_KILL_ROUNDS", 12));
}

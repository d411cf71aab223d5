// The real fetcher polls octolog-sim, and everything it was given is in the
// log once, whatever the simulator does to it and whoever is killed meanwhile.

#include "tests/e2e/simulator.h"
#include "tests/recordings.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Waits until the log's end says `count` or more events.
static void s_await_events(const e2e_service_t *service, double count)
{
    long long until = e2e_tick_ms() + 2 * E2E_PATIENCE_MS;
    for (;;) {
        cJSON *log = NULL;
        double end = -1;
        if (e2e_get(service->port, "/v1/log", &log) == 200)
            end = e2e_number(log, "end_offset");
        cJSON_Delete(log);
        if (end >= count)
            return;
        cr_assert_lt(e2e_tick_ms(), until, "the log stays at %.0f of %.0f", end,
                     count);
        e2e_nap();
    }
}

// A configuration that lives as many times faster as the simulator's clock.
static char *s_fast_config(const char *folder, const char *scale)
{
    char *file = e2e_path(folder, "fast.cfg");
    FILE *out = fopen(file, "w");
    cr_assert_not_null(out);
    fprintf(out, "github\n    time-scale = %s\n", scale);
    fclose(out);
    return file;
}

Test(fetch, each_event_of_recorded_polls_is_logged_once, .timeout = 300)
{
    char *recording = recordings_path("polls/user-feed-2026.ndjson.gz");
    simulator_t sim;
    e2e_service_t service;
    char source[128];
    char *data = e2e_folder();
    char *config = s_fast_config(data, "600");
    cJSON *oracle =
        e2e_oracle((const char *const[]){"counts", recording, NULL});
    SIMULATOR(&sim, "--file", recording, "--clock-scale", "600", "--rate-limit",
              "100000");
    snprintf(source, sizeof source, "%s/users/somebody/events", sim.url);
    E2E_UP(&service, data, "--config", config, "--source", source);
    s_await_events(&service, e2e_number(oracle, "events"));
    event_keys_t logged = simulator_logged(service.port);
    event_keys_t served = simulator_served(&sim);
    cr_expect_eq((double)logged.count, e2e_number(oracle, "events"));
    cr_expect(event_keys_same(&logged, &served), "logged %zu, served %zu",
              logged.count, served.count);
    cr_expect(event_keys_unique(&logged), "an event is in the log twice");
    event_keys_free(&logged);
    event_keys_free(&served);
    e2e_down(&service);
    simulator_end(&sim);
    cJSON_Delete(oracle);
    e2e_remove(data);
    free(data);
    free(config);
    free(recording);
}

// Faults of all kinds at once, fetcher and journal killed in turn, in the end
// everything together: what was served whole is in the log, once. An event
// stays on the three pages for 25 seconds, longer than any restart takes: what
// a killed fetcher had read and not yet journaled is served again.
Test(fetch, nothing_served_is_lost_through_faults_and_kills, .timeout = 300)
{
    simulator_t sim;
    e2e_service_t service;
    char source[128];
    char *data = e2e_folder();
    char *config = s_fast_config(data, "600");
    SIMULATOR(&sim, "--seed", "11", "--rate", "0.02", "--clock-scale", "600",
              "--rate-limit", "100000", "--fault", "server-error=0.05",
              "--fault", "truncated=0.05", "--fault", "malformed=0.05",
              "--fault", "reset=0.05", "--fault", "object=0.03", "--fault",
              "duplicated=0.1", "--fault", "reordered=0.1", "--fault",
              "changed=0.1", "--fault", "not-modified=0.05");
    snprintf(source, sizeof source, "%s/events", sim.url);
    E2E_UP(&service, data, "--config", config, "--source", source);
    for (int round = 0; round < 6; round++) {
        s_await_events(&service, 300 + 30 * round);
        if (round == 3) {
            E2E_CRASH(&service, "--config", config, "--source", source);
        } else {
            pid_t pid = e2e_actor(&service, round % 2 ? "journal" : "fetcher");
            if (pid > 1)
                kill(pid, SIGKILL);
        }
    }
    // Served keys first: whatever was served by now must come to the log.
    event_keys_t served = simulator_served(&sim);
    cr_assert_gt(served.count, 400);
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    event_keys_t logged = simulator_logged(service.port);
    while (!event_keys_within(&served, &logged) && e2e_tick_ms() < until) {
        event_keys_free(&logged);
        e2e_nap();
        logged = simulator_logged(service.port);
    }
    cr_expect(event_keys_within(&served, &logged),
              "something served is not in the log");
    cr_expect(event_keys_unique(&logged), "an event is in the log twice");
    event_keys_free(&served);
    event_keys_free(&logged);
    cr_expect_eq(E2E_RUN(NULL, "octolog", "replay", "--data", data, "--verify"),
                 0);
    e2e_down(&service);
    simulator_end(&sim);
    e2e_remove(data);
    free(data);
    free(config);
}

// The whole fetcher against a simulated GitHub, into a real log.
#include "tests/actors/fetcher/fetcher_fixture.h"
#include "tests/recordings.h"

// Distinct events of a recording of polls, read without our own parser.
static keys_t s_recorded(const char *file)
{
    keys_t keys = {0};
    char command[600], *line = NULL;
    size_t capacity = 0;
    snprintf(command, sizeof command, "gzip -dc '%s'", file);
    FILE *lines = popen(command, "r");
    while (getline(&line, &capacity, lines) > 0) {
        cJSON *poll = cJSON_Parse(line);
        cr_assert_not_null(poll);
        keys_add_array(&keys, poll);
        cJSON_Delete(poll);
    }
    free(line);
    cr_assert_eq(pclose(lines), 0);
    keys_unique(&keys);
    return keys;
}

Test(fetcher, every_event_of_a_recorded_feed_is_logged_once)
{
    char *file = recordings_path("polls/user-feed-2026.ndjson.gz");
    fetching_t self;
    FETCHING_OPEN(&self, "2000", "--file", file);
    fetching_add(&self, "/users/somebody/events");
    fetching_start(&self);
    while (sim_number(&self.sim, "polls_left") > 0)
        zclock_sleep(LOOK_MS);
    fetching_drain(&self);

    keys_t wanted = s_recorded(file), log = fetching_logged(&self);
    keys_expect_same(&log, &wanted);
    cr_assert_gt(log.count, 100);
    cr_assert_eq(spine_stats(&self.spine).rejects, 0);
    keys_free(&wanted);
    keys_free(&log);
    free(file);
    fetching_close(&self);
}

Test(fetcher, three_pages_are_fetched_by_following_link)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1000", "--rate", "2", "--history", "600");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 4);
    cr_assert_gt(fetching_source(&self, 0).events, 1000);
    fetching_drain(&self);
    cJSON *requests = sim_requests(&self.sim);
    const cJSON *request;
    int followed = 0;
    cJSON_ArrayForEach(request, requests)
    {
        cr_assert_str_neq(sim_text(request, "link"), "built");
        cr_assert_not_null(strstr(sim_text(request, "query"), "per_page=100"));
        cr_assert_not_null(strstr(sim_text(request, "user_agent"), "octolog/"));
        followed += !sim_is_first(request);
        if (!sim_is_first(request))
            cr_assert_null(sim_text(request, "if_none_match"));
    }
    cr_assert_geq(followed, 8);
    cJSON_Delete(requests);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

Test(fetcher, polls_keep_their_distance_on_githubs_clock)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1000", "--rate", "1", "--history", "50",
                  "--poll-interval", "90");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 10);
    fetching_drain(&self);
    cJSON *requests = sim_requests(&self.sim);
    const cJSON *request, *before = NULL;
    cJSON_ArrayForEach(request, requests)
    {
        if (sim_is_first(request) && before)
            cr_assert_geq(sim_time_s(request) - sim_time_s(before), 90);
        before = request;
    }
    cJSON_Delete(requests);
    fetching_close(&self);
}

Test(fetcher, an_unchanged_feed_is_asked_conditionally_and_costs_nothing)
{
    fetching_t self;
    FETCHING_OPEN(&self, "2000", "--rate", "0.0001", "--history", "150");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 10);
    message_source_t source = fetching_source(&self, 0);
    cr_assert_geq(source.not_modified, 5);
    cr_assert_eq(source.failures, 0);
    cr_assert_eq(source.gaps, 0);
    cr_assert_eq(source.coverage, 1);
    cr_assert_geq(source.quota_remaining, 50);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

// The journal is not there, is away for a while, or the fetcher is.

Test(fetcher, nothing_is_polled_before_the_cursors_are_known)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1000", "--rate", "1", "--history", "50");
    fetching_add(&self, "/events");
    zactor_destroy(&self.spine.journal);
    fetching_start(&self);
    cr_assert_eq(fetching_source(&self, 0).polls, 0);
    // A question of the fetcher's to the log has timed out by then.
    cr_assert_eq(fetching_source(&self, 0).last_poll_at_us, 0);
    cr_assert_eq(sim_number(&self.sim, "requests"), 0);
    spine_start(&self.spine);
    fetching_await_polls(&self, 1);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

// Number of the first request after the first `seen`.
static const cJSON *s_request_after(const cJSON *requests, int seen)
{
    return cJSON_GetArrayItem(requests, seen);
}

Test(fetcher, a_new_fetcher_goes_on_where_the_old_one_stood)
{
    fetching_t self;
    // Slow enough that the first fetcher ends between two polls, not in one.
    FETCHING_OPEN(&self, "100", "--rate", "0.5", "--history", "80",
                  "--rate-limit", "5000");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 2);
    fetching_drain(&self);
    cJSON *before = sim_requests(&self.sim);
    int seen = cJSON_GetArraySize(before);

    fetching_start(&self);
    fetching_await_polls(&self, 3);
    fetching_drain(&self);
    cJSON *requests = sim_requests(&self.sim);
    const cJSON *first = s_request_after(requests, seen);
    cr_assert(sim_is_first(first));
    cr_assert_not_null(sim_text(first, "if_none_match"));
    cr_assert_geq(sim_time_s(first) -
                      sim_time_s(cJSON_GetArrayItem(before, seen - 1)),
                  60, "restarting is no way around the poll interval");
    cJSON_Delete(before);
    cJSON_Delete(requests);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

Test(fetcher, polls_the_journal_never_saw_are_asked_for_again)
{
    fetching_t self;
    // Slow enough that a page holds an event for many polls.
    FETCHING_OPEN(&self, "200", "--rate", "0.02", "--history", "80",
                  "--rate-limit", "5000");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 2);
    while (spine_stats(&self.spine).end == 0)
        zclock_sleep(LOOK_MS);
    zactor_destroy(&self.spine.journal);
    fetching_await_polls(&self, 5);
    // Polled, and never acknowledged: it goes with it.
    fetching_stop(&self);
    spine_start(&self.spine);
    fetching_start(&self);
    uint64_t polls = fetching_source(&self, 0).polls;
    fetching_await_polls(&self, polls + 3);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

Test(fetcher, what_the_last_poll_brought_counts_as_duplicates)
{
    fetching_t self;
    FETCHING_OPEN(&self, "500", "--rate", "0.1", "--history", "250",
                  "--rate-limit", "5000");
    fetching_add(&self, "/events");
    for (uint64_t polls = 4; polls <= 8; polls += 4) { // and after a restart
        fetching_start(&self);
        fetching_await_polls(&self, polls);
        uint64_t received = 0, polled = 0;
        // No poll between the two: its events are received at its end.
        while (polled != fetching_source(&self, 0).polls) {
            polled = fetching_source(&self, 0).polls;
            received = fetching_source(&self, 0).events;
        }
        fetching_drain(&self);
        message_log_stats_t stats = spine_stats(&self.spine);
        cr_assert_geq(stats.end + stats.duplicates, received);
        cr_assert_gt(stats.duplicates, received / 2);
    }
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

// Stops the journal, does something to its log, and starts it again.
static void s_change_log(fetching_t *self, const char *command)
{
    char line[256];
    zactor_destroy(&self->spine.journal);
    snprintf(line, sizeof line, "cd %s && %s", self->spine.dir, command);
    cr_assert_eq(system(line), 0);
    spine_start(&self->spine);
}

// A fetcher that goes on while its log becomes another one.
static void s_expect_all_in_another_log(const char *before, const char *after)
{
    fetching_t self;
    // Slow enough that the pages hold an event for many polls.
    FETCHING_OPEN(&self, "200", "--rate", "0.02", "--history", "80",
                  "--rate-limit", "5000");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 2);
    while (spine_stats(&self.spine).end == 0)
        zclock_sleep(LOOK_MS);
    s_change_log(&self, before);
    fetching_await_polls(&self, fetching_source(&self, 0).polls + 4);
    s_change_log(&self, after);
    fetching_await_polls(&self, fetching_source(&self, 0).polls + 4);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

Test(fetcher, a_restored_log_gets_what_it_misses)
{
    s_expect_all_in_another_log("cp -a log kept", "rm -r log && mv kept log");
}

Test(fetcher, a_new_log_gets_what_it_misses)
{
    s_expect_all_in_another_log("true", "rm -r log");
}

// Polls of two events each; each has one in common with the next.
static void s_write_chain(char path[64], int polls)
{
    strcpy(path, "/tmp/octolog-polls-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    for (int i = 1; i <= polls; i++) {
        for (int id = i + 1; id >= i; id--)
            fprintf(file,
                    "%c{\"id\":\"%d\",\"type\":\"WatchEvent\","
                    "\"created_at\":\"2026-01-01T00:00:00Z\","
                    "\"repo\":{\"id\":1,\"name\":\"a/b\"}}",
                    id > i ? '[' : ',', id);
        fprintf(file, "]\n");
    }
    fclose(file);
}

Test(fetcher, what_a_restored_log_can_no_longer_get_is_a_gap)
{
    char file[64];
    fetching_t self;
    s_write_chain(file, 1000);
    FETCHING_OPEN(&self, "200", "--file", file, "--rate-limit", "5000");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 2);
    while (spine_stats(&self.spine).end == 0)
        zclock_sleep(LOOK_MS);
    s_change_log(&self, "cp -a log kept");
    fetching_await_polls(&self, fetching_source(&self, 0).polls + 4);
    cr_assert_eq(fetching_source(&self, 0).gaps, 0);
    s_change_log(&self, "rm -r log && mv kept log");
    while (fetching_source(&self, 0).gaps == 0)
        zclock_sleep(LOOK_MS);
    fetching_drain(&self);
    fetching_close(&self);
    unlink(file);
}

Test(fetcher, a_full_window_stops_the_polls_and_room_starts_them)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1000", "--rate", "0.5", "--history", "50",
                  "--rate-limit", "5000");
    fetching_add(&self, "/events");
    self.spine.config->window_batches = 2;
    fetching_start(&self);
    fetching_await_polls(&self, 1);
    zactor_destroy(&self.spine.journal);
    uint64_t before = fetching_source(&self, 0).polls;
    double from_us = sim_number(&self.sim, "now_us");
    // Twenty intervals long.
    while (sim_number(&self.sim, "now_us") < from_us + 1200e6)
        zclock_sleep(LOOK_MS);
    uint64_t polls = fetching_source(&self, 0).polls;
    // One may have been under way when the window became full.
    cr_assert_leq(polls, before + 3);
    spine_start(&self.spine);
    fetching_await_polls(&self, polls + 3);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

Test(fetcher, several_sources_share_one_budget)
{
    fetching_t self;
    FETCHING_OPEN(&self, "2000", "--rate", "5", "--history", "3000");
    // The simulator begins to make events when it is first asked.
    cJSON_Delete(sim_call(&self.sim, "GET", "/rate_limit"));
    cJSON *repos = sim_call(&self.sim, "GET", "/_sim/repos");
    const cJSON *list = cJSON_GetObjectItem(repos, "repos");
    char path[256];
    fetching_add(&self, "/events");
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/repos/%s/events",
                 sim_text(cJSON_GetArrayItem(list, i), "name"));
        fetching_add(&self, path);
    }
    cJSON_Delete(repos);
    fetching_start(&self);
    for (size_t i = 0; i < 4; i++) {
        while (fetching_source(&self, i).polls < 3)
            zclock_sleep(LOOK_MS);
    }
    fetching_drain(&self);
    cJSON *requests = sim_requests(&self.sim);
    const cJSON *request;
    cJSON_ArrayForEach(request, requests)
        cr_assert_neq(sim_int(request, "status"), 403);
    cJSON_Delete(requests);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}

// Two polls of one event each, with nothing in common.
static void s_write_gap(char path[64])
{
    strcpy(path, "/tmp/octolog-polls-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    for (int i = 1; i <= 2; i++)
        fprintf(file,
                "[{\"id\":\"%d\",\"type\":\"WatchEvent\",\"created_at\":"
                "\"2026-01-01T0%d:00:00Z\",\"repo\":{\"id\":1,\"name\":"
                "\"a/b\"}}]\n",
                i, i);
    fclose(file);
}

Test(fetcher, polls_without_a_common_event_are_told_as_a_gap)
{
    char file[64];
    fetching_t self;
    s_write_gap(file);
    FETCHING_OPEN(&self, "1000", "--file", file);
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 3);
    message_source_t source = fetching_source(&self, 0);
    cr_assert_eq(source.gaps, 1);
    cr_assert_lt(source.coverage, 1);
    cr_assert_eq(source.last_gap_until_us - source.last_gap_from_us,
                 INT64_C(3600000000));
    fetching_drain(&self);
    // The gap outlives the fetcher.
    fetching_start(&self);
    fetching_await_polls(&self, 4);
    cr_assert_eq(fetching_source(&self, 0).gaps, 1);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
    unlink(file);
}

Test(fetcher, what_cannot_be_asked_is_a_clear_failure)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1", "--history", "50");
    free(self.spine.config->sources[0]);
    self.spine.config->sources[0] = strdup("https://user@github.com/");
    self.spine.config->source_count = 1;
    self.fetcher = zactor_new(fetcher_actor, &self.args);
    fetching_expect(self.fetcher, "FAILED");
    char *reason = zstr_recv(self.fetcher);
    cr_assert_not_null(strstr(reason, "https://user@github.com/"));
    zstr_free(&reason);
    zactor_destroy(&self.fetcher);
    fetching_close(&self);
}

Test(fetcher, only_questions_about_sources_are_answered)
{
    fetching_t self;
    FETCHING_OPEN(&self, "1", "--history", "50");
    fetching_add(&self, "/events");
    fetching_start(&self);
    message_t answer =
        spine_ask(self.status, (message_t){.kind = MESSAGE_LOG_STATS_ASK});
    cr_assert_eq(answer.kind, MESSAGE_FAILURE);
    cr_assert_eq(answer.failure.code, EINVAL);
    fetching_drain(&self);
    fetching_close(&self);
}

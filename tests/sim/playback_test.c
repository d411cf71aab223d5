// Recordings played back by a real octolog-sim.

#include "tests/recordings.h"
#include "tests/sim/sim_process.h"

#include <zlib.h>

#define POLLS "polls/user-feed-2026.ndjson.gz"

static char s_path[] = "/tmp/octolog-playback-XXXXXX";

static const char *s_event(char *text, size_t capacity, int id, int second)
{
    snprintf(text, capacity,
             "{\"id\":\"%d\",\"type\":\"WatchEvent\",\"repo\":{\"id\":%d,"
             "\"name\":\"Some/Repo%d\"},\"created_at\":"
             "\"2026-05-07T10:00:%02dZ\"}",
             id, id % 3, id % 3, second);
    return text;
}

// Events 1.. of one second each.
static void s_write_events(int count)
{
    char text[256];
    FILE *file = fdopen(mkstemp(s_path), "w");
    for (int i = 1; i <= count; i++)
        fprintf(file, "%s\n", s_event(text, sizeof text, i, i - 1));
    fclose(file);
}

// Polls of two events each; one event of each comes again in the next.
static void s_write_polls(int count)
{
    char a[256];
    char b[256];
    FILE *file = fdopen(mkstemp(s_path), "w");
    for (int i = 1; i <= count; i++)
        fprintf(file, "[%s,%s]\n", s_event(a, sizeof a, i + 1, i + 1),
                s_event(b, sizeof b, i, i));
    fclose(file);
}

static sim_process_t s_play(const char *option, const char *value)
{
    const char *args[] = {"--file", s_path,    "--clock",
                          "manual", "--start", "2026-08-12T14:00:00Z",
                          option,   value,     NULL};
    return sim_process_start(args);
}

static void s_end(sim_process_t *sim)
{
    sim_process_kill(sim);
    unlink(s_path);
}

// The ids of one answer: "3 2 1"; "304" or such where it is no list.
static const char *s_poll(const sim_process_t *sim, const char *target,
                          const char *headers)
{
    static char text[512];
    sim_answer_t answer = sim_process_ask(sim, "GET", target, headers);
    snprintf(text, sizeof text, "%s", cJSON_IsArray(answer.json) ? "" : "none");
    if (answer.status == 304)
        snprintf(text, sizeof text, "304");
    const cJSON *event;
    cJSON_ArrayForEach(event, answer.json)
    {
        const cJSON *id = cJSON_GetObjectItem(event, "id");
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                 text[0] ? " " : "", id ? id->valuestring : "?");
    }
    sim_answer_free(&answer);
    return text;
}

Test(playback, events_come_at_the_rate_asked_for)
{
    s_write_events(6);
    sim_process_t sim = s_play("--rate", "0.5");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "1");
    sim_process_post(&sim, "/_sim/advance?seconds=4");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "3 2 1");
    sim_process_post(&sim, "/_sim/advance?seconds=1000");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "6 5 4 3 2 1");
    s_end(&sim);
}

Test(playback, events_come_as_they_were_recorded)
{
    s_write_events(6);
    sim_process_t sim = s_play(NULL, NULL);
    sim_process_post(&sim, "/_sim/advance?seconds=2");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "3 2 1");
    s_end(&sim);
}

Test(playback, feeds_of_repositories_are_cut_out)
{
    s_write_events(6);
    sim_process_t sim = s_play("--rate", "100");
    sim_process_post(&sim, "/_sim/advance?seconds=10");
    cr_assert_str_eq(s_poll(&sim, "/repos/some/repo1/events", SIM_AGENT),
                     "4 1");
    cr_assert_eq(sim_process_status(&sim, "/repos/some/other/events"), 404);
    s_end(&sim);
}

Test(playback, each_poll_answers_the_next_line_and_the_last_one_stays)
{
    char headers[256];
    char etag[64];
    s_write_polls(3);
    sim_process_t sim = s_play(NULL, NULL);
    cr_assert_str_eq(s_poll(&sim, "/users/any/events", SIM_AGENT), "2 1");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "3 2");
    sim_answer_t last = sim_process_get(&sim, "/events");
    sim_answer_header(&last, "ETag", etag, sizeof etag);
    snprintf(headers, sizeof headers, SIM_AGENT "If-None-Match: %s\r\n", etag);
    cr_assert_str_eq(s_poll(&sim, "/events", headers), "304");
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "4 3");
    sim_answer_free(&last);
    s_end(&sim);
}

Test(playback, pages_of_a_poll_belong_to_its_line)
{
    s_write_polls(3);
    sim_process_t sim = s_play(NULL, NULL);
    cr_assert_str_eq(s_poll(&sim, "/events?per_page=1", SIM_AGENT), "2");
    cr_assert_str_eq(s_poll(&sim, "/events?per_page=1&page=2", SIM_AGENT), "1");
    cr_assert_str_eq(s_poll(&sim, "/events?per_page=1", SIM_AGENT), "3");
    s_end(&sim);
}

Test(playback, a_fault_does_not_use_a_line_up)
{
    static const char *const spoiling[] = {
        "server-error", "truncated", "reset", "malformed",   "object",
        "secondary",    "redirect",  "gone",  "not-modified"};
    s_write_polls(2);
    sim_process_t sim = s_play(NULL, NULL);
    for (size_t i = 0; i < sizeof spoiling / sizeof spoiling[0]; i++) {
        sim_process_arm(&sim, spoiling[i]);
        s_poll(&sim, "/events", SIM_AGENT "If-None-Match: W/\"old\"\r\n");
        cr_assert_eq(sim_process_number(&sim, "/_sim/clock", "faults_pending"),
                     0);
    }
    cr_assert_eq(sim_process_number(&sim, "/_sim/served", "count"), 0);
    cr_assert_str_eq(s_poll(&sim, "/events", SIM_AGENT), "2 1");
    s_end(&sim);
}

Test(playback, what_is_late_comes_with_the_next_line)
{
    s_write_polls(3);
    sim_process_t sim = s_play(NULL, NULL);
    sim_process_arm(&sim, "late");
    s_poll(&sim, "/events", SIM_AGENT);
    s_poll(&sim, "/events", SIM_AGENT);
    s_poll(&sim, "/events", SIM_AGENT);
    cr_assert_eq(sim_process_number(&sim, "/_sim/served", "count"), 4);
    s_end(&sim);
}

// How many lines, and how many distinct events, a slow and simple count finds.
static void s_count(const char *path, int *lines, int *events)
{
    static char line[4 << 20];
    char(*seen)[64] = calloc(100000, sizeof *seen);
    gzFile file = gzopen(path, "rb");
    *lines = *events = 0;
    while (gzgets(file, line, sizeof line)) {
        cJSON *poll = cJSON_Parse(line);
        const cJSON *event;
        ++*lines;
        cJSON_ArrayForEach(event, poll)
        {
            char key[64];
            snprintf(key, sizeof key, "%s %s",
                     cJSON_GetObjectItem(event, "id")->valuestring,
                     cJSON_GetObjectItem(event, "created_at")->valuestring);
            int i = 0;
            while (i < *events && strcmp(seen[i], key) != 0)
                i++;
            if (i == *events)
                snprintf(seen[(*events)++], sizeof seen[0], "%s", key);
        }
        cJSON_Delete(poll);
    }
    gzclose(file);
    free(seen);
}

Test(playback, a_real_recording_is_served_whole)
{
    char *path = recordings_path(POLLS);
    int lines;
    int events;
    s_count(path, &lines, &events);
    const char *args[] = {"--file", path, "--rate-limit", "1000", NULL};
    sim_process_t sim = sim_process_start(args);
    for (int i = 0; i < lines; i++)
        cr_assert_eq(sim_process_status(&sim, "/events?per_page=100"), 200);
    cr_assert_eq(sim_process_number(&sim, "/_sim/clock", "polls_left"), 0);
    cr_assert_eq(sim_process_number(&sim, "/_sim/served", "count"), events);
    sim_process_kill(&sim);
    free(path);
}

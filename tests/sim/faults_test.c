// Every fault is seen by the client it is meant for, once, and none of them
// takes an event away for good.

#include "tests/sim/sim_process.h"

#define FEED "/events?per_page=20"

static const char *const s_args[] = {
    "--clock", "manual", "--start",   "2026-08-12T14:00:00Z",
    "--flat",  "--log",  "/dev/null", "--slow-ms",
    "200",     "--rate", "5",         NULL};

static sim_process_t s_start_with(const char *kind)
{
    sim_process_t sim = sim_process_start(s_args);
    sim_process_arm(&sim, kind);
    return sim;
}

// After a fault the feed is as it ever was, and what spoiled it is not served.
static void s_end(sim_process_t *sim, double served)
{
    cr_assert_eq(sim_process_number(sim, "/_sim/served", "count"), served);
    cr_assert_eq(sim_process_number(sim, "/_sim/clock", "faults_pending"), 0);
    sim_process_post(sim, "/_sim/advance?seconds=3600");
    sim_answer_t answer = sim_process_get(sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert(answer.whole);
    cr_assert_eq(cJSON_GetArraySize(answer.json), 20);
    sim_answer_free(&answer);
    sim_process_kill(sim);
}

static const char *s_header(const sim_answer_t *answer, const char *name)
{
    static char value[128];
    const char *found = sim_answer_header(answer, name, value, sizeof value);
    return found ? found : "";
}

// The fault answers with this status, whole JSON and these headers.
static void s_refusal(const char *kind, int status, const char *retry_after,
                      const char *remaining)
{
    sim_process_t sim = s_start_with(kind);
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, status, "%s", answer.text);
    cr_assert(answer.whole && cJSON_IsObject(answer.json));
    cr_assert_str_eq(s_header(&answer, "Retry-After"), retry_after);
    cr_assert_str_eq(s_header(&answer, "X-RateLimit-Remaining"), remaining);
    sim_answer_free(&answer);
    s_end(&sim, 0);
}

Test(faults, forbidden)
{
    s_refusal("forbidden", 403, "", "0");
}

Test(faults, forbidden_lasts_until_the_reset)
{
    sim_process_t sim = s_start_with("forbidden");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    long reset = strtol(s_header(&answer, "X-RateLimit-Reset"), NULL, 10);
    cr_assert_eq(reset, 1786543200 + 60);
    sim_answer_free(&answer);
    cr_assert_eq(sim_process_status(&sim, FEED), 403);
    sim_process_post(&sim, "/_sim/advance?seconds=60");
    cr_assert_eq(sim_process_status(&sim, FEED), 200);
    sim_process_kill(&sim);
}

Test(faults, secondary)
{
    s_refusal("secondary", 403, "60", "59");
}

Test(faults, secondary_silent)
{
    s_refusal("secondary-silent", 403, "", "59");
}

Test(faults, too_many)
{
    s_refusal("too-many", 429, "60", "59");
}

Test(faults, too_many_silent)
{
    s_refusal("too-many-silent", 429, "", "59");
}

Test(faults, unauthorized)
{
    s_refusal("unauthorized", 401, "", "59");
}

Test(faults, gone)
{
    s_refusal("gone", 410, "", "59");
}

Test(faults, server_error)
{
    sim_process_t sim = s_start_with("server-error");
    int status = sim_process_status(&sim, FEED);
    cr_assert(status == 500 || status == 502, "%d", status);
    s_end(&sim, 0);
}

Test(faults, redirect_leads_to_the_same_feed)
{
    sim_process_t sim = s_start_with("redirect");
    sim_answer_t moved = sim_process_get(&sim, FEED);
    cr_assert_eq(moved.status, 301);
    const char *path = strstr(s_header(&moved, "Location"), "/moved/");
    cr_assert_str_eq(path, "/moved" FEED);
    sim_answer_t there = sim_process_get(&sim, path);
    sim_answer_t here = sim_process_get(&sim, FEED);
    cr_assert_eq(there.status, 200);
    cr_assert_str_eq(there.body, here.body);
    sim_answer_free(&moved);
    sim_answer_free(&there);
    sim_answer_free(&here);
    s_end(&sim, 20);
}

Test(faults, not_modified_although_there_is_news)
{
    sim_process_t sim = s_start_with("not-modified");
    sim_answer_t plain = sim_process_get(&sim, FEED);
    cr_assert_eq(plain.status, 200, "no 304 without a condition");
    sim_answer_t answer = sim_process_ask(
        &sim, "GET", FEED, SIM_AGENT "If-None-Match: W/\"old\"\r\n");
    cr_assert_eq(answer.status, 304);
    cr_assert_str_eq(s_header(&answer, "ETag"), "W/\"old\"");
    sim_answer_free(&plain);
    sim_answer_free(&answer);
    s_end(&sim, 20);
}

Test(faults, slow_arrives_whole_in_the_end)
{
    sim_process_t sim = s_start_with("slow");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert(answer.whole && cJSON_IsArray(answer.json));
    sim_answer_free(&answer);
    s_end(&sim, 20);
}

Test(faults, truncated)
{
    sim_process_t sim = s_start_with("truncated");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert(!answer.whole && answer.bytes > 0);
    sim_answer_free(&answer);
    s_end(&sim, 0);
}

Test(faults, reset)
{
    sim_process_t sim = s_start_with("reset");
    cr_assert_eq(sim_process_status(&sim, FEED), 0);
    s_end(&sim, 0);
}

Test(faults, malformed)
{
    sim_process_t sim = s_start_with("malformed");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert(answer.whole);
    cr_assert_null(answer.json);
    sim_answer_free(&answer);
    s_end(&sim, 0);
}

Test(faults, an_object_where_an_array_belongs)
{
    sim_process_t sim = s_start_with("object");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert(answer.whole && cJSON_IsObject(answer.json));
    sim_answer_free(&answer);
    s_end(&sim, 0);
}

Test(faults, the_etag_of_a_spoiled_answer_is_a_trap)
{
    char headers[256];
    sim_process_t sim = s_start_with("malformed");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    snprintf(headers, sizeof headers, SIM_AGENT "If-None-Match: %s\r\n",
             s_header(&answer, "ETag"));
    sim_answer_free(&answer);
    answer = sim_process_ask(&sim, "GET", FEED, headers);
    cr_assert_eq(answer.status, 304);
    sim_answer_free(&answer);
    s_end(&sim, 0);
}

static const char *s_id(const cJSON *events, int i)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItem(cJSON_GetArrayItem(events, i), "id"));
}

static int s_find(const cJSON *events, const char *id)
{
    int found = 0;
    for (int i = 0; i < cJSON_GetArraySize(events); i++)
        found += strcmp(s_id(events, i), id) == 0;
    return found;
}

Test(faults, reordered_holds_the_same_events)
{
    sim_process_t sim = s_start_with("reordered");
    sim_answer_t other = sim_process_get(&sim, FEED);
    sim_answer_t plain = sim_process_get(&sim, FEED);
    cr_assert_str_neq(other.body, plain.body);
    cr_assert_eq(cJSON_GetArraySize(other.json), 20);
    for (int i = 0; i < 20; i++)
        cr_assert_eq(s_find(other.json, s_id(plain.json, i)), 1);
    sim_answer_free(&other);
    sim_answer_free(&plain);
    s_end(&sim, 20);
}

Test(faults, duplicated_holds_one_event_twice)
{
    sim_process_t sim = s_start_with("duplicated");
    sim_answer_t other = sim_process_get(&sim, FEED);
    int twice = 0;
    cr_assert_eq(cJSON_GetArraySize(other.json), 21);
    for (int i = 0; i < 21; i++)
        twice += s_find(other.json, s_id(other.json, i)) == 2;
    cr_assert_eq(twice, 2);
    sim_answer_free(&other);
    s_end(&sim, 20);
}

// Which event of the first answer the second one lacks.
static const char *s_missing(const cJSON *all, const cJSON *some)
{
    for (int i = 0; i < cJSON_GetArraySize(all); i++) {
        if (!s_find(some, s_id(all, i)))
            return s_id(all, i);
    }
    return NULL;
}

Test(faults, late_comes_later_as_the_newest)
{
    sim_process_t sim = sim_process_start(s_args);
    sim_answer_t before = sim_process_get(&sim, FEED);
    sim_process_arm(&sim, "late");
    sim_answer_t without = sim_process_get(&sim, FEED);
    const char *late = s_missing(before.json, without.json);
    cr_assert(late);
    cr_assert_eq(cJSON_GetArraySize(without.json), 19);
    sim_process_post(&sim, "/_sim/advance?seconds=60");
    sim_answer_t after = sim_process_get(&sim, "/events?per_page=100");
    cr_assert_eq(s_find(after.json, late), 1);
    sim_answer_free(&before);
    sim_answer_free(&without);
    sim_answer_free(&after);
    sim_process_kill(&sim);
}

Test(faults, changed_has_other_bodies_for_the_same_ids)
{
    sim_process_t sim = s_start_with("changed");
    sim_answer_t changed = sim_process_get(&sim, FEED);
    sim_answer_t plain = sim_process_get(&sim, FEED);
    for (int i = 0; i < 20; i++) {
        cr_assert_str_eq(s_id(changed.json, i), s_id(plain.json, i));
        cr_assert(!cJSON_Compare(cJSON_GetArrayItem(changed.json, i),
                                 cJSON_GetArrayItem(plain.json, i), true));
    }
    sim_answer_free(&changed);
    sim_answer_free(&plain);
    s_end(&sim, 20);
}

Test(faults, deprecated)
{
    sim_process_t sim = s_start_with("deprecated");
    sim_answer_t answer = sim_process_get(&sim, FEED);
    cr_assert_eq(answer.status, 200);
    cr_assert_str_eq(s_header(&answer, "Deprecation"), "@1786543200");
    cr_assert(strstr(s_header(&answer, "Sunset"), " 2026 14:00:00 GMT"));
    sim_answer_free(&answer);
    s_end(&sim, 20);
}

Test(faults, a_probability_of_one_hits_every_request)
{
    static const char *const args[] = {"--fault", "gone=1", NULL};
    sim_process_t sim = sim_process_start(args);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(sim_process_status(&sim, FEED), 410);
    cr_assert_eq(sim_process_status(&sim, "/rate_limit"), 200);
    sim_process_kill(&sim);
}

// GitHub's manners, seen from outside: a real octolog-sim, every byte read.

#include "tests/sim/sim_process.h"

// Stands still, full of events, all of them visible.
static const char *const s_still[] = {
    "--clock",   "manual", "--start", "2026-08-12T14:00:00Z",
    "--latency", "0",      NULL};

static int s_count(const sim_answer_t *answer)
{
    cr_assert(cJSON_IsArray(answer->json), "%s", answer->text);
    return cJSON_GetArraySize(answer->json);
}

static const char *s_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
    return text ? text : "";
}

static int s_count_type(const sim_answer_t *answer, const char *type)
{
    int found = 0;
    const cJSON *event;
    cJSON_ArrayForEach(event, answer->json)
    {
        found += strcmp(s_text(event, "type"), type) == 0;
    }
    return found;
}

static long s_number(const sim_answer_t *answer, const char *header)
{
    char text[64];
    cr_assert(sim_answer_header(answer, header, text, sizeof text), "%s in %s",
              header, answer->text);
    return strtol(text, NULL, 10);
}

// Copies the target of a link: "/events?per_page=...".
static bool s_link(const sim_answer_t *answer, const char *rel, char *target,
                   size_t capacity)
{
    char links[2048];
    char mark[32];
    if (!sim_answer_header(answer, "Link", links, sizeof links))
        return false;
    snprintf(mark, sizeof mark, ">; rel=\"%s\"", rel);
    char *end = strstr(links, mark);
    if (!end)
        return false;
    *end = '\0';
    char *begin = strrchr(links, '<');
    snprintf(target, capacity, "%s", strchr(begin + 8, '/'));
    return true;
}

Test(manners, a_page_has_30_events_unless_asked)
{
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t plain = sim_process_get(&sim, "/events");
    sim_answer_t large = sim_process_get(&sim, "/events?per_page=1000");
    cr_assert_eq(plain.status, 200);
    cr_assert(plain.whole);
    cr_assert_eq(s_count(&plain), 30);
    cr_assert_eq(s_count(&large), 100);
    sim_answer_free(&plain);
    sim_answer_free(&large);
    sim_process_kill(&sim);
}

Test(manners, every_header_a_client_needs_is_there)
{
    static const char *const wanted[] = {"ETag",
                                         "Last-Modified",
                                         "X-Poll-Interval",
                                         "X-GitHub-Request-Id",
                                         "X-RateLimit-Limit",
                                         "X-RateLimit-Remaining",
                                         "X-RateLimit-Reset",
                                         "X-RateLimit-Used",
                                         "X-RateLimit-Resource",
                                         "Date",
                                         "Content-Type",
                                         "Link"};
    char value[2048];
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_get(&sim, "/events");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        cr_assert(sim_answer_header(&answer, wanted[i], value, sizeof value),
                  "%s", wanted[i]);
    sim_answer_header(&answer, "ETag", value, sizeof value);
    cr_assert(strncmp(value, "W/\"", 3) == 0, "%s", value);
    cr_assert_eq(s_number(&answer, "X-Poll-Interval"), 60);
    sim_answer_header(&answer, "Date", value, sizeof value);
    cr_assert_str_eq(value, "Wed, 12 Aug 2026 14:00:00 GMT");
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, the_public_feed_is_partitioned_by_position)
{
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t first = sim_process_get(&sim, "/events?per_page=100");
    sim_answer_t second = sim_process_get(&sim, "/events?per_page=100&page=2");
    cr_assert_gt(s_count_type(&first, "PushEvent"), 80);
    cr_assert_eq(s_count_type(&first, "PullRequestEvent"), 0);
    cr_assert_eq(s_count_type(&second, "PushEvent"), 0);
    cr_assert_gt(s_count_type(&second, "PullRequestEvent"), 10);
    sim_answer_free(&first);
    sim_answer_free(&second);
    sim_process_kill(&sim);
}

static bool s_seen_before(char seen[][24], size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(seen[i], id) == 0)
            return true;
    }
    return false;
}

Test(manners, links_lead_through_exactly_the_window_while_time_passes)
{
    static char seen[400][24];
    size_t count = 0;
    char target[512] = "/events?per_page=70";
    sim_process_t sim = sim_process_start(s_still);
    for (bool more = true; more;) {
        sim_answer_t answer = sim_process_get(&sim, target);
        const cJSON *event;
        cJSON_ArrayForEach(event, answer.json)
        {
            const char *id = s_text(event, "id");
            cr_assert(!s_seen_before(seen, count, id), "%s came twice", id);
            snprintf(seen[count++], sizeof seen[0], "%s", id);
        }
        more = s_link(&answer, "next", target, sizeof target);
        sim_answer_free(&answer);
        sim_process_post(&sim, "/_sim/advance?seconds=5");
    }
    cr_assert_eq(count, 300u);
    sim_process_kill(&sim);
}

Test(manners, links_say_more_than_a_client_could_build)
{
    char next[512];
    char first[512];
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_get(&sim, "/events");
    cr_assert(s_link(&answer, "next", next, sizeof next));
    cr_assert(strstr(next, "after="), "%s", next);
    cr_assert(!s_link(&answer, "prev", first, sizeof first));
    sim_answer_free(&answer);
    answer = sim_process_get(&sim, next);
    cr_assert(s_link(&answer, "prev", first, sizeof first));
    cr_assert(s_link(&answer, "first", first, sizeof first));
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, beyond_300_events_pagination_ends)
{
    sim_process_t sim = sim_process_start(s_still);
    cr_assert_eq(sim_process_status(&sim, "/events?per_page=100&page=3"), 200);
    cr_assert_eq(sim_process_status(&sim, "/events?per_page=100&page=4"), 422);
    cr_assert_eq(sim_process_status(&sim, "/events?page=11"), 422);
    sim_process_kill(&sim);
}

static sim_answer_t s_get_if_changed(const sim_process_t *sim, const char *etag)
{
    char headers[256];
    snprintf(headers, sizeof headers, SIM_AGENT "If-None-Match: %s\r\n", etag);
    return sim_process_ask(sim, "GET", "/events", headers);
}

Test(manners, not_modified_costs_nothing_until_there_is_news)
{
    char etag[64];
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_get(&sim, "/events");
    long remaining = s_number(&answer, "X-RateLimit-Remaining");
    cr_assert(sim_answer_header(&answer, "ETag", etag, sizeof etag));
    sim_answer_free(&answer);

    answer = s_get_if_changed(&sim, etag);
    cr_assert_eq(answer.status, 304);
    cr_assert_eq(answer.bytes, 0u);
    cr_assert_eq(s_number(&answer, "X-RateLimit-Remaining"), remaining);
    sim_answer_free(&answer);

    sim_process_post(&sim, "/_sim/advance?seconds=60");
    answer = s_get_if_changed(&sim, etag);
    cr_assert_eq(answer.status, 200);
    cr_assert_eq(s_number(&answer, "X-RateLimit-Remaining"), remaining - 1);
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, the_quota_ends_and_comes_back)
{
    sim_process_t sim = sim_process_start(s_still);
    for (int i = 0; i < 60; i++)
        cr_assert_eq(sim_process_status(&sim, "/events?per_page=1"), 200);
    sim_answer_t answer = sim_process_get(&sim, "/events");
    cr_assert_eq(answer.status, 403);
    cr_assert_eq(s_number(&answer, "X-RateLimit-Remaining"), 0);
    long reset = s_number(&answer, "X-RateLimit-Reset");
    cr_assert_eq(reset, 1786543200 + 3600);
    sim_answer_free(&answer);
    sim_process_post(&sim, "/_sim/advance?seconds=3600");
    cr_assert_eq(sim_process_status(&sim, "/events"), 200);
    sim_process_kill(&sim);
}

Test(manners, a_token_has_a_quota_of_its_own)
{
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_ask(
        &sim, "GET", "/rate_limit", SIM_AGENT "Authorization: Bearer good\r\n");
    cr_assert_eq(s_number(&answer, "X-RateLimit-Limit"), 5000);
    cr_assert_eq(s_number(&answer, "X-RateLimit-Remaining"), 5000);
    cr_assert(cJSON_GetObjectItem(answer.json, "resources"));
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, a_bad_token_is_refused)
{
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_ask(
        &sim, "GET", "/events", SIM_AGENT "Authorization: Bearer bad\r\n");
    cr_assert_eq(answer.status, 401);
    cr_assert_str_eq(s_text(answer.json, "message"), "Bad credentials");
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, who_does_not_say_who_he_is_is_refused)
{
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t answer = sim_process_ask(&sim, "GET", "/events", "");
    cr_assert_eq(answer.status, 403);
    cr_assert_null(answer.json);
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, what_is_unknown_is_not_found)
{
    sim_process_t sim = sim_process_start(s_still);
    cr_assert_eq(sim_process_status(&sim, "/repos/no/such/events"), 404);
    cr_assert_eq(sim_process_status(&sim, "/orgs/nobody/events"), 404);
    cr_assert_eq(sim_process_status(&sim, "/users/nobody/events"), 404);
    cr_assert_eq(sim_process_status(&sim, "/repositories/1/events"), 404);
    cr_assert_eq(sim_process_status(&sim, "/etc/passwd"), 404);
    cr_assert_eq(sim_process_status(&sim, "/../../etc/passwd"), 404);
    cr_assert_eq(sim_process_status(&sim, "/_sim/nothing"), 404);
    sim_process_kill(&sim);
}

// Every event of a feed has this member of this object.
static void s_all_have(const sim_answer_t *answer, const char *object,
                       const char *member, const char *value)
{
    cr_assert_eq(answer->status, 200, "%s", answer->text);
    cr_assert_gt(s_count(answer), 0, "no events of %s", value);
    const cJSON *event;
    cJSON_ArrayForEach(event, answer->json)
    {
        cr_assert_str_eq(s_text(cJSON_GetObjectItem(event, object), member),
                         value);
    }
}

static void s_check_feed(const sim_process_t *sim, const char *kind,
                         const char *object, const char *member,
                         const char *value)
{
    char target[256];
    snprintf(target, sizeof target, "/%s/%s/events", kind, value);
    sim_answer_t feed = sim_process_get(sim, target);
    s_all_have(&feed, object, member, value);
    sim_answer_free(&feed);
}

Test(manners, feeds_of_repositories_organisations_and_users_hold_theirs)
{
    bool org_checked = false;
    sim_process_t sim = sim_process_start(s_still);
    sim_answer_t events = sim_process_get(&sim, "/events?per_page=20");
    const cJSON *event;
    cJSON_ArrayForEach(event, events.json)
    {
        const cJSON *org = cJSON_GetObjectItem(event, "org");
        if (!org || org_checked)
            continue;
        const char *repo = s_text(cJSON_GetObjectItem(event, "repo"), "name");
        const char *actor =
            s_text(cJSON_GetObjectItem(event, "actor"), "login");
        s_check_feed(&sim, "repos", "repo", "name", repo);
        s_check_feed(&sim, "users", "actor", "login", actor);
        s_check_feed(&sim, "orgs", "org", "login", s_text(org, "login"));
        org_checked = true;
    }
    cr_assert(org_checked, "no event of an organisation among 20");
    sim_answer_free(&events);
    sim_process_kill(&sim);
}

Test(manners, a_renamed_repository_answers_under_its_id)
{
    char target[256] = "";
    char location[256];
    char now[128] = "";
    sim_process_t sim = sim_process_start(s_still);
    sim_process_status(&sim, "/events");
    sim_answer_t repos = sim_process_get(&sim, "/_sim/repos");
    const cJSON *repo;
    cJSON_ArrayForEach(repo, cJSON_GetObjectItem(repos.json, "repos"))
    {
        // The last one: the name of the first is another's by now.
        if (s_text(repo, "was")[0]) {
            snprintf(target, sizeof target, "/repos/%s/events",
                     s_text(repo, "was"));
            snprintf(now, sizeof now, "%s", s_text(repo, "name"));
        }
    }
    sim_answer_t moved = sim_process_get(&sim, target);
    cr_assert_eq(moved.status, 301, "%s: %s", target, moved.text);
    cr_assert(sim_answer_header(&moved, "Location", location, sizeof location));
    cr_assert(strstr(location, "/repositories/"), "%s", location);
    sim_answer_t here =
        sim_process_get(&sim, strstr(location, "/repositories/"));
    s_all_have(&here, "repo", "name", now);
    sim_answer_free(&here);
    sim_answer_free(&moved);
    sim_answer_free(&repos);
    sim_process_kill(&sim);
}

Test(manners, the_same_seed_serves_the_same_bytes)
{
    sim_process_t one = sim_process_start(s_still);
    sim_process_t two = sim_process_start(s_still);
    sim_answer_t a = sim_process_get(&one, "/events?per_page=100");
    sim_answer_t b = sim_process_get(&two, "/events?per_page=100");
    cr_assert_str_eq(a.body, b.body);
    sim_answer_free(&a);
    sim_answer_free(&b);
    sim_process_kill(&one);
    sim_process_kill(&two);
}

Test(manners, events_become_visible_late_and_not_in_order)
{
    static const char *const args[] = {
        "--clock", "manual", "--start", "2026-08-12T14:00:00Z",
        "--flat",  "--rate", "10",      NULL};
    sim_process_t sim = sim_process_start(args);
    sim_answer_t answer = sim_process_get(&sim, "/events?per_page=100");
    int backwards = 0;
    char newer[32] = "9999";
    const cJSON *event;
    cJSON_ArrayForEach(event, answer.json)
    {
        const char *created = s_text(event, "created_at");
        cr_assert_leq(strcmp(created, "2026-08-12T13:59:30Z"), 0, "%s",
                      created);
        backwards += strcmp(created, newer) > 0;
        snprintf(newer, sizeof newer, "%s", created);
    }
    cr_assert_gt(backwards, 5);
    sim_answer_free(&answer);
    sim_process_kill(&sim);
}

Test(manners, a_connection_serves_one_request_after_the_other)
{
    static const char request[] =
        "GET /rate_limit HTTP/1.1\r\nHost: h\r\nUser-Agent: t\r\n\r\n";
    char received[8192];
    sim_process_t sim = sim_process_start(s_still);
    int fd = sim_process_connect(&sim);
    for (int i = 0; i < 3; i++) {
        size_t bytes = 0;
        cr_assert_eq(write(fd, request, strlen(request)),
                     (ssize_t)strlen(request));
        do {
            ssize_t got =
                read(fd, received + bytes, sizeof received - 1 - bytes);
            cr_assert_gt(got, 0);
            bytes += (size_t)got;
            received[bytes] = '\0';
        } while (!strstr(received, "}}"));
    }
    close(fd);
    sim_process_kill(&sim);
}

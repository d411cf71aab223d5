#include "tools/sim/exchange.h"

#include "proto/base/time_text.h"
#include "tools/sim/feed.h"
#include "tools/sim/github_state.h"
#include "tools/sim/json_format.h"
#include "tools/sim/page.h"
#include "tools/sim/refusal.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

// The public feed by position: the first 100 are {Push, Create, Delete}.
#define PARTITION_PUSHES 100u
#define PARTITION_OTHERS (TIMELINE_WINDOW - PARTITION_PUSHES)

// A request being answered.
typedef struct {
    github_t *github;
    const github_request_t *request;
    github_reply_t *reply;
    feed_route_t route;
    feed_page_t page;
    quota_account_t *account;
    timeline_query_t query;
    uint64_t snapshot;
    char etag[PAGE_ETAG_BYTES];
} s_exchange_t;

static uint32_t s_now_s(const s_exchange_t *exchange)
{
    return (uint32_t)(exchange->reply->at_us / GITHUB_SECOND_US);
}

static void s_add_date(buffer_t *headers, const char *name, uint32_t seconds)
{
    char text[TIME_TEXT_HTTP_BYTES];
    time_text_format_http(seconds, text);
    buffer_printf(headers, "%s: %s\r\n", name, text);
}

static const char *s_token(const github_request_t *request)
{
    const char *value = request->authorization;
    if (!value)
        return NULL;
    if (strncasecmp(value, "Bearer ", 7) == 0)
        return value + 7;
    return strncasecmp(value, "token ", 6) == 0 ? value + 6 : NULL;
}

static void s_find_account(s_exchange_t *exchange)
{
    github_t *github = exchange->github;
    const char *token = s_token(exchange->request);
    const char *who = token ? token : exchange->request->address;
    uint32_t limit = github->options.rate_limit;
    if (limit == 0)
        limit = token ? QUOTA_TOKEN : QUOTA_ANONYMOUS;
    exchange->account = quota_account(
        &github->quota, sim_event_key(slice_of(who)), limit, s_now_s(exchange));
}

static void s_answer_rate_limit(s_exchange_t *exchange)
{
    const quota_account_t *account = exchange->account;
    buffer_t numbers = {0};
    json_format(&numbers,
                "{'limit':%u,'used':%u,'remaining':%u,'reset':%u,"
                "'resource':'core'}",
                (uint64_t)account->limit, (uint64_t)account->used,
                (uint64_t)quota_remaining(account),
                (uint64_t)account->reset_at);
    exchange->reply->status = 200;
    json_format(&exchange->reply->body, "{'resources':{'core':%R},'rate':%R}",
                buffer_slice(&numbers), buffer_slice(&numbers));
    buffer_free(&numbers);
}

static timeline_filter_t s_filter(feed_kind_t kind)
{
    switch (kind) {
    case FEED_REPO:
        return TIMELINE_REPO;
    case FEED_REPO_ID:
        return TIMELINE_REPO_ID;
    case FEED_ORG:
        return TIMELINE_ORG;
    case FEED_USER:
        return TIMELINE_ACTOR;
    default:
        return TIMELINE_ALL;
    }
}

static uint64_t s_id_of(slice_t digits)
{
    uint64_t id = 0;
    for (size_t i = 0; i < digits.bytes && i < 18; i++)
        id = id * 10 + (uint64_t)(digits.data[i] - '0') % 10;
    return id;
}

// Looks up names among the generated ones; a repository is then identified by
// its id, regardless of its name.
static bool s_find_invented(s_exchange_t *exchange)
{
    uint64_t events = generator_events(exchange->github->generator);
    slice_t name = exchange->route.name;
    names_repo_t repo;
    names_user_t user;
    switch (exchange->route.kind) {
    case FEED_REPO_ID:
        return names_find_repo_id(exchange->query.key, events, &repo);
    case FEED_ORG:
        return names_find_user(name, &user) && user.org;
    case FEED_USER:
        return names_find_user(name, &user);
    case FEED_PUBLIC:
        return true;
    default:
        break;
    }
    names_lookup_t found = names_find_repo(name, events, &repo);
    if (found == NAMES_UNKNOWN)
        return false;
    exchange->query = (timeline_query_t){TIMELINE_REPO_ID, repo.id};
    if (found == NAMES_MOVED) {
        char path[64];
        snprintf(path, sizeof path, "/repositories/%" PRIu64 "/events",
                 repo.id);
        refusal_moved(exchange->reply, exchange->request->host, path);
    }
    return true;
}

static bool s_find_feed(s_exchange_t *exchange)
{
    const feed_route_t *route = &exchange->route;
    exchange->query.filter = s_filter(route->kind);
    exchange->query.key = route->kind == FEED_REPO_ID
                              ? s_id_of(route->name)
                              : sim_event_key(route->name);
    if (exchange->github->generator)
        return s_find_invented(exchange);
    return github_plays_polls(exchange->github) ||
           exchange->query.filter == TIMELINE_ALL ||
           timeline_knows(exchange->github->timeline, exchange->query);
}

// Refusals that do not depend on the feed. true: refused.
static bool s_refuse(s_exchange_t *exchange)
{
    const github_request_t *request = exchange->request;
    github_reply_t *reply = exchange->reply;
    const char *token = s_token(request);
    if (!request->user_agent || !request->user_agent[0])
        refusal_no_agent(reply);
    else if (token && strcmp(token, "bad") == 0)
        refusal_write(reply, 401, "Bad credentials");
    else if (strcmp(request->method, "GET") != 0 ||
             exchange->route.kind == FEED_NONE)
        refusal_write(reply, 404, "Not Found");
    return reply->status != 0;
}

static bool s_refuse_feed(s_exchange_t *exchange)
{
    github_reply_t *reply = exchange->reply;
    const feed_page_t *page = &exchange->page;
    if (quota_remaining(exchange->account) == 0)
        refusal_primary(reply, exchange->request->address);
    else if ((page->page - 1) * page->per_page >= TIMELINE_WINDOW)
        refusal_write(reply, 422,
                      "In order to keep the API fast for everyone, pagination "
                      "is limited for this resource.");
    else if (!s_find_feed(exchange))
        refusal_write(reply, 404, "Not Found");
    return reply->status != 0;
}

// The public feed is partitioned by position: first pushes, then other events,
// then older pushes if there is room.
static size_t s_find_partitioned(const s_exchange_t *exchange,
                                 sim_event_t **window)
{
    const timeline_t *timeline = exchange->github->timeline;
    sim_event_t *pushes[TIMELINE_WINDOW];
    size_t push_count =
        timeline_find(timeline, (timeline_query_t){TIMELINE_PUSHES, 0},
                      exchange->snapshot, pushes, TIMELINE_WINDOW);
    size_t count =
        push_count < PARTITION_PUSHES ? push_count : PARTITION_PUSHES;
    memcpy(window, pushes, count * sizeof(sim_event_t *));
    size_t next_push = count;
    count +=
        timeline_find(timeline, (timeline_query_t){TIMELINE_OTHERS, 0},
                      exchange->snapshot, window + count, PARTITION_OTHERS);
    while (next_push < push_count && count < TIMELINE_WINDOW)
        window[count++] = pushes[next_push++];
    return count;
}

static size_t s_find_window(const s_exchange_t *exchange, sim_event_t **window)
{
    const github_t *github = exchange->github;
    if (github_plays_polls(github))
        return polls_find(&github->polls, exchange->snapshot, window,
                          TIMELINE_WINDOW);
    bool partitioned = exchange->route.kind == FEED_PUBLIC &&
                       github->generator && !github->options.flat;
    if (partitioned)
        return s_find_partitioned(exchange, window);
    return timeline_find(github->timeline, exchange->query, exchange->snapshot,
                         window, TIMELINE_WINDOW);
}

// Page 1 shows what is visible now. Links lead through that same snapshot;
// pages requested without a Link show the current state. For recorded polls the
// snapshot is the line.
static void s_choose_snapshot(s_exchange_t *exchange)
{
    const github_t *github = exchange->github;
    const feed_page_t *page = &exchange->page;
    bool polls = github_plays_polls(github);
    uint64_t newest =
        polls ? polls_line(&github->polls) : timeline_end(github->timeline);
    bool followed = page->has_after && page->after <= newest;
    exchange->reply->link = page->page == 1 ? GITHUB_FIRST
                            : followed      ? GITHUB_FOLLOWED
                                            : GITHUB_BUILT;
    exchange->snapshot = newest;
    if (followed && page->page > 1)
        exchange->snapshot = page->after;
    else if (polls && page->page > 1 && github->polls.next > 0)
        exchange->snapshot = github->polls.next - 1;
    exchange->reply->has_line = polls && page->page == 1;
    exchange->reply->line = (size_t)exchange->snapshot;
}

static void s_cut_page(const s_exchange_t *exchange, sim_event_t **window,
                       size_t total, page_t *page)
{
    size_t begin = (size_t)(exchange->page.page - 1) * exchange->page.per_page;
    size_t count = begin < total ? total - begin : 0;
    page->count =
        count < exchange->page.per_page ? count : exchange->page.per_page;
    memcpy(page->events, window + begin, page->count * sizeof(sim_event_t *));
}

static int s_withhold(const s_exchange_t *exchange, sim_event_t *event)
{
    github_t *github = exchange->github;
    if (github_plays_polls(github))
        return polls_withhold(&github->polls, (size_t)exchange->snapshot,
                              event);
    int64_t wait_us = (int64_t)github->options.fault_wait_s * GITHUB_SECOND_US;
    return timeline_withhold(github->timeline, event,
                             exchange->reply->at_us + wait_us);
}

static void s_note_events(github_reply_t *reply, const page_t *page)
{
    reply->event_count = page->count;
    for (size_t i = 0; i < page->count; i++)
        reply->events[i] =
            (served_event_t){page->events[i]->id, page->events[i]->created_at};
}

// The ETag is that of the intact page: a client that keeps the ETag of a broken
// response then gets a 304, which exposes the mistake.
static void s_write_page(s_exchange_t *exchange, const page_t *page)
{
    github_reply_t *reply = exchange->reply;
    buffer_t *body = &reply->body;
    bool broken =
        reply->fault == FAULT_OBJECT || reply->fault == FAULT_MALFORMED;
    page_write(page, broken ? FAULT_NONE : reply->fault, reply->number, body);
    page_etag(buffer_slice(body), exchange->etag);
    if (broken) {
        reply->event_count = 0;
        buffer_reset(body);
        page_write(page, reply->fault, reply->number, body);
    }
}

static void s_add_feed_headers(s_exchange_t *exchange, const char *etag,
                               const page_t *page, size_t total)
{
    buffer_t *headers = &exchange->reply->headers;
    buffer_printf(headers, "ETag: %s\r\n", etag);
    buffer_printf(headers, "X-Poll-Interval: %" PRIu32 "\r\n",
                  exchange->github->options.poll_interval_s);
    if (page->count > 0)
        s_add_date(headers, "Last-Modified", page->events[0]->created_at);
    feed_add_link(headers, exchange->request->host, exchange->route.path,
                  exchange->page, exchange->snapshot, total);
    if (exchange->reply->fault == FAULT_DEPRECATED) {
        buffer_printf(headers, "Deprecation: @%" PRIu32 "\r\n",
                      s_now_s(exchange));
        s_add_date(headers, "Sunset", s_now_s(exchange) + 90 * 86400);
    }
}

static void s_answer_not_modified(s_exchange_t *exchange)
{
    exchange->reply->status = 304;
    exchange->reply->event_count = 0;
    buffer_reset(&exchange->reply->body);
}

static int s_answer_page(s_exchange_t *exchange, page_t *page, size_t total)
{
    github_reply_t *reply = exchange->reply;
    sim_event_t *left_out =
        page_disturb(page, reply->fault, &exchange->github->dice);
    reply->status = 200;
    s_note_events(reply, page);
    s_write_page(exchange, page);
    const char *asked = exchange->request->if_none_match;
    const char *etag = exchange->etag;
    if (reply->fault == FAULT_NOT_MODIFIED) {
        etag = asked;
        s_answer_not_modified(exchange);
    } else if (!fault_shows_in_body(reply->fault) &&
               page_etag_matches(asked, etag)) {
        s_answer_not_modified(exchange);
    }
    s_add_feed_headers(exchange, etag, page, total);
    return left_out ? s_withhold(exchange, left_out) : 0;
}

static int s_answer_feed(s_exchange_t *exchange)
{
    github_t *github = exchange->github;
    github_reply_t *reply = exchange->reply;
    reply->is_feed = true;
    exchange->page = feed_page(exchange->request->query);
    if (s_refuse_feed(exchange))
        return 0;
    sim_event_t *window[TIMELINE_WINDOW];
    page_t page;
    s_choose_snapshot(exchange);
    size_t total = s_find_window(exchange, window);
    s_cut_page(exchange, window, total, &page);
    fault_chance_t chance = {exchange->request->if_none_match != NULL,
                             page.count};
    reply->fault = fault_plan_draw(&github->faults, chance);
    if (reply->fault == FAULT_FORBIDDEN)
        quota_exhaust(exchange->account,
                      s_now_s(exchange) + github->options.fault_wait_s);
    if (refusal_fault(reply, exchange->request, github->options.fault_wait_s))
        return 0;
    return s_answer_page(exchange, &page, total);
}

static void s_add_quota_headers(s_exchange_t *exchange)
{
    const quota_account_t *account = exchange->account;
    exchange->reply->remaining = quota_remaining(account);
    buffer_printf(&exchange->reply->headers,
                  "X-RateLimit-Limit: %" PRIu32 "\r\n"
                  "X-RateLimit-Remaining: %" PRIu32 "\r\n"
                  "X-RateLimit-Reset: %" PRIu32 "\r\n"
                  "X-RateLimit-Used: %" PRIu32 "\r\n"
                  "X-RateLimit-Resource: core\r\n",
                  account->limit, quota_remaining(account), account->reset_at,
                  account->used);
}

static void s_add_common_headers(const s_exchange_t *exchange)
{
    github_reply_t *reply = exchange->reply;
    s_add_date(&reply->headers, "Date", s_now_s(exchange));
    bool text = reply->body.bytes > 0 && reply->body.data[0] == '\r';
    buffer_printf(&reply->headers,
                  "Server: octolog-sim\r\n"
                  "Content-Type: %s\r\n"
                  "Cache-Control: public, max-age=60, s-maxage=60\r\n"
                  "X-GitHub-Media-Type: github.v3; format=json\r\n"
                  "X-GitHub-Request-Id: %04" PRIX64 ":%016" PRIX64 "\r\n",
                  text ? "text/html" : "application/json; charset=utf-8",
                  reply->number & 0xffff, dice_mix(reply->number));
}

// A 304 does not count against the quota, nor does /rate_limit.
static bool s_costs(const s_exchange_t *exchange)
{
    return exchange->reply->status != 304 &&
           exchange->route.kind != FEED_RATE_LIMIT;
}

int exchange_run(github_t *github, const github_request_t *request,
                 github_reply_t *reply)
{
    s_exchange_t exchange = {.github = github,
                             .request = request,
                             .reply = reply,
                             .route = feed_route(request->path)};
    int rc = 0;
    if (!s_refuse(&exchange)) {
        s_find_account(&exchange);
        if (exchange.route.kind == FEED_RATE_LIMIT)
            s_answer_rate_limit(&exchange);
        else
            rc = s_answer_feed(&exchange);
        if (s_costs(&exchange))
            quota_spend(exchange.account);
        s_add_quota_headers(&exchange);
    }
    s_add_common_headers(&exchange);
    return rc;
}

#include "actors/fetch/plan.h"

#include <errno.h>
#include <stdlib.h>

// A source and the slot that its polls use.
typedef struct {
    fetch_source_t state;
    char note[FETCH_TEXT_MAX]; // handed out last
    size_t slot;               // of the poll in progress, or the last one
} s_feed_t;

struct fetch_plan {
    fetch_policy_t policy;
    s_feed_t *feeds;
    size_t count, capacity;
    fetch_slot_t *slots; // one per token, and the last one without
    size_t tokens;
};

fetch_plan_t *fetch_plan_new(const fetch_policy_t *policy, size_t sources,
                             size_t tokens)
{
    fetch_plan_t *plan = calloc(1, sizeof *plan);
    if (!plan)
        return NULL;
    plan->policy = *policy;
    plan->capacity = sources;
    plan->tokens = tokens;
    plan->feeds = calloc(sources ? sources : 1, sizeof *plan->feeds);
    plan->slots = calloc(tokens + 1, sizeof *plan->slots);
    if (!plan->feeds || !plan->slots) {
        fetch_plan_destroy(&plan);
        return NULL;
    }
    for (size_t i = 0; i <= tokens; i++)
        fetch_slot_init(&plan->slots[i]);
    return plan;
}

void fetch_plan_destroy(fetch_plan_t **plan)
{
    if (!*plan)
        return;
    free((*plan)->feeds);
    free((*plan)->slots);
    free(*plan);
    *plan = NULL;
}

int fetch_plan_add(fetch_plan_t *plan, const char *url)
{
    if (plan->count == plan->capacity)
        return -ENOSPC;
    s_feed_t *feed = &plan->feeds[plan->count];
    int rc = fetch_source_init(&feed->state, url, &plan->policy);
    if (rc)
        return rc;
    feed->slot = plan->tokens;
    plan->count++;
    return 0;
}

size_t fetch_plan_count(const fetch_plan_t *plan)
{
    return plan->count;
}

const fetch_source_t *fetch_plan_source(const fetch_plan_t *plan, size_t i)
{
    return &plan->feeds[i].state;
}

const fetch_slot_t *fetch_plan_slot(const fetch_plan_t *plan, size_t i)
{
    return &plan->slots[plan->feeds[i].slot];
}

void fetch_plan_resume(fetch_plan_t *plan, size_t i,
                       const fetch_cursor_t *cursor, int64_t since_ms,
                       int64_t now_ms)
{
    fetch_source_resume(&plan->feeds[i].state, cursor, &plan->policy, since_ms,
                        now_ms);
}

void fetch_plan_set_base(fetch_plan_t *plan, size_t i, uint64_t mark)
{
    plan->feeds[i].state.base = mark;
}

void fetch_plan_doubt(fetch_plan_t *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        fetch_source_doubt(&plan->feeds[i].state);
}

// The slots this source may use: [first, end).
static void s_slots(const fetch_plan_t *plan, const s_feed_t *feed,
                    int64_t now_ms, size_t *first, size_t *end)
{
    char url[FETCH_URL_MAX];
    fetch_source_first(&feed->state, url);
    *first = plan->tokens;
    *end = plan->tokens + 1;
    if (!fetch_url_may_carry_token(url))
        return;
    for (size_t i = 0; i < plan->tokens; i++) {
        if (!fetch_slot_is_quarantined(&plan->slots[i], now_ms)) {
            *first = 0;
            *end = plan->tokens;
        }
    }
}

// More budget first (unknown counts as plenty), then the least recently used.
static bool s_is_better(const fetch_slot_t *a, const fetch_slot_t *b)
{
    uint64_t left_a = (uint64_t)a->remaining, left_b = (uint64_t)b->remaining;
    return left_a != left_b ? left_a > left_b : a->used_ms < b->used_ms;
}

// When the source's next poll can begin, and in which slot. A busy slot counts
// as never: the plan is consulted again when its poll ends.
static int64_t s_ready_ms(const fetch_plan_t *plan, const s_feed_t *feed,
                          int64_t now_ms, size_t *slot)
{
    size_t first, end;
    int64_t best_ms = FETCH_NEVER_MS;
    s_slots(plan, feed, now_ms, &first, &end);
    for (size_t i = first; i < end; i++) {
        const fetch_slot_t *one = &plan->slots[i];
        if (one->busy)
            continue;
        int64_t ready_ms = fetch_slot_ready_ms(one, feed->state.cost, now_ms);
        if (ready_ms < feed->state.due_ms)
            ready_ms = feed->state.due_ms;
        if (ready_ms < best_ms ||
            (ready_ms == best_ms && s_is_better(one, &plan->slots[*slot]))) {
            best_ms = ready_ms;
            *slot = i;
        }
    }
    return best_ms;
}

// Begins the poll of the source that has been due longest; NULL: none can.
static s_feed_t *s_start(fetch_plan_t *plan, int64_t now_ms)
{
    s_feed_t *chosen = NULL;
    size_t chosen_slot = 0;
    for (size_t i = 0; i < plan->count; i++) {
        s_feed_t *feed = &plan->feeds[i];
        size_t slot = 0;
        if (feed->state.state == FETCH_POLLING || feed->state.due_ms > now_ms)
            continue;
        if (chosen && chosen->state.due_ms <= feed->state.due_ms)
            continue;
        if (s_ready_ms(plan, feed, now_ms, &slot) > now_ms)
            continue;
        chosen = feed;
        chosen_slot = slot;
    }
    if (!chosen)
        return NULL;
    chosen->slot = chosen_slot;
    plan->slots[chosen_slot].busy = true;
    plan->slots[chosen_slot].used_ms = now_ms;
    fetch_source_begin(&chosen->state, now_ms);
    return chosen;
}

// A poll in progress that has another request to send; NULL: none.
static s_feed_t *s_continue(fetch_plan_t *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        fetch_source_t *source = &plan->feeds[i].state;
        if (source->state == FETCH_POLLING && !source->asked)
            return &plan->feeds[i];
    }
    return NULL;
}

static const char *s_text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

bool fetch_plan_next(fetch_plan_t *plan, int64_t now_ms, bool may_start,
                     fetch_request_t *request)
{
    s_feed_t *feed = s_continue(plan);
    if (!feed && may_start)
        feed = s_start(plan, now_ms);
    if (!feed)
        return false;
    fetch_source_t *source = &feed->state;
    source->asked = true;
    *request = (fetch_request_t){.source = (size_t)(feed - plan->feeds),
                                 .token = FETCH_NO_TOKEN,
                                 .url = source->ask};
    if (feed->slot < plan->tokens && fetch_url_may_carry_token(source->ask))
        request->token = feed->slot;
    if (source->page > 1)
        return true;
    request->etag = s_text_or_null(source->cursor.etag);
    if (!request->etag)
        request->last_modified = s_text_or_null(source->cursor.last_modified);
    return true;
}

fetch_step_t fetch_plan_answer(fetch_plan_t *plan, size_t i,
                               const fetch_answer_t *answer, int64_t now_ms)
{
    s_feed_t *feed = &plan->feeds[i];
    size_t token = feed->slot < plan->tokens ? feed->slot + 1 : 0;
    return fetch_source_answer(&feed->state, &plan->slots[feed->slot], token,
                               &plan->policy, answer, now_ms);
}

void fetch_plan_forget(fetch_plan_t *plan, size_t i, const char *reason,
                       int64_t now_ms)
{
    fetch_source_forget(&plan->feeds[i].state, reason, &plan->policy, now_ms);
}

const char *fetch_plan_take_note(fetch_plan_t *plan, size_t i)
{
    s_feed_t *feed = &plan->feeds[i];
    if (feed->state.note[0] == '\0')
        return NULL;
    memcpy(feed->note, feed->state.note, sizeof feed->note);
    feed->state.note[0] = '\0';
    return feed->note;
}

int64_t fetch_plan_source_due_ms(const fetch_plan_t *plan, size_t i,
                                 int64_t now_ms)
{
    size_t slot = 0;
    int64_t ready_ms = s_ready_ms(plan, &plan->feeds[i], now_ms, &slot);
    return ready_ms == FETCH_NEVER_MS ? plan->feeds[i].state.due_ms : ready_ms;
}

int64_t fetch_plan_due_ms(const fetch_plan_t *plan, int64_t now_ms)
{
    int64_t due_ms = FETCH_NEVER_MS;
    for (size_t i = 0; i < plan->count; i++) {
        size_t slot = 0;
        if (plan->feeds[i].state.state == FETCH_POLLING)
            continue;
        int64_t ready_ms = s_ready_ms(plan, &plan->feeds[i], now_ms, &slot);
        if (ready_ms < due_ms)
            due_ms = ready_ms;
    }
    return due_ms;
}

int64_t fetch_plan_interval_s(const fetch_plan_t *plan, size_t i)
{
    return fetch_source_interval_s(&plan->feeds[i].state, &plan->policy);
}

#include "actors/fetch/source.h"

#include "proto/base/time_text.h"
#include "proto/batch/batch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define S_SECOND_MS INT64_C(1000)
#define S_MINUTE_MS (60 * S_SECOND_MS)
#define S_HOUR_MS   (60 * S_MINUTE_MS)

// GitHub's usual poll interval, if a response does not give one.
#define S_INTERVAL_S 60

// First and longest wait, doubled in between. The server or the network has a
// problem: retry soon, but after a few failures with a hundredth of the load.
#define S_BACKOFF_MS     (5 * S_SECOND_MS)
#define S_BACKOFF_MAX_MS (15 * S_MINUTE_MS)

// What is missing or forbidden rarely changes.
#define S_SLOW_MS     (5 * S_MINUTE_MS)
#define S_SLOW_MAX_MS (6 * S_HOUR_MS)

// GitHub: "wait for at least one minute", then exponentially.
#define S_SECONDARY_MS     S_MINUTE_MS
#define S_SECONDARY_MAX_MS S_HOUR_MS

// A refused token is tried again after this: a 401 can be GitHub's mistake,
// a suspension can be lifted, and one failed try an hour does no harm.
#define S_QUARANTINE_MS S_HOUR_MS

// Redirects in one step of a poll.
#define S_HOPS_MAX 5

static int64_t s_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// splitmix64: small, seeded, and good enough to spread clients apart.
static uint64_t s_random(fetch_policy_t *policy)
{
    uint64_t z = policy->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// least_ms, doubled with each failure after the first, up to most_ms; plus up
// to half of that at random: later than requested, never earlier.
static int64_t s_backoff_ms(fetch_policy_t *policy, int64_t least_ms,
                            int64_t most_ms, unsigned times)
{
    int64_t wait_ms = least_ms;
    for (unsigned i = 1; i < times && wait_ms < most_ms; i++)
        wait_ms *= 2;
    if (wait_ms > most_ms)
        wait_ms = most_ms;
    return wait_ms + (int64_t)(s_random(policy) % (uint64_t)(wait_ms / 2));
}

// Adds to the note to report.
__attribute__((format(printf, 2, 3))) static void s_note(fetch_source_t *source,
                                                         const char *format,
                                                         ...)
{
    size_t used = strlen(source->note);
    va_list args;
    if (used && used + 3 < sizeof source->note) {
        memcpy(source->note + used, "; ", 3);
        used += 2;
    }
    va_start(args, format);
    vsnprintf(source->note + used, sizeof source->note - used, format, args);
    va_end(args);
}

__attribute__((format(printf, 2, 3))) static void s_set_error(
    fetch_source_t *source, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(source->error, sizeof source->error, format, args);
    va_end(args);
}

int fetch_source_init(fetch_source_t *source, const char *url,
                      const fetch_policy_t *policy)
{
    const fetch_kind_t *kind = fetch_kind_of(url);
    char first[FETCH_URL_MAX];
    if (strlen(url) > BATCH_MAX_SOURCE_BYTES)
        return -ENAMETOOLONG;
    if (fetch_kind_mistake(url))
        return -EINVAL;
    int rc = kind->first_page(first, url);
    if (rc)
        return rc;
    *source = (fetch_source_t){.kind = kind, .cost = policy->pages};
    memcpy(source->url, url, strlen(url) + 1);
    return 0;
}

int64_t fetch_source_interval_s(const fetch_source_t *source,
                                const fetch_policy_t *policy)
{
    int64_t interval_s = (int64_t)source->cursor.interval_s;
    return s_max(interval_s ? interval_s : S_INTERVAL_S,
                 policy->min_interval_s);
}

void fetch_source_resume(fetch_source_t *source, const fetch_cursor_t *cursor,
                         const fetch_policy_t *policy, int64_t since_ms,
                         int64_t now_ms)
{
    char first[FETCH_URL_MAX];
    source->kind->first_page(first, source->url);
    source->cursor = *cursor;
    if (!fetch_url_may_follow(first, cursor->moved))
        source->cursor.moved[0] = '\0';
    // A clock that was set back counts as if no time had passed.
    int64_t interval_ms = fetch_source_interval_s(source, policy) * 1000;
    source->due_ms = now_ms + s_max(interval_ms - s_max(since_ms, 0), 0);
}

void fetch_source_first(const fetch_source_t *source, char url[FETCH_URL_MAX])
{
    const char *moved = source->cursor.moved;
    if (*moved == '\0' || fetch_url_first_page(url, moved))
        source->kind->first_page(url, source->url);
}

void fetch_source_doubt(fetch_source_t *source)
{
    source->doubted = true;
    // Keys that the log never had cannot show that a poll connects to it.
    if (source->state != FETCH_POLLING)
        source->cursor.key_count = 0;
}

// Makes the next poll unconditional, so that it returns all events.
static void s_ask_for_all(fetch_source_t *source)
{
    source->cursor.etag[0] = '\0';
    source->cursor.last_modified[0] = '\0';
    source->base = 0;
    source->doubted = false;
}

void fetch_source_begin(fetch_source_t *source, int64_t now_ms)
{
    if (source->doubted)
        s_ask_for_all(source);
    fetch_source_first(source, source->ask);
    source->state = FETCH_POLLING;
    source->asked = false;
    source->page = 1;
    source->hops = 0;
    source->permanent = true;
    source->charged = 0;
    source->begun_ms = now_ms;
    source->haul = (fetch_haul_t){0};
}

// The poll has failed: decides when the next one may begin.
static fetch_step_t s_fail(fetch_source_t *source, fetch_policy_t *policy,
                           fetch_state_t state, int64_t now_ms)
{
    bool slow = state == FETCH_NOT_FOUND || state == FETCH_GONE ||
                state == FETCH_DENIED;
    source->streak++;
    source->cursor.failures++;
    source->state = state;
    int64_t wait_ms =
        s_backoff_ms(policy, slow ? S_SLOW_MS : S_BACKOFF_MS,
                     slow ? S_SLOW_MAX_MS : S_BACKOFF_MAX_MS, source->streak);
    int64_t floor_s =
        s_max((int64_t)source->cursor.interval_s, policy->min_interval_s);
    source->due_ms = now_ms + s_max(wait_ms, floor_s * 1000);
    return FETCH_INCOMPLETE;
}

void fetch_source_forget(fetch_source_t *source, const char *reason,
                         fetch_policy_t *policy, int64_t now_ms)
{
    s_ask_for_all(source);
    s_set_error(source, "%s", reason);
    s_fail(source, policy, FETCH_BACKING_OFF, now_ms);
}

// One response being judged: everything the rules read and change.
typedef struct {
    fetch_source_t *source;
    fetch_slot_t *slot;
    size_t token; // from 1; 0: the slot without a token
    fetch_policy_t *policy;
    const fetch_answer_t *answer;
    int64_t now_ms;
} s_turn_t;

static fetch_step_t s_turn_fail(const s_turn_t *turn, fetch_state_t state)
{
    return s_fail(turn->source, turn->policy, state, turn->now_ms);
}

// The poll was accepted: clears errors and schedules the next one normally.
static void s_succeed(const s_turn_t *turn)
{
    fetch_source_t *source = turn->source;
    source->streak = 0;
    source->error[0] = '\0';
    source->state = FETCH_WAITING;
    source->cursor.polled_at_us = (uint64_t)turn->answer->wall_us;
    source->due_ms =
        turn->now_ms + fetch_source_interval_s(source, turn->policy) * 1000;
    turn->slot->strikes = 0;
}

static void s_note_gap(fetch_source_t *source)
{
    char from[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES];
    time_text_format((uint32_t)source->cursor.last_gap_from, from);
    time_text_format((uint32_t)source->cursor.last_gap_until, until);
    s_note(source,
           "gap: no event in common with the last poll; events between %s and "
           "%s may be missing",
           from, until);
}

// Continues with the page named by Link. 1: there is one; 0: this was the last;
// -EINVAL: we do not follow this Link.
static int s_turn_page(fetch_source_t *source, const fetch_policy_t *policy,
                       slice_t link)
{
    char next[FETCH_URL_MAX];
    if (source->page >= policy->pages || link.bytes == 0)
        return 0;
    if (fetch_url_resolve(next, source->ask, link) ||
        !fetch_url_may_follow(source->ask, next))
        return -EINVAL;
    memcpy(source->ask, next, sizeof next);
    source->page++;
    source->hops = 0;
    return 1;
}

static fetch_step_t s_on_page(const s_turn_t *turn)
{
    fetch_source_t *source = turn->source;
    const fetch_answer_t *answer = turn->answer;
    if (!answer->page) {
        s_set_error(source, "page %d: %s", source->page, answer->body_error);
        return s_turn_fail(turn, FETCH_BACKING_OFF);
    }
    if (source->page == 1) {
        memcpy(source->haul.etag, answer->headers.etag, FETCH_ETAG_MAX);
        memcpy(source->haul.last_modified, answer->headers.last_modified,
               FETCH_DATE_MAX);
    }
    fetch_haul_add(&source->haul, answer->page, source->kind);
    int turned =
        s_turn_page(source, turn->policy, slice_of(answer->headers.next));
    if (turned > 0)
        return FETCH_GO_ON;
    if (turned < 0) {
        s_set_error(source, "page %d: Link points to another host",
                    source->page);
        return s_turn_fail(turn, FETCH_BACKING_OFF);
    }
    source->cost = source->charged;
    if (fetch_cursor_accept(&source->cursor, &source->haul))
        s_note_gap(source);
    s_succeed(turn);
    return FETCH_COMPLETE;
}

static fetch_step_t s_on_unchanged(const s_turn_t *turn)
{
    fetch_source_t *source = turn->source;
    const fetch_cursor_t *cursor = &source->cursor;
    if (source->page != 1 || (!cursor->etag[0] && !cursor->last_modified[0])) {
        s_set_error(source, "page %d: 304 to an unconditional request",
                    source->page);
        return s_turn_fail(turn, FETCH_BACKING_OFF);
    }
    fetch_cursor_unchanged(&source->cursor);
    s_succeed(turn);
    return FETCH_UNCHANGED;
}

static fetch_step_t s_on_redirect(const s_turn_t *turn)
{
    fetch_source_t *source = turn->source;
    int status = turn->answer->status;
    char to[FETCH_URL_MAX];
    if (fetch_url_resolve(to, source->ask,
                          slice_of(turn->answer->headers.location)) ||
        !fetch_url_may_follow(source->ask, to) || ++source->hops > S_HOPS_MAX) {
        s_set_error(source, "HTTP %d redirects to a URL that is not allowed",
                    status);
        return s_turn_fail(turn, FETCH_BACKING_OFF);
    }
    memcpy(source->ask, to, sizeof to);
    if (source->page > 1)
        return FETCH_GO_ON;
    // The new URL may lack our per_page.
    (void)fetch_url_first_page(source->ask, to);
    source->permanent = source->permanent && (status == 301 || status == 308);
    if (source->permanent) {
        memcpy(source->cursor.moved, to, sizeof to);
        s_note(source, "moved permanently to %.150s", to);
    }
    return FETCH_GO_ON;
}

static fetch_step_t s_on_bad_token(const s_turn_t *turn)
{
    int status = turn->answer->status;
    if (turn->token == 0) {
        s_set_error(turn->source, "HTTP %d without a token", status);
        return s_turn_fail(turn, FETCH_DENIED);
    }
    turn->slot->quarantine_ms = turn->now_ms + S_QUARANTINE_MS;
    s_set_error(turn->source,
                "HTTP %d: token %zu was refused and is not used for an hour",
                status, turn->token);
    return s_turn_fail(turn, FETCH_BACKING_OFF);
}

// Blocks the slot for `wait_ms`; the source may use another one.
static fetch_step_t s_block(const s_turn_t *turn, int64_t wait_ms)
{
    fetch_slot_t *slot = turn->slot;
    slot->blocked_ms = s_max(slot->blocked_ms, turn->now_ms + wait_ms);
    return s_turn_fail(turn, FETCH_LIMITED);
}

static fetch_step_t s_on_primary_limit(const s_turn_t *turn, int64_t retry_ms)
{
    const fetch_headers_t *headers = &turn->answer->headers;
    // If no reset time is known, a minute as for the secondary limit.
    int64_t wait_ms = S_SECONDARY_MS;
    if (headers->limit_reset_s >= 0)
        wait_ms = fetch_headers_until_s(headers, headers->limit_reset_s,
                                        turn->answer->wall_us / 1000000) *
                      1000 +
                  FETCH_SLOT_MARGIN_MS;
    s_set_error(turn->source, "HTTP %d: the rate limit is used up",
                turn->answer->status);
    return s_block(turn, s_max(wait_ms, retry_ms));
}

static fetch_step_t s_on_secondary_limit(const s_turn_t *turn, int64_t retry_ms)
{
    int64_t wait_ms = s_backoff_ms(turn->policy, S_SECONDARY_MS,
                                   S_SECONDARY_MAX_MS, ++turn->slot->strikes);
    s_set_error(turn->source, "HTTP %d: a secondary rate limit",
                turn->answer->status);
    return s_block(turn, s_max(wait_ms, retry_ms));
}

// 403 and 429: decides which of GitHub's limits was hit, if any.
static fetch_step_t s_on_refusal(const s_turn_t *turn)
{
    const fetch_answer_t *answer = turn->answer;
    int64_t retry_s =
        fetch_headers_retry_s(&answer->headers, answer->wall_us / 1000000);
    if (answer->refusal == FETCH_REFUSAL_SUSPENDED)
        return s_on_bad_token(turn);
    if (answer->headers.remaining == 0 ||
        answer->refusal == FETCH_REFUSAL_PRIMARY)
        return s_on_primary_limit(turn, retry_s * 1000);
    if (retry_s >= 0 || answer->refusal == FETCH_REFUSAL_SECONDARY ||
        answer->status == 429)
        return s_on_secondary_limit(turn, retry_s * 1000);
    s_set_error(turn->source, "HTTP %d: access denied", answer->status);
    return s_turn_fail(turn, FETCH_DENIED);
}

static fetch_step_t s_on_missing(const s_turn_t *turn)
{
    int status = turn->answer->status;
    // If it had moved here, forget that: the old name may be in use again.
    turn->source->cursor.moved[0] = '\0';
    s_set_error(turn->source, "HTTP %d: %s", status,
                status == 410 ? "gone" : "not found");
    return s_turn_fail(turn, status == 410 ? FETCH_GONE : FETCH_NOT_FOUND);
}

// No response, or one that only says that the request failed.
static fetch_step_t s_on_trouble(const s_turn_t *turn)
{
    const fetch_answer_t *answer = turn->answer;
    int status = answer->status;
    int64_t retry_s =
        fetch_headers_retry_s(&answer->headers, answer->wall_us / 1000000);
    bool slow = status >= 300 && status < 500 && status != 408;
    if (status == 0)
        s_set_error(turn->source, "no answer: %s", answer->error);
    else
        s_set_error(turn->source, "HTTP %d%s%s", status,
                    answer->error ? ": " : "",
                    answer->error ? answer->error : "");
    s_turn_fail(turn, slow ? FETCH_DENIED : FETCH_BACKING_OFF);
    turn->source->due_ms =
        s_max(turn->source->due_ms, turn->now_ms + retry_s * 1000);
    return FETCH_INCOMPLETE;
}

static fetch_step_t s_judge(const s_turn_t *turn)
{
    if (turn->answer->error)
        return s_on_trouble(turn);
    switch (turn->answer->status) {
    case 200:
        return s_on_page(turn);
    case 301:
    case 302:
    case 307:
    case 308:
        return s_on_redirect(turn);
    case 304:
        return s_on_unchanged(turn);
    case 401:
        return s_on_bad_token(turn);
    case 403:
    case 429:
        return s_on_refusal(turn);
    case 404:
    case 410:
    case 451:
        return s_on_missing(turn);
    default:
        return s_on_trouble(turn);
    }
}

// Reads the headers that a response of any status may have.
static void s_take_headers(fetch_source_t *source,
                           const fetch_headers_t *headers)
{
    // 0 would mean polling without a pause.
    if (headers->poll_interval_s >= 0)
        source->cursor.interval_s =
            (uint64_t)s_max(1, headers->poll_interval_s);
    if (source->told_deprecated ||
        (!headers->deprecation && headers->sunset[0] == '\0'))
        return;
    source->told_deprecated = true;
    s_note(source, "GitHub calls this deprecated%s%s",
           headers->sunset[0] ? ", until " : "", headers->sunset);
}

fetch_step_t fetch_source_answer(fetch_source_t *source, fetch_slot_t *slot,
                                 size_t token, fetch_policy_t *policy,
                                 const fetch_answer_t *answer, int64_t now_ms)
{
    source->asked = false;
    source->last_status = answer->status;
    source->answered_at_us = answer->wall_us;
    source->charged += answer->status != 0 && answer->status != 304;
    s_take_headers(source, &answer->headers);
    fetch_slot_note(slot, &answer->headers, now_ms, answer->wall_us / 1000000);
    fetch_step_t step = s_judge(&(s_turn_t){.source = source,
                                            .slot = slot,
                                            .token = token,
                                            .policy = policy,
                                            .answer = answer,
                                            .now_ms = now_ms});
    if (step != FETCH_GO_ON)
        fetch_slot_rest(slot, source->charged, source->begun_ms, now_ms);
    return step;
}

const char *fetch_source_state_name(const fetch_source_t *source)
{
    static const char *const names[] = {
        [FETCH_WAITING] = "waiting",         [FETCH_POLLING] = "polling",
        [FETCH_BACKING_OFF] = "backing off", [FETCH_LIMITED] = "rate limited",
        [FETCH_NOT_FOUND] = "not found",     [FETCH_GONE] = "gone",
        [FETCH_DENIED] = "denied",
    };
    return names[source->state];
}

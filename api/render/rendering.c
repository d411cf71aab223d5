#include "api/render/rendering.h"

#include "api/render/parts.h"
#include "proto/base/time_text.h"
#include "proto/event/event.h"
#include "proto/json/json_text.h"

#include <errno.h>

// The last of the types that GitHub sends today; those after it live on in
// archives alone (proto/event/event.h).
#define S_LAST_CURRENT EVENT_TYPE_WATCH

void rendering_detail(buffer_t *out, slice_t text)
{
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    json_text_string(&json, "detail", text);
    json_text_close(&json, '}');
}

void rendering_as_of(json_text_t *json, const message_as_of_t *as_of)
{
    uint64_t lag =
        as_of->log_end > as_of->offset ? as_of->log_end - as_of->offset : 0;
    json_text_open(json, "as_of", '{');
    json_text_unsigned(json, "offset", as_of->offset);
    json_text_unsigned(json, "log_end", as_of->log_end);
    json_text_unsigned(json, "lag", lag);
    // The journal is silent: log_end is old news, so the lag may be more.
    if (!as_of->fresh)
        json_text_bool(json, "stale", true);
    if (as_of->since > 0)
        json_text_unsigned(json, "since", as_of->since);
    json_text_close(json, '}');
}

static bool s_is_current(uint8_t code)
{
    return code >= 1 && code <= S_LAST_CURRENT;
}

static void s_count(json_text_t *json, slice_t type, uint64_t count)
{
    json_text_key(json, type);
    json_text_unsigned(json, NULL, count);
}

// Every current type, then whatever else occurred.
static int s_all_counts(json_text_t *json, slice_t counts)
{
    uint64_t current[S_LAST_CURRENT + 1] = {0};
    message_t item;
    int rc;
    for (slice_t rest = counts;
         (rc = message_list_next(&rest, MESSAGE_COUNT, &item)) > 0;) {
        uint8_t code = event_type_code(item.count.type);
        if (s_is_current(code))
            current[code] = item.count.count;
    }
    for (uint8_t code = 1; rc == 0 && code <= S_LAST_CURRENT; code++)
        json_text_unsigned(json, event_type_name(code), current[code]);
    for (slice_t rest = counts;
         rc == 0 && (rc = message_list_next(&rest, MESSAGE_COUNT, &item)) > 0;
         rc = 0) {
        if (!s_is_current(event_type_code(item.count.type)))
            s_count(json, item.count.type, item.count.count);
    }
    return rc;
}

static int s_count_of(slice_t counts, slice_t type, uint64_t *count)
{
    message_t item;
    int rc;
    *count = 0;
    while ((rc = message_list_next(&counts, MESSAGE_COUNT, &item)) > 0) {
        if (slice_equal(item.count.type, type))
            *count = item.count.count;
    }
    return rc;
}

bool rendering_is_repeat(const slice_t *types, size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (slice_equal(types[earlier], types[i]))
            return true;
    }
    return false;
}

static int s_chosen_counts(json_text_t *json, slice_t counts,
                           const slice_t *types, size_t type_count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < type_count; i++) {
        uint64_t count;
        if (rendering_is_repeat(types, i))
            continue;
        rc = s_count_of(counts, types[i], &count);
        s_count(json, types[i], count);
    }
    return rc;
}

int rendering_count_list(json_text_t *json, slice_t counts,
                         const slice_t *types, size_t type_count)
{
    json_text_open(json, "counts", '{');
    int rc = type_count ? s_chosen_counts(json, counts, types, type_count)
                        : s_all_counts(json, counts);
    json_text_close(json, '}');
    return rc;
}

void rendering_window(json_text_t *json, rendering_window_t window)
{
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    time_text_format(window.start, start);
    time_text_format(window.end, end);
    json_text_string(json, "start_time", slice_of(start));
    json_text_string(json, "end_time", slice_of(end));
}

int rendering_counts(buffer_t *out, const message_counts_answer_t *answer,
                     rendering_window_t window, const slice_t *types,
                     size_t type_count)
{
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    int rc = rendering_count_list(&json, answer->counts, types, type_count);
    rendering_window(&json, window);
    rendering_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

// Seconds that take at least two pull requests to exist.
static void s_interval_seconds(json_text_t *json, const char *key,
                               const message_interval_t *interval,
                               double seconds)
{
    if (interval->count < 2)
        json_text_null(json, key);
    else
        json_text_double(json, key, seconds);
}

static void s_action(json_text_t *json, slice_t action,
                     const message_interval_t *interval)
{
    json_text_key(json, action);
    json_text_open(json, NULL, '{');
    json_text_unsigned(json, "pr_count", interval->count);
    s_interval_seconds(json, "avg_interval_seconds", interval,
                       interval->average_s);
    s_interval_seconds(json, "median_interval_seconds", interval,
                       interval->median_s);
    s_interval_seconds(json, "p90_interval_seconds", interval, interval->p90_s);
    json_text_time(json, "first_ts", interval->first_at);
    json_text_time(json, "last_ts", interval->last_at);
    json_text_close(json, '}');
}

static const char *const s_main_actions[] = {"opened", "closed", "merged"};
#define S_MAIN_ACTIONS (sizeof s_main_actions / sizeof s_main_actions[0])

static bool s_is_main_action(slice_t action)
{
    for (size_t i = 0; i < S_MAIN_ACTIONS; i++) {
        if (slice_equal(action, slice_of(s_main_actions[i])))
            return true;
    }
    return false;
}

// The statistics of one action; zeros when it never occurred.
static int s_find_action(slice_t actions, slice_t action,
                         message_interval_t *interval)
{
    message_t item;
    int rc;
    *interval = (message_interval_t){.action = action};
    while ((rc = message_list_next(&actions, MESSAGE_INTERVAL, &item)) > 0) {
        if (slice_equal(item.interval.action, action))
            *interval = item.interval;
    }
    return rc;
}

// `actions` is the answer's list without its first item, the top level.
static int s_by_action(json_text_t *json, slice_t actions)
{
    message_interval_t interval;
    message_t item;
    int rc = 0;
    json_text_open(json, "by_action", '{');
    for (size_t i = 0; rc == 0 && i < S_MAIN_ACTIONS; i++) {
        slice_t action = slice_of(s_main_actions[i]);
        rc = s_find_action(actions, action, &interval);
        s_action(json, action, &interval);
    }
    while (rc == 0 &&
           (rc = message_list_next(&actions, MESSAGE_INTERVAL, &item)) > 0) {
        if (!s_is_main_action(item.interval.action))
            s_action(json, item.interval.action, &item.interval);
        rc = 0;
    }
    json_text_close(json, '}');
    return rc;
}

int rendering_interval_fields(json_text_t *json,
                              const message_intervals_answer_t *answer)
{
    slice_t actions = answer->actions;
    message_t top;
    if (message_list_next(&actions, MESSAGE_INTERVAL, &top) != 1)
        return -EBADMSG;
    s_interval_seconds(json, "avg_interval_seconds", &top.interval,
                       top.interval.average_s);
    json_text_unsigned(json, "pr_count", top.interval.count);
    json_text_time(json, "first_pull_request_ts", top.interval.first_at);
    json_text_time(json, "last_pull_request_ts", top.interval.last_at);
    json_text_time_us(json, "updated_at", answer->updated_at_us);
    return s_by_action(json, actions);
}

int rendering_intervals(buffer_t *out, const message_intervals_answer_t *answer)
{
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    json_text_string(&json, "repo_name", answer->repo);
    int rc = rendering_interval_fields(&json, answer);
    rendering_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

// Settings; 0 is no bound. What each view has sealed of the log.
static int s_retention(json_text_t *json, const message_log_stats_t *stats)
{
    slice_t rest = stats->sealed;
    message_t item;
    int rc;
    json_text_open(json, "retention", '{');
    json_text_unsigned(json, "age_seconds", (uint64_t)stats->retention_age_s);
    json_text_unsigned(json, "bytes", stats->retention_bytes);
    json_text_unsigned(json, "reject_bytes", stats->reject_bytes);
    json_text_unsigned(json, "dedupe_margin_seconds",
                       (uint64_t)stats->dedupe_margin_s);
    json_text_unsigned(json, "keep_offset", stats->keep);
    json_text_open(json, "sealed", '{');
    while ((rc = message_list_next(&rest, MESSAGE_SEALED, &item)) == 1) {
        json_text_key(json, item.sealed.view);
        json_text_unsigned(json, NULL, item.sealed.offset);
    }
    json_text_close(json, '}');
    json_text_close(json, '}');
    return rc;
}

int rendering_log(buffer_t *out, const message_log_stats_t *stats)
{
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    json_text_unsigned(&json, "first_offset", stats->first);
    json_text_unsigned(&json, "end_offset", stats->end);
    json_text_unsigned(&json, "events", stats->events);
    json_text_unsigned(&json, "bytes", stats->bytes);
    json_text_time(&json, "oldest_event_at", stats->oldest_created_at);
    json_text_time(&json, "newest_event_at", stats->newest_created_at);
    json_text_time_us(&json, "first_journaled_at",
                      stats->first_journaled_at_us);
    json_text_time_us(&json, "last_journaled_at", stats->last_journaled_at_us);
    json_text_unsigned(&json, "duplicates", stats->duplicates);
    json_text_unsigned(&json, "rejects", stats->rejects);
    json_text_unsigned(&json, "rejected", stats->rejected);
    int rc = s_retention(&json, stats);
    json_text_close(&json, '}');
    return rc;
}

static void s_reject(json_text_t *json, const message_reject_t *reject)
{
    slice_t raw = reject->raw;
    if (raw.bytes > RENDERING_RAW_MAX)
        raw.bytes = RENDERING_RAW_MAX;
    json_text_open(json, NULL, '{');
    json_text_unsigned(json, "number", reject->number);
    json_text_string(json, "reason", reject->reason);
    json_text_string(json, "source", reject->source);
    json_text_time_us(json, "time", reject->received_at_us);
    json_text_string(json, "raw", raw);
    json_text_unsigned(json, "raw_bytes", reject->raw.bytes);
    json_text_close(json, '}');
}

int rendering_rejects(buffer_t *out, const message_rejects_t *rejects)
{
    json_text_t json = json_text_start(out);
    slice_t rest = rejects->rejects;
    message_t item;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_open(&json, "rejects", '[');
    while ((rc = message_list_next(&rest, MESSAGE_REJECT, &item)) > 0)
        s_reject(&json, &item.reject);
    json_text_close(&json, ']');
    json_text_unsigned(&json, "total", rejects->total);
    json_text_unsigned(&json, "first", rejects->first);
    json_text_close(&json, '}');
    return rc;
}

static void s_quota(json_text_t *json, const message_source_t *source)
{
    if (source->quota_limit < 0) {
        json_text_null(json, "quota");
        return;
    }
    json_text_open(json, "quota", '{');
    json_text_signed(json, "limit", source->quota_limit);
    json_text_signed(json, "remaining", source->quota_remaining);
    json_text_time_us(json, "reset_at", source->quota_reset_at_us);
    json_text_close(json, '}');
}

static void s_coverage(json_text_t *json, const message_source_t *source)
{
    if (source->coverage < 0)
        json_text_null(json, "coverage");
    else
        json_text_double(json, "coverage", source->coverage);
    json_text_unsigned(json, "gaps", source->gaps);
    if (source->gaps == 0) {
        json_text_null(json, "last_gap");
        return;
    }
    json_text_open(json, "last_gap", '{');
    json_text_time_us(json, "from", source->last_gap_from_us);
    json_text_time_us(json, "until", source->last_gap_until_us);
    json_text_close(json, '}');
}

static void s_source(json_text_t *json, const message_source_t *source)
{
    json_text_open(json, NULL, '{');
    json_text_string(json, "name", source->name);
    json_text_string(json, "state", source->state);
    if (source->error.bytes == 0)
        json_text_null(json, "error");
    else
        json_text_string(json, "error", source->error);
    if (source->last_status == 0)
        json_text_null(json, "last_status");
    else
        json_text_unsigned(json, "last_status", source->last_status);
    json_text_time_us(json, "last_poll_at", source->last_poll_at_us);
    json_text_time_us(json, "next_poll_at", source->next_poll_at_us);
    json_text_time_us(json, "last_event_at", source->last_event_at_us);
    json_text_unsigned(json, "poll_interval_seconds", source->poll_interval_s);
    s_quota(json, source);
    json_text_unsigned(json, "polls", source->polls);
    json_text_unsigned(json, "not_modified", source->not_modified);
    json_text_unsigned(json, "failures", source->failures);
    json_text_unsigned(json, "events", source->events);
    s_coverage(json, source);
    json_text_close(json, '}');
}

int rendering_sources(buffer_t *out, const message_sources_t *sources)
{
    json_text_t json = json_text_start(out);
    slice_t rest = sources->sources;
    message_t item;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_bool(&json, "fetching", true);
    json_text_open(&json, "sources", '[');
    while ((rc = message_list_next(&rest, MESSAGE_SOURCE, &item)) > 0)
        s_source(&json, &item.source);
    json_text_close(&json, ']');
    json_text_close(&json, '}');
    return rc;
}

int rendering_known_sources(buffer_t *out,
                            const message_log_cursor_list_t *list,
                            slice_t prefix)
{
    json_text_t json = json_text_start(out);
    slice_t rest = list->cursors;
    message_t item;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_bool(&json, "fetching", false);
    json_text_open(&json, "sources", '[');
    while ((rc = message_list_next(&rest, MESSAGE_LOG_CURSOR, &item)) > 0) {
        slice_t name = item.log_cursor.name;
        if (name.bytes < prefix.bytes)
            return -EBADMSG;
        json_text_open(&json, NULL, '{');
        json_text_string(
            &json, "name",
            slice(name.data + prefix.bytes, name.bytes - prefix.bytes));
        json_text_string(&json, "state", slice_of("not fetched"));
        json_text_close(&json, '}');
    }
    json_text_close(&json, ']');
    json_text_close(&json, '}');
    return rc;
}

static void s_actor(json_text_t *json, const message_actor_t *actor)
{
    uint64_t lag = actor->end > actor->offset ? actor->end - actor->offset : 0;
    json_text_open(json, NULL, '{');
    json_text_string(json, "name", actor->name);
    if (actor->pid == 0)
        json_text_null(json, "pid");
    else
        json_text_unsigned(json, "pid", actor->pid);
    json_text_string(json, "state", actor->state);
    json_text_unsigned(json, "restarts", actor->restarts);
    json_text_time_us(json, "started_at", actor->started_at_us);
    json_text_time_us(json, "last_heartbeat", actor->last_beat_at_us);
    json_text_unsigned(json, "offset", actor->offset);
    json_text_unsigned(json, "lag", lag);
    if (actor->last_exit.bytes == 0)
        json_text_null(json, "last_exit");
    else
        json_text_string(json, "last_exit", actor->last_exit);
    json_text_close(json, '}');
}

int rendering_actors(buffer_t *out, const message_actors_t *actors)
{
    json_text_t json = json_text_start(out);
    slice_t rest = actors->actors;
    message_t item;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_open(&json, "actors", '[');
    while ((rc = message_list_next(&rest, MESSAGE_ACTOR, &item)) > 0)
        s_actor(&json, &item.actor);
    json_text_close(&json, ']');
    json_text_close(&json, '}');
    return rc;
}

#include "api/render/rendering.h"

#include "proto/json/json_text.h"

#include <errno.h>

void rendering_detail(buffer_t *out, slice_t text)
{
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    json_text_string(&json, "detail", text);
    json_text_close(&json, '}');
}

// The retention settings (0: no limit), and the offset up to which the snapshot
// of each view covers the log.
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

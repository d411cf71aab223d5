#include "api/render/metrics.h"

#include <inttypes.h>
#include <stdio.h>

// How the value of a field is read.
typedef enum {
    S_UNSIGNED, // uint64_t
    S_UNSIGNED32,
    S_SIGNED,  // int64_t; below 0: unknown
    S_REAL,    // double; below 0: unknown
    S_TIME,    // uint32_t, seconds since 1970; 0: unknown
    S_TIME_US, // int64_t, microseconds since 1970; 0: unknown
    S_PRESENT, // uint64_t; 1 unless it is 0
} form_t;

// What a metric describes: one thing, or each item of a list, whose struct
// begins with its name.
typedef enum {
    S_PART,
    S_LOG,
    S_VIEW,
    S_ACTOR,
    S_SOURCE,
    S_HTTP,
} subject_t;

typedef struct row row_t;

struct row {
    const char *name; // without octolog_
    const char *type;
    subject_t subject;
    form_t form;
    size_t field; // its offset in the struct
    // Writes the samples instead of form and field.
    void (*write)(buffer_t *out, const row_t *row,
                  const rendering_metrics_t *from);
    const char *help;
};

#define S_COUNTER "counter"
#define S_GAUGE   "gauge"

static void s_build_info(buffer_t *out, const row_t *row,
                         const rendering_metrics_t *from);
static void s_streams(buffer_t *out, const row_t *row,
                      const rendering_metrics_t *from);
static void s_expiry(buffer_t *out, const row_t *row,
                     const rendering_metrics_t *from);
static void s_requests(buffer_t *out, const row_t *row,
                       const rendering_metrics_t *from);
static void s_durations(buffer_t *out, const row_t *row,
                        const rendering_metrics_t *from);

#define S_OF(about, in, member, as)                                            \
    .subject = (about), .field = offsetof(in, member), .form = (as)
#define S_OF_PART(member, as)   S_OF(S_PART, rendering_part_t, member, as)
#define S_OF_LOG(member, as)    S_OF(S_LOG, message_log_stats_t, member, as)
#define S_OF_VIEW(member, as)   S_OF(S_VIEW, rendering_view_t, member, as)
#define S_OF_ACTOR(member, as)  S_OF(S_ACTOR, message_actor_t, member, as)
#define S_OF_SOURCE(member, as) S_OF(S_SOURCE, message_source_t, member, as)

// clang-format off
static const row_t s_rows[] = {
    {"build_info", S_GAUGE, S_HTTP, .write = s_build_info,
     .help = "Version of octolog; always 1."},
    {"part_up", S_GAUGE, S_OF_PART(up, S_UNSIGNED),
     .help = "Whether the part answered when asked for its metrics."},

    {"log_first_offset", S_GAUGE, S_OF_LOG(first, S_UNSIGNED),
     .help = "First offset still kept."},
    {"log_end_offset", S_GAUGE, S_OF_LOG(end, S_UNSIGNED),
     .help = "First offset not yet written."},
    {"log_events", S_GAUGE, S_OF_LOG(events, S_UNSIGNED),
     .help = "Events still kept."},
    {"log_size_bytes", S_GAUGE, S_OF_LOG(bytes, S_UNSIGNED),
     .help = "Size of the log's files."},
    {"log_duplicates_total", S_COUNTER, S_OF_LOG(duplicates, S_UNSIGNED),
     .help = "Duplicate events dropped since the log was created."},
    {"log_dead_letters", S_GAUGE, S_OF_LOG(rejects, S_UNSIGNED),
     .help = "Dead letters still kept."},
    {"log_rejected_total", S_COUNTER, S_OF_LOG(rejected, S_UNSIGNED),
     .help = "Dead letters since the log was created."},
    {"log_keep_offset", S_GAUGE, S_OF_LOG(keep, S_UNSIGNED),
     .help = "Offset below which events may be dropped once the snapshots of "
             "all views cover them."},
    {"log_retention_seconds", S_GAUGE, S_OF_LOG(retention_age_s, S_SIGNED),
     .help = "How long events are kept; 0: no limit."},
    {"log_retention_bytes", S_GAUGE, S_OF_LOG(retention_bytes, S_UNSIGNED),
     .help = "How many bytes of events are kept; 0: no limit."},
    {"log_oldest_event_timestamp_seconds", S_GAUGE,
     S_OF_LOG(oldest_created_at, S_TIME),
     .help = "Smallest created_at of all events since the log was created."},
    {"log_newest_event_timestamp_seconds", S_GAUGE,
     S_OF_LOG(newest_created_at, S_TIME),
     .help = "Largest created_at in the log."},
    {"log_last_journaled_timestamp_seconds", S_GAUGE,
     S_OF_LOG(last_journaled_at_us, S_TIME_US),
     .help = "When the last batch was written."},

    {"view_offset", S_GAUGE, S_OF_VIEW(offset, S_UNSIGNED),
     .help = "First offset that the view has not applied."},
    {"view_lag_events", S_GAUGE, S_OF_VIEW(lag, S_UNSIGNED),
     .help = "Events of the log that the view has not applied."},
    {"view_since_offset", S_GAUGE, S_OF_VIEW(since, S_UNSIGNED),
     .help = "Offset from which the view counts; 0: from the beginning."},
    {"view_sealed_offset", S_GAUGE, S_OF_VIEW(sealed, S_UNSIGNED),
     .help = "Offset up to which the view's snapshot covers the log."},
    {"view_fresh", S_GAUGE, S_OF_VIEW(fresh, S_UNSIGNED),
     .help = "Whether the view has heard from the journal recently."},

    {"actor_up", S_GAUGE, S_OF_ACTOR(pid, S_PRESENT),
     .help = "Whether the actor's process is running."},
    {"actor_restarts_total", S_COUNTER, S_OF_ACTOR(restarts, S_UNSIGNED),
     .help = "Number of restarts of the actor."},
    {"actor_start_timestamp_seconds", S_GAUGE,
     S_OF_ACTOR(started_at_us, S_TIME_US),
     .help = "When the actor was last started."},
    {"actor_last_heartbeat_timestamp_seconds", S_GAUGE,
     S_OF_ACTOR(last_beat_at_us, S_TIME_US),
     .help = "When the actor last sent a heartbeat."},

    {"source_polls_total", S_COUNTER, S_OF_SOURCE(polls, S_UNSIGNED),
     .help = "Polls of the source."},
    {"source_not_modified_total", S_COUNTER,
     S_OF_SOURCE(not_modified, S_UNSIGNED),
     .help = "Polls answered with 304: nothing new."},
    {"source_failures_total", S_COUNTER, S_OF_SOURCE(failures, S_UNSIGNED),
     .help = "Polls that failed."},
    {"source_events_total", S_COUNTER, S_OF_SOURCE(events, S_UNSIGNED),
     .help = "Events received from the source, repeats included."},
    {"source_gaps_total", S_COUNTER, S_OF_SOURCE(gaps, S_UNSIGNED),
     .help = "Polls that did not overlap the previous one: a possible gap."},
    {"source_coverage_ratio", S_GAUGE, S_OF_SOURCE(coverage, S_REAL),
     .help = "Share of polls that overlapped the previous one."},
    {"source_poll_interval_seconds", S_GAUGE,
     S_OF_SOURCE(poll_interval_s, S_UNSIGNED32),
     .help = "Time between polls that the source asks for."},
    {"source_last_poll_timestamp_seconds", S_GAUGE,
     S_OF_SOURCE(last_poll_at_us, S_TIME_US),
     .help = "When the source was last polled."},
    {"source_next_poll_timestamp_seconds", S_GAUGE,
     S_OF_SOURCE(next_poll_at_us, S_TIME_US),
     .help = "When the source will be polled next."},
    {"source_last_event_timestamp_seconds", S_GAUGE,
     S_OF_SOURCE(last_event_at_us, S_TIME_US),
     .help = "Largest created_at received."},
    {"source_quota_limit_requests", S_GAUGE, S_OF_SOURCE(quota_limit, S_SIGNED),
     .help = "Requests that GitHub allows in a quota window."},
    {"source_quota_remaining_requests", S_GAUGE,
     S_OF_SOURCE(quota_remaining, S_SIGNED),
     .help = "Requests left in the current quota window."},
    {"source_quota_reset_timestamp_seconds", S_GAUGE,
     S_OF_SOURCE(quota_reset_at_us, S_TIME_US),
     .help = "When the next quota window begins."},

    {"http_requests_total", S_COUNTER, S_HTTP, .write = s_requests,
     .help = "Requests answered, by route and status."},
    {"http_request_duration_seconds", "histogram", S_HTTP,
     .write = s_durations,
     .help = "Time from a request to the end of its answer, without streams."},
    {"http_streams", S_GAUGE, S_HTTP, .write = s_streams,
     .help = "Live tails currently open."},
    {"http_certificate_expiry_timestamp_seconds", S_GAUGE, S_HTTP,
     .write = s_expiry,
     .help = "When the HTTPS certificate expires."},
};
// clang-format on

// The format requires backslash, quote and line feed to be escaped.
static void s_label(buffer_t *out, const char *key, slice_t value)
{
    buffer_printf(out, "%s=\"", key);
    for (size_t i = 0; i < value.bytes; i++) {
        const char c = value.data[i];
        if (c == '\n') {
            buffer_add_text(out, "\\n");
            continue;
        }
        if (c == '\\' || c == '"')
            buffer_add(out, "\\", 1);
        buffer_add(out, &c, 1);
    }
    buffer_add(out, "\"", 1);
}

static void s_seconds(buffer_t *out, uint64_t us)
{
    buffer_printf(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static uint64_t s_unsigned(const row_t *row, const char *field)
{
    return row->form == S_UNSIGNED32 || row->form == S_TIME
               ? *(const uint32_t *)field
               : *(const uint64_t *)field;
}

static bool s_is_known(const row_t *row, const char *field)
{
    switch (row->form) {
    case S_SIGNED:
        return *(const int64_t *)field >= 0;
    case S_REAL:
        return *(const double *)field >= 0;
    case S_TIME:
        return s_unsigned(row, field) > 0;
    case S_TIME_US:
        return *(const int64_t *)field > 0;
    default:
        return true;
    }
}

static void s_value(buffer_t *out, const row_t *row, const char *field)
{
    if (row->form == S_REAL)
        buffer_printf(out, "%.6g", *(const double *)field);
    else if (row->form == S_TIME_US)
        s_seconds(out, s_unsigned(row, field));
    else if (row->form == S_PRESENT)
        buffer_printf(out, "%d", s_unsigned(row, field) != 0);
    else
        buffer_printf(out, "%" PRIu64, s_unsigned(row, field));
}

// Writes one sample, labelled with the item's name unless label is NULL.
static void s_sample(buffer_t *out, const row_t *row, const char *label,
                     const void *item)
{
    const char *field = (const char *)item + row->field;
    if (!s_is_known(row, field))
        return;
    buffer_printf(out, "octolog_%s", row->name);
    if (label) {
        buffer_add(out, "{", 1);
        s_label(out, label, *(const slice_t *)item);
        buffer_add(out, "}", 1);
    }
    buffer_add(out, " ", 1);
    s_value(out, row, field);
    buffer_add(out, "\n", 1);
}

static int s_list(buffer_t *out, const row_t *row, const char *label,
                  slice_t list, message_kind_t kind)
{
    message_t item;
    int rc;
    // All structs of a message_t are in one union, so any member will do.
    while ((rc = message_list_next(&list, kind, &item)) > 0)
        s_sample(out, row, label, &item.actor);
    return rc;
}

static int s_samples(buffer_t *out, const row_t *row,
                     const rendering_metrics_t *from)
{
    if (row->write)
        row->write(out, row, from);
    else if (row->subject == S_ACTOR)
        return s_list(out, row, "actor", from->actors, MESSAGE_ACTOR);
    else if (row->subject == S_SOURCE)
        return s_list(out, row, "source", from->sources, MESSAGE_SOURCE);
    else if (row->subject == S_LOG && from->log)
        s_sample(out, row, NULL, from->log);
    for (size_t i = 0; row->subject == S_PART && i < from->part_count; i++)
        s_sample(out, row, "part", &from->parts[i]);
    for (size_t i = 0; row->subject == S_VIEW && i < from->view_count; i++)
        s_sample(out, row, "view", &from->views[i]);
    return 0;
}

// Rows that are not a single field.

static void s_build_info(buffer_t *out, const row_t *row,
                         const rendering_metrics_t *from)
{
    (void)from;
    buffer_printf(out, "octolog_%s{version=\"" OCTOLOG_VERSION "\"} 1\n",
                  row->name);
}

static void s_streams(buffer_t *out, const row_t *row,
                      const rendering_metrics_t *from)
{
    buffer_printf(out, "octolog_%s %" PRIu64 "\n", row->name, from->streams);
}

static void s_expiry(buffer_t *out, const row_t *row,
                     const rendering_metrics_t *from)
{
    if (from->certificate_expiry_s != 0)
        buffer_printf(out, "octolog_%s %" PRId64 "\n", row->name,
                      from->certificate_expiry_s);
}

static void s_requests(buffer_t *out, const row_t *row,
                       const rendering_metrics_t *from)
{
    for (size_t i = 0; i < from->route_count; i++) {
        for (size_t s = 0; s < TRAFFIC_STATUSES; s++) {
            const uint64_t count = from->traffic->routes[i].answers[s];
            if (count == 0)
                continue;
            buffer_printf(out, "octolog_%s{", row->name);
            s_label(out, "route", slice_of(from->routes[i]));
            if (traffic_statuses[s])
                buffer_printf(out, ",status=\"%d\"", traffic_statuses[s]);
            else
                buffer_add_text(out, ",status=\"other\"");
            buffer_printf(out, "} %" PRIu64 "\n", count);
        }
    }
}

static void s_bucket(buffer_t *out, const row_t *row, const char *route,
                     const char *bound, uint64_t count)
{
    buffer_printf(out, "octolog_%s_bucket{", row->name);
    s_label(out, "route", slice_of(route));
    buffer_printf(out, ",le=\"%s\"} %" PRIu64 "\n", bound, count);
}

static void s_route_durations(buffer_t *out, const row_t *row,
                              const char *route, const traffic_route_t *of)
{
    uint64_t count = 0;
    char bound[32];
    for (size_t b = 0; b < TRAFFIC_BOUNDS; b++) {
        count += of->durations[b];
        snprintf(bound, sizeof bound, "%g",
                 (double)traffic_bounds_us[b] / 1000000);
        s_bucket(out, row, route, bound, count);
    }
    count += of->durations[TRAFFIC_BOUNDS];
    s_bucket(out, row, route, "+Inf", count);
    buffer_printf(out, "octolog_%s_sum{", row->name);
    s_label(out, "route", slice_of(route));
    buffer_add_text(out, "} ");
    s_seconds(out, of->duration_us);
    buffer_printf(out, "\noctolog_%s_count{", row->name);
    s_label(out, "route", slice_of(route));
    buffer_printf(out, "} %" PRIu64 "\n", count);
}

static bool s_was_timed(const traffic_route_t *route)
{
    for (size_t b = 0; b <= TRAFFIC_BOUNDS; b++) {
        if (route->durations[b] > 0)
            return true;
    }
    return false;
}

static void s_durations(buffer_t *out, const row_t *row,
                        const rendering_metrics_t *from)
{
    for (size_t i = 0; i < from->route_count; i++) {
        const traffic_route_t *route = &from->traffic->routes[i];
        if (s_was_timed(route))
            s_route_durations(out, row, from->routes[i], route);
    }
}

int rendering_metrics(buffer_t *out, const rendering_metrics_t *from)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof s_rows / sizeof s_rows[0]; i++) {
        const row_t *row = &s_rows[i];
        buffer_printf(out, "# HELP octolog_%s %s\n# TYPE octolog_%s %s\n",
                      row->name, row->help, row->name, row->type);
        rc = s_samples(out, row, from);
    }
    return rc;
}

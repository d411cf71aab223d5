// Claims: whatever an actor answers becomes a JSON document, or is refused as
// damaged; and so do its lists as metrics.

#include "api/render/activity.h"
#include "api/render/metrics.h"
#include "proto/json/json.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <errno.h>

#define STEP_S     60
#define JSON_BYTES ((size_t)64 << 20)

static const rendering_window_t s_window = {0, 3 * STEP_S};

// -ENOTSUP: no route answers with this message, or it holds a newer one.
static int s_render(buffer_t *out, const message_t *answer)
{
    static const message_intervals_answer_t s_none;
    switch (answer->kind) {
    case MESSAGE_FAILURE:
        rendering_detail(out, answer->failure.text);
        return 0;
    case MESSAGE_COUNTS_ANSWER:
        return rendering_counts(out, &answer->counts_answer, s_window, NULL, 0);
    case MESSAGE_SERIES_ANSWER:
        return rendering_series(out, &answer->series_answer, s_window, STEP_S,
                                NULL, 0);
    case MESSAGE_TOP_ANSWER:
        return rendering_top(out, slice_of("events"), &answer->top_answer,
                             s_window);
    case MESSAGE_ACTIVITY_ANSWER:
        return rendering_repository(out, &answer->activity_answer, &s_none);
    case MESSAGE_INTERVALS_ANSWER:
        return rendering_intervals(out, &answer->intervals_answer);
    case MESSAGE_LOG_STATS:
        return rendering_log(out, &answer->log_stats);
    case MESSAGE_REJECTS:
        return rendering_rejects(out, &answer->rejects);
    case MESSAGE_SOURCES:
        return rendering_sources(out, &answer->sources);
    case MESSAGE_LOG_CURSOR_LIST:
        return rendering_known_sources(out, &answer->log_cursor_list,
                                       slice_of("source:"));
    case MESSAGE_ACTORS:
        return rendering_actors(out, &answer->actors);
    default:
        return -ENOTSUP;
    }
}

// The same for some types alone, one of them twice.
static int s_render_some(buffer_t *out, const message_t *answer)
{
    const slice_t types[] = {slice_of("PushEvent"), slice_of("Unheard"),
                             slice_of("PushEvent")};
    if (answer->kind == MESSAGE_COUNTS_ANSWER)
        return rendering_counts(out, &answer->counts_answer, s_window, types,
                                3);
    if (answer->kind == MESSAGE_SERIES_ANSWER)
        return rendering_series(out, &answer->series_answer, s_window, STEP_S,
                                types, 3);
    return -ENOTSUP;
}

static void s_check(int rc, const buffer_t *document)
{
    assert(rc == 0 || rc == -EBADMSG || rc == -ENOTSUP);
    if (rc != 0 || buffer_failed(document))
        return;
    json_t *json = json_new(JSON_BYTES);
    json_value_t root;
    const char *reason;
    assert(json);
    rc = json_parse(json, buffer_slice(document), &root, &reason);
    assert(rc == 0 && json_is_object(root));
    json_destroy(&json);
}

static void s_check_metrics(const message_t *answer)
{
    rendering_metrics_t metrics = {0};
    buffer_t out = {0};
    if (answer->kind == MESSAGE_ACTORS)
        metrics.actors = answer->actors.actors;
    else if (answer->kind == MESSAGE_SOURCES)
        metrics.sources = answer->sources.sources;
    else if (answer->kind == MESSAGE_LOG_STATS)
        metrics.log = &answer->log_stats;
    else
        return;
    traffic_t traffic = {0};
    metrics.traffic = &traffic;
    int rc = rendering_metrics(&out, &metrics);
    assert(rc == 0 || rc == -EBADMSG || rc == -ENOTSUP);
    // A name that a peer chose ends no line.
    for (size_t i = 0; rc == 0 && i + 1 < out.bytes; i++)
        assert(out.data[i] != '\n' || out.data[i + 1] == '#' ||
               out.data[i + 1] == 'o');
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    message_t answer;
    if (message_decode(&answer, slice(data, size)) != 0)
        return 0;
    buffer_t out = {0};
    s_check(s_render(&out, &answer), &out);
    buffer_reset(&out);
    s_check(s_render_some(&out, &answer), &out);
    buffer_free(&out);
    s_check_metrics(&answer);
    return 0;
}

// Claims: whatever an actor answers, views apart, becomes a JSON document, or
// is refused as damaged; and so do its lists as metrics.

#include "api/render/metrics.h"
#include "api/render/rendering.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <errno.h>

// -ENOTSUP: no route answers with this message, or it holds a newer one.
static int s_render(buffer_t *out, const message_t *answer)
{
    switch (answer->kind) {
    case MESSAGE_FAILURE:
        rendering_detail(out, answer->failure.text);
        return 0;
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

static void s_check(int rc, const buffer_t *document)
{
    assert(rc == 0 || rc == -EBADMSG || rc == -ENOTSUP);
    if (rc == 0 && !buffer_failed(document))
        fuzz_check_object(buffer_slice(document));
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
    buffer_free(&out);
    s_check_metrics(&answer);
    return 0;
}

#include "api/handler/stream.h"

#include "actors/runtime/clock.h"
#include "api/ask/tail.h"
#include "api/render/event.h"

#include <inttypes.h>

// Silence after which the client is sent a comment. A client that has gone is
// only noticed when sending fails, so this also bounds how long it keeps its
// place.
#define S_COMMENT_MS 2000

// Pause between questions to a log that does not answer.
#define S_RETRY_MS 250

// Maximum number of events sent at a time.
#define S_EVENTS 256

static int s_until_comment_ms(const stream_t *stream)
{
    const int64_t left_ms = stream->spoke_ms + S_COMMENT_MS - clock_tick_ms();
    return stream->spoke_ms == 0 || left_ms < 0 ? 0 : (int)left_ms;
}

// Waits until the log grows or a comment is due.
static bool s_wait(call_t *call, const stream_t *stream)
{
    if (stream->failed)
        return tail_wait(call->tail, UINT64_MAX, S_RETRY_MS);
    return tail_wait(call->tail, stream->next, s_until_comment_ms(stream));
}

static void s_comment(const stream_t *stream, buffer_t *out)
{
    buffer_add_text(out, ":\n");
    if (stream->next > 0)
        buffer_printf(out, "id: %" PRIu64 "\n", stream->next - 1);
    buffer_add_text(out, "\n");
}

// Continues at the nearest offset that the log has, and tells the client, if
// the expected offset is below the first or beyond the end.
static void s_bridge(const page_t *page, stream_t *stream, buffer_t *out)
{
    const uint64_t expected = stream->next;
    if (expected < page->first)
        stream->next = page->first;
    else if (expected > page->end)
        stream->next = page->end;
    else
        return;
    buffer_printf(out,
                  "event: gap\ndata: {\"expected\":%" PRIu64
                  ",\"next\":%" PRIu64 "}\n\n",
                  expected, stream->next);
}

// Adds a page of events. false: the answer is an error.
static bool s_read(call_t *call, stream_t *stream)
{
    page_t page;
    if (!page_find(call, &stream->filter, stream->next, S_EVENTS, &page))
        return false;
    const uint64_t expected = stream->next;
    s_bridge(&page, stream, &call->answer->body);
    // The log is a shorter one; nothing below its end was searched.
    if (stream->next < expected)
        return true;
    if (!page_render(call, &page, rendering_event_sent)) {
        stream->next = expected;
        return false;
    }
    stream->next = page.next;
    return true;
}

// Ends the stream if the log is damaged. If the log does not answer, the stream
// tries again.
static bool s_on_error(call_t *call, stream_t *stream)
{
    const bool damaged = call->answer->status == 500;
    answer_reset(call->answer);
    stream->failed = true;
    if (damaged)
        buffer_add_text(&call->answer->body, ": the log is damaged\n\n");
    return !damaged;
}

bool stream_next(call_t *call, stream_t *stream)
{
    buffer_t *body = &call->answer->body;
    answer_reset(call->answer);
    if (!s_wait(call, stream))
        return false;
    call->begun_ms = clock_tick_ms();
    bool go_on = true;
    stream->failed = false;
    if (!s_read(call, stream))
        go_on = s_on_error(call, stream);
    if (body->bytes == 0 && s_until_comment_ms(stream) == 0)
        s_comment(stream, body);
    if (body->bytes > 0)
        stream->spoke_ms = clock_tick_ms();
    return go_on;
}

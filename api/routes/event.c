#include "api/render/event.h"
#include "api/handler/handler.h"
#include "api/handler/page.h"

#include <inttypes.h>

// The offset of the newest event of the list, for an id can have been given
// twice: they are in order of created_at.
static int s_newest(slice_t offsets, page_t *page)
{
    message_t item;
    int rc;
    page->count = 0;
    while ((rc = message_list_next(&offsets, MESSAGE_LOG_OFFSET, &item)) > 0) {
        page->offsets[0] = item.log_offset.offset;
        page->count = 1;
    }
    return rc;
}

void handler_event(call_t *call)
{
    const uint64_t id =
        (uint64_t)parameters_get(call->parameters, "id")->number;
    const message_t question = {.kind = MESSAGE_LOG_FIND, .log_find = {id}};
    message_t answer;
    page_t page;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_OFFSETS, &answer))
        return;
    int rc = s_newest(answer.log_offsets.offsets, &page);
    if (rc < 0) {
        handler_check(call, rc);
        return;
    }
    if (!page_render(call, &page, rendering_event))
        return;
    call->answer->caching = ANSWER_ASK;
    if (call->answer->body.bytes == 0)
        answer_detail(call->answer, 404,
                      "Event with id '%" PRIu64 "' not found.", id);
}

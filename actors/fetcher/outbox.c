#include "actors/fetcher/outbox.h"

#include "proto/batch/batch.h"

#include <errno.h>
#include <stdlib.h>

// Bytes of dead letters sent with one batch: as many as its payload may have.
#define S_REJECT_BYTES_MAX BATCH_MAX_PAYLOAD_BYTES

struct fetcher_outbox {
    fetcher_poll_t *first, *last;
    size_t left; // unsent elements of the last page of `first`
    uint32_t batch_events;
    batch_builder_t *builder;
    buffer_t rejects; // dead letters of the batch being built
};

fetcher_poll_t *fetcher_poll_new(size_t tag, const char *source)
{
    fetcher_poll_t *poll = calloc(1, sizeof *poll);
    if (poll) {
        poll->tag = tag;
        poll->source = source;
    }
    return poll;
}

// Drops the poll's last page.
static void s_drop_page(fetcher_poll_t *poll)
{
    fetch_page_t *page = poll->pages[--poll->page_count];
    fetch_page_close(page);
    free(page);
}

void fetcher_poll_destroy(fetcher_poll_t **poll)
{
    if (!*poll)
        return;
    while ((*poll)->page_count)
        s_drop_page(*poll);
    buffer_free(&(*poll)->cursor);
    free(*poll);
    *poll = NULL;
}

fetcher_outbox_t *fetcher_outbox_new(uint32_t batch_events)
{
    fetcher_outbox_t *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return NULL;
    outbox->batch_events = batch_events;
    outbox->builder = batch_builder_new();
    if (!outbox->builder)
        fetcher_outbox_destroy(&outbox);
    return outbox;
}

// Prepares the poll that is now at the front for sending.
static void s_turn_to_front(fetcher_outbox_t *outbox)
{
    const fetcher_poll_t *poll = outbox->first;
    outbox->left = poll && poll->page_count
                       ? poll->pages[poll->page_count - 1]->element_count
                       : 0;
}

static void s_drop_first(fetcher_outbox_t *outbox)
{
    fetcher_poll_t *poll = outbox->first;
    outbox->first = poll->next;
    if (!outbox->first)
        outbox->last = NULL;
    fetcher_poll_destroy(&poll);
    s_turn_to_front(outbox);
}

void fetcher_outbox_destroy(fetcher_outbox_t **outbox)
{
    fetcher_outbox_t *self = *outbox;
    if (!self)
        return;
    while (self->first)
        s_drop_first(self);
    batch_builder_destroy(&self->builder);
    buffer_free(&self->rejects);
    free(self);
    *outbox = NULL;
}

void fetcher_outbox_add(fetcher_outbox_t *outbox, fetcher_poll_t **poll)
{
    if (outbox->last)
        outbox->last->next = *poll;
    else
        outbox->first = *poll;
    outbox->last = *poll;
    *poll = NULL;
    if (outbox->first == outbox->last)
        s_turn_to_front(outbox);
}

bool fetcher_outbox_is_empty(const fetcher_outbox_t *outbox)
{
    return outbox->first == NULL;
}

// Raw bytes beyond the longest event are cut off: the journal takes no more.
static void s_reject(fetcher_outbox_t *outbox, slice_t raw, const char *reason)
{
    if (raw.bytes > EVENT_JSON_MAX) {
        raw.bytes = EVENT_JSON_MAX;
        reason = "too long; only its beginning was kept";
    }
    const fetcher_poll_t *poll = outbox->first;
    const message_t reject = {.kind = MESSAGE_REJECT,
                              .reject = {.received_at_us = poll->received_at_us,
                                         .source = slice_of(poll->source),
                                         .reason = slice_of(reason),
                                         .raw = raw}};
    message_list_add(&outbox->rejects, &reject);
}

// Adds one element to the batch, as an event or as a dead letter. -ENOSPC: the
// batch has no room for it. -ENOMEM.
static int s_add(fetcher_outbox_t *outbox, const fetch_element_t *element)
{
    const char *reason = element->reason;
    if (batch_builder_count(outbox->builder) >= outbox->batch_events ||
        outbox->rejects.bytes >= S_REJECT_BYTES_MAX)
        return -ENOSPC;
    if (element->event) {
        int rc = batch_builder_add(outbox->builder, element->event);
        if (rc != -EINVAL)
            return rc;
        reason = "a name is too long";
    }
    s_reject(outbox, element->json, reason);
    return buffer_failed(&outbox->rejects) ? -ENOMEM : 0;
}

// Fills one batch from the poll at the front, from the last event of the last
// page backwards. 1: the poll is used up; 0: the batch is full; -ENOMEM.
static int s_fill(fetcher_outbox_t *outbox)
{
    fetcher_poll_t *poll = outbox->first;
    while (poll->page_count) {
        const fetch_page_t *page = poll->pages[poll->page_count - 1];
        while (outbox->left) {
            int rc = s_add(outbox, &page->elements[outbox->left - 1]);
            if (rc)
                return rc == -ENOSPC ? 0 : rc;
            outbox->left--;
        }
        // The builder has copies of the events.
        s_drop_page(poll);
        s_turn_to_front(outbox);
    }
    return 1;
}

// Sends one batch. 1: the poll at the front is sent completely; 0: call again.
static int s_send_batch(fetcher_outbox_t *outbox, producer_t *producer)
{
    fetcher_poll_t *poll = outbox->first;
    int filled = s_fill(outbox);
    if (filled < 0)
        return filled;
    slice_t cursor = filled ? buffer_slice(&poll->cursor) : slice(NULL, 0);
    message_publish_t publish = {.continues = poll->begun};
    if (filled) {
        publish.base = poll->base;
        publish.left_out = poll->left_out;
    }
    int rc =
        producer_send_part(producer, outbox->builder, slice_of(poll->source),
                           cursor, buffer_slice(&outbox->rejects), &publish);
    poll->begun = true;
    return rc ? rc : filled;
}

int fetcher_outbox_send(fetcher_outbox_t *outbox, producer_t *producer,
                        size_t *tag)
{
    while (outbox->first && producer_has_room(producer)) {
        int sent = s_send_batch(outbox, producer);
        batch_builder_reset(outbox->builder);
        buffer_reset(&outbox->rejects);
        if (sent < 0)
            *tag = outbox->first->tag;
        if (sent != 0)
            s_drop_first(outbox);
        if (sent < 0)
            return sent;
    }
    return 0;
}

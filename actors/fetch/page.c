#include "actors/fetch/page.h"

#include "proto/batch/batch.h"
#include "proto/json/array.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <xxhash.h>

// How much of an error's body is searched: GitHub's messages are short.
#define S_REFUSAL_BYTES 4096

// Whether it is a git event, of the timeline's first list (kind_timeline.c).
static bool s_is_pushed(const event_t *event)
{
    return event->type == EVENT_TYPE_PUSH || event->type == EVENT_TYPE_CREATE ||
           event->type == EVENT_TYPE_DELETE;
}

// Records what coverage needs about the event; returns its key.
static uint64_t s_note(fetch_page_t *page, const event_t *event)
{
    batch_key_t key;
    event_key(event, &key);
    if (page->newest == 0 || event->created_at < page->oldest)
        page->oldest = event->created_at;
    if (event->created_at > page->newest)
        page->newest = event->created_at;
    page->pushed += s_is_pushed(event);
    return XXH3_64bits(key.bytes, key.size);
}

// Whether the key is known. Feeds mostly keep their order, so the key after the
// one found last, *next, is tried first.
static bool s_is_known(fetch_keys_t known, uint64_t key, size_t *next)
{
    for (size_t i = 0; i < known.count; i++) {
        size_t at = (*next + i) % known.count;
        if (known.keys[at] != key)
            continue;
        *next = at + 1;
        return true;
    }
    return false;
}

// Keeps an event that is new. -ENOMEM.
static int s_keep(fetch_page_t *page, const event_t *event)
{
    event_t *copy = event_copy(event);
    if (!copy)
        return -ENOMEM;
    page->elements[page->element_count++] =
        (fetch_element_t){.event = copy, .json = event->json};
    return 0;
}

// Adds one element, valid or not. *next belongs to s_is_known(). -ENOMEM.
static int s_add(fetch_page_t *page, slice_t json, event_parser_t *parser,
                 fetch_keys_t known, size_t *next)
{
    event_t event;
    const char *reason = NULL;
    int rc = event_parser_parse(parser, json, &event, &reason);
    if (rc == -ENOMEM)
        return rc;
    if (rc) {
        page->keys[page->count++] = 0;
        page->elements[page->element_count++] =
            (fetch_element_t){.reason = reason, .json = json};
        return 0;
    }
    uint64_t key = s_note(page, &event);
    page->keys[page->count++] = key;
    if (!s_is_known(known, key, next))
        return s_keep(page, &event);
    page->left_out++;
    return 0;
}

static int s_open(fetch_page_t *page, event_parser_t *parser,
                  fetch_keys_t known, const char **reason)
{
    size_t next = 0;
    slice_t body = buffer_slice(&page->body), json;
    json_array_t array;
    int rc = json_array_open(&array, body);
    if (rc) {
        *reason = body.bytes ? "the body is not a complete JSON array"
                             : "the body is empty";
        return rc;
    }
    while ((rc = json_array_next(&array, &json, reason)) > 0) {
        if (page->count == FETCH_PAGE_EVENTS_MAX) {
            *reason = "the page has too many events";
            return -EBADMSG;
        }
        rc = s_add(page, json, parser, known, &next);
        if (rc)
            return rc;
    }
    return rc;
}

int fetch_page_open(fetch_page_t *page, buffer_t *body, event_parser_t *parser,
                    fetch_keys_t known, const char **reason)
{
    *page = (fetch_page_t){.body = *body};
    *body = (buffer_t){0};
    int rc = s_open(page, parser, known, reason);
    if (rc)
        fetch_page_close(page);
    return rc;
}

void fetch_page_close(fetch_page_t *page)
{
    while (page->element_count)
        free(page->elements[--page->element_count].event);
    buffer_free(&page->body);
    page->count = page->pushed = page->left_out = 0;
    page->oldest = page->newest = 0;
}

static bool s_holds(slice_t body, const char *words)
{
    size_t bytes = strlen(words);
    for (size_t i = 0; i + bytes <= body.bytes; i++) {
        if (strncasecmp(body.data + i, words, bytes) == 0)
            return true;
    }
    return false;
}

fetch_refusal_t fetch_page_refusal(slice_t body)
{
    if (body.bytes > S_REFUSAL_BYTES)
        body.bytes = S_REFUSAL_BYTES;
    if (s_holds(body, "secondary rate limit") ||
        s_holds(body, "abuse detection"))
        return FETCH_REFUSAL_SECONDARY;
    if (s_holds(body, "rate limit exceeded"))
        return FETCH_REFUSAL_PRIMARY;
    if (s_holds(body, "suspended"))
        return FETCH_REFUSAL_SUSPENDED;
    return FETCH_REFUSAL_NONE;
}

#include "actors/fetch/page.h"

#include "proto/batch/batch.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <strings.h>
#include <xxhash.h>

// How much of an error's body is looked at: GitHub's messages are short.
#define S_REFUSAL_BYTES 4096

static const char *s_skip_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at) && *at != '\0')
        at++;
    return at;
}

// What is wrong with a parsed body; NULL: it is an array of objects.
static const char *s_complaint(const cJSON *json)
{
    if (!json)
        return "malformed JSON";
    if (!cJSON_IsArray(json))
        return "no array where an array of events belongs";
    for (const cJSON *item = json->child; item; item = item->next) {
        if (!cJSON_IsObject(item))
            return "an element that is no object";
    }
    return NULL;
}

// The whole of it is one array of objects.
static int s_check_json(slice_t body, const char **reason)
{
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(body.data, body.bytes, &end, 0);
    const char *complaint = s_complaint(json);
    cJSON_Delete(json);
    const char *stop = body.data + body.bytes;
    if (!complaint && s_skip_blanks(end, stop) != stop)
        complaint = "something follows the array";
    if (!complaint)
        return 0;
    *reason = complaint;
    return -EBADMSG;
}

// The least that makes it an array, when its elements are known to be bad.
static int s_check_brackets(slice_t body, const char **reason)
{
    const char *end = body.data + body.bytes;
    const char *begin = s_skip_blanks(body.data, end);
    while (end > begin && s_skip_blanks(end - 1, end) == end)
        end--;
    if (end - begin >= 2 && *begin == '[' && end[-1] == ']')
        return 0;
    *reason = "no array where an array of events belongs";
    return -EBADMSG;
}

// Whether the event is of the list of what git did (fetch_cursor.h, "Runs").
static bool s_is_pushed(const event_t *event)
{
    return event->type == EVENT_TYPE_PUSH || event->type == EVENT_TYPE_CREATE ||
           event->type == EVENT_TYPE_DELETE;
}

static void s_add(fetch_page_t *page, slice_t json, event_parser_t *parser)
{
    event_t event;
    const char *ignored;
    uint64_t hash = 0;
    if (event_parser_parse(parser, json, &event, &ignored) == 0) {
        batch_key_t key;
        event_key(&event, &key);
        hash = XXH3_64bits(key.bytes, key.size);
        if (page->newest == 0 || event.created_at < page->oldest)
            page->oldest = event.created_at;
        if (event.created_at > page->newest)
            page->newest = event.created_at;
        page->pushed += s_is_pushed(&event);
    }
    page->events[page->count] = json;
    page->keys[page->count] = hash;
    page->count++;
}

// Cuts the body into its elements.
static int s_scan(fetch_page_t *page, event_scanner_t *scanner,
                  event_parser_t *parser, bool tolerant, const char **reason)
{
    slice_t body = buffer_slice(&page->body), json;
    size_t at = 0;
    for (;;) {
        event_scan_t found =
            event_scanner_next(scanner, body, &at, true, &json, reason);
        if (found == EVENT_SCAN_END)
            return 0;
        if (found == EVENT_SCAN_MORE)
            *reason = "truncated";
        if (found == EVENT_SCAN_MORE ||
            (found == EVENT_SCAN_REJECT && !tolerant))
            return -EBADMSG;
        if (page->count == FETCH_PAGE_EVENTS_MAX) {
            *reason = "more events than a page can hold";
            return -EBADMSG;
        }
        s_add(page, json, parser);
    }
}

static int s_open(fetch_page_t *page, event_parser_t *parser, bool tolerant,
                  const char **reason)
{
    slice_t body = buffer_slice(&page->body);
    if (body.bytes == 0) {
        *reason = "an empty body";
        return -EBADMSG;
    }
    int rc =
        tolerant ? s_check_brackets(body, reason) : s_check_json(body, reason);
    if (rc)
        return rc;
    event_scanner_t *scanner = event_scanner_new();
    if (!scanner)
        return -ENOMEM;
    rc = s_scan(page, scanner, parser, tolerant, reason);
    event_scanner_destroy(&scanner);
    return rc;
}

int fetch_page_open(fetch_page_t *page, buffer_t *body, event_parser_t *parser,
                    bool tolerant, const char **reason)
{
    *page = (fetch_page_t){.body = *body};
    *body = (buffer_t){0};
    int rc = s_open(page, parser, tolerant, reason);
    if (rc)
        fetch_page_close(page);
    return rc;
}

void fetch_page_close(fetch_page_t *page)
{
    buffer_free(&page->body);
    page->count = page->pushed = 0;
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

// Claims: whatever GitHub answers, what is taken from it is in its bounds, and
// no URL of it is followed that would not pass as configured; an array that is
// valid JSON is a page, and no prefix of it is; what a poll brought is left out
// of the next and nothing else is; a cursor that is read is written so that it
// reads the same.
//
// The first byte chooses: header lines, a body, or a cursor.

#include "actors/fetch/cursor.h"
#include "proto/json/array.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char s_host[] = "api.github.com";
static const char s_from[] = "https://api.github.com/events?per_page=100";

// A URL that an answer names, against the page it came from.
static void s_try_url(const char *text)
{
    char url[FETCH_URL_MAX];
    fetch_url_t parts;
    int rc = fetch_url_resolve(url, s_from, slice_of(text));
    assert(rc == 0 || rc == -EINVAL || rc == -ENAMETOOLONG);
    if (rc != 0)
        return;
    assert(strlen(url) < sizeof url);
    rc = fetch_url_parse(&parts, url);
    assert(rc == 0 && parts.host.bytes > 0);
    if (fetch_url_may_follow(s_from, url))
        assert(parts.https && parts.host.bytes == strlen(s_host) &&
               strncasecmp(parts.host.data, s_host, strlen(s_host)) == 0);
    if (fetch_url_first_page(url, text) == 0)
        assert(fetch_url_parse(&parts, url) == 0);
}

static void s_try_headers(slice_t lines)
{
    static fetch_headers_t s_headers;
    fetch_headers_clear(&s_headers);
    while (lines.bytes > 0) {
        const char *end = memchr(lines.data, '\n', lines.bytes);
        const size_t bytes = end ? (size_t)(end - lines.data) + 1 : lines.bytes;
        fetch_headers_line(&s_headers, fuzz_take(&lines, bytes));
    }
    assert(s_headers.date_s >= -1 && s_headers.poll_interval_s >= -1);
    assert(s_headers.poll_interval_s <= FETCH_WAIT_MAX_S);
    assert(s_headers.limit >= -1 && s_headers.remaining >= -1);
    assert(fetch_headers_retry_s(&s_headers, 1700000000) >= -1);
    assert(fetch_headers_retry_s(&s_headers, 0) <= FETCH_WAIT_MAX_S);
    const int64_t until_s =
        fetch_headers_until_s(&s_headers, s_headers.limit_reset_s, 0);
    assert(until_s >= 0 && until_s <= FETCH_WAIT_MAX_S);
    s_try_url(s_headers.next);
    s_try_url(s_headers.location);
}

// The cursor comes out of its bytes as it went in.
static void s_check_cursor(const fetch_cursor_t *cursor)
{
    static fetch_cursor_t s_read;
    buffer_t once = {0}, twice = {0};
    int rc = fetch_cursor_write(cursor, &once);
    assert(rc == 0);
    rc = fetch_cursor_read(&s_read, buffer_slice(&once));
    assert(rc == 0 && s_read.key_count == cursor->key_count);
    rc = fetch_cursor_write(&s_read, &twice);
    assert(rc == 0);
    assert(slice_equal(buffer_slice(&once), buffer_slice(&twice)));
    buffer_free(&once);
    buffer_free(&twice);
}

static void s_try_cursor(slice_t text)
{
    static fetch_cursor_t s_cursor;
    if (fetch_cursor_read(&s_cursor, text) != 0)
        return;
    assert(s_cursor.key_count <= FETCH_CURSOR_KEYS_MAX);
    s_check_cursor(&s_cursor);
}

// Two polls that bring the same page overlap: there is no gap. Returns the keys
// of its events.
static fetch_keys_t s_poll_twice(const fetch_page_t *page)
{
    static fetch_haul_t s_haul;
    static fetch_cursor_t s_cursor;
    s_cursor = (fetch_cursor_t){0};
    for (int poll = 0; poll < 2; poll++) {
        s_haul = (fetch_haul_t){0};
        fetch_haul_add(&s_haul, page, &fetch_kind_timeline);
        assert(s_haul.key_count <= FETCH_CURSOR_KEYS_MAX);
        bool gap = fetch_cursor_accept(&s_cursor, &s_haul);
        assert(!gap);
    }
    s_check_cursor(&s_cursor);
    return (fetch_keys_t){s_cursor.keys, s_cursor.key_count};
}

// Whether the text is an array of valid JSON.
static bool s_is_array(slice_t text)
{
    const char *reason;
    json_value_t root;
    json_array_t array;
    json_t *json = json_new(EVENT_JSON_MAX);
    assert(json);
    const bool valid = json_parse(json, text, &root, &reason) == 0;
    json_destroy(&json);
    return valid && json_array_open(&array, text) == 0;
}

// Elements lie in the text in their order; those of a valid array are valid.
static int s_cut(slice_t text, size_t *count)
{
    json_array_t array;
    slice_t element;
    const char *reason = NULL, *behind = text.data;
    int rc = json_array_open(&array, text);
    assert(rc == 0 || rc == -EBADMSG);
    *count = 0;
    while (rc >= 0 && (rc = json_array_next(&array, &element, &reason)) > 0) {
        assert(element.bytes > 0 && element.data >= behind);
        behind = element.data + element.bytes;
        assert(behind < text.data + text.bytes);
        ++*count;
    }
    assert(rc == 0 || rc == -EBADMSG);
    return rc;
}

static void s_try_array(slice_t text)
{
    size_t count, ignored;
    if (!s_is_array(text))
        return;
    int rc = s_cut(text, &count);
    assert(rc == 0);
    size_t last = text.bytes; // behind the closing bracket
    while (text.data[last - 1] != ']')
        last--;
    for (size_t cut = last > 100 ? last - 100 : 0; cut < last; cut++) {
        rc = s_cut(slice(text.data, cut), &ignored);
        assert(rc == -EBADMSG);
    }
}

// All that is in the page is an event or has a reason why it is none.
static void s_check_page(const fetch_page_t *page)
{
    assert(page->count <= FETCH_PAGE_EVENTS_MAX);
    assert(page->element_count + page->left_out == page->count);
    assert(page->pushed <= page->count);
    assert(page->oldest <= page->newest);
    for (size_t i = 0; i < page->element_count; i++) {
        const fetch_element_t *element = &page->elements[i];
        assert(element->json.bytes > 0);
        assert((element->event != NULL) == (element->reason == NULL));
    }
}

// Opens the text as a page that comes after a poll with the keys `known`, and
// returns the keys of a poll that brought it.
static fetch_keys_t s_open_page(slice_t text, fetch_keys_t known)
{
    static fetch_page_t s_page;
    event_parser_t *parser = event_parser_new();
    buffer_t body = {0};
    const char *reason = NULL;
    size_t count;
    assert(parser);
    buffer_add(&body, text.data, text.bytes);
    int rc = fetch_page_open(&s_page, &body, parser, known, &reason);
    assert(rc == 0 || (rc == -EBADMSG && reason));
    assert(body.bytes == 0);
    assert((rc == 0) ==
           (s_cut(text, &count) == 0 && count <= FETCH_PAGE_EVENTS_MAX));
    if (rc == 0) {
        s_check_page(&s_page);
        // All that was known is left out, and nothing else.
        for (size_t i = 0; known.count > 0 && i < s_page.element_count; i++)
            assert(!s_page.elements[i].event ||
                   known.count == FETCH_CURSOR_KEYS_MAX);
        assert(known.count > 0 || s_page.left_out == 0);
        known = s_poll_twice(&s_page);
    }
    fetch_page_close(&s_page);
    buffer_free(&body);
    event_parser_destroy(&parser);
    return known;
}

static void s_try_body(slice_t text)
{
    (void)fetch_page_refusal(text);
    s_try_array(text);
    fetch_keys_t keys = s_open_page(text, (fetch_keys_t){0});
    (void)s_open_page(text, keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t input = slice(data, size);
    const uint8_t which = fuzz_take_u8(&input);
    if (which % 3 == 0)
        s_try_headers(input);
    else if (which % 3 == 1)
        s_try_body(input);
    else
        s_try_cursor(input);
    return 0;
}

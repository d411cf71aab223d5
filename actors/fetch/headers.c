#include "actors/fetch/headers.h"

#include <ctype.h>
#include <strings.h>
#include <time.h>

// A larger number of seconds or requests is not plausible. Small enough that
// arithmetic in milliseconds cannot overflow.
#define S_NUMBER_MAX (INT64_C(1) << 40)

static slice_t s_trim(slice_t text)
{
    while (text.bytes && isspace((unsigned char)text.data[0]))
        text = slice(text.data + 1, text.bytes - 1);
    while (text.bytes && isspace((unsigned char)text.data[text.bytes - 1]))
        text.bytes--;
    return text;
}

static bool s_is(slice_t text, const char *word)
{
    return text.bytes == strlen(word) &&
           strncasecmp(text.data, word, text.bytes) == 0;
}

static void s_number(int64_t *field, slice_t value)
{
    int64_t number = 0;
    for (size_t i = 0; i < value.bytes; i++) {
        if (!isdigit((unsigned char)value.data[i]))
            return;
        number = number * 10 + (value.data[i] - '0');
        if (number > S_NUMBER_MAX)
            return;
    }
    if (value.bytes)
        *field = number;
}

static void s_wait(int64_t *field, slice_t value)
{
    s_number(field, value);
    if (*field > FETCH_WAIT_MAX_S)
        *field = FETCH_WAIT_MAX_S;
}

// Copies a value that fits and is printable; it will be sent in a request.
static void s_text(char *field, size_t capacity, slice_t value)
{
    if (value.bytes >= capacity)
        return;
    for (size_t i = 0; i < value.bytes; i++) {
        if (!isprint((unsigned char)value.data[i]))
            return;
    }
    memcpy(field, value.data, value.bytes);
    field[value.bytes] = '\0';
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the only format that servers may send.
static void s_date(int64_t *field, slice_t value)
{
    char text[FETCH_DATE_MAX] = "";
    struct tm tm = {0};
    s_text(text, sizeof text, value);
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    if (end && *end == '\0') {
        int64_t seconds = (int64_t)timegm(&tm);
        if (seconds >= 0)
            *field = seconds;
    }
}

// Whether a link's parameters (from ";" on) contain rel=next.
static bool s_is_next(slice_t parameters)
{
    const char *at = parameters.data, *end = at + parameters.bytes;
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        stop = stop ? stop : end;
        slice_t one = s_trim(slice(at, (size_t)(stop - at)));
        at = stop + 1;
        if (one.bytes < 4 || strncasecmp(one.data, "rel", 3) != 0)
            continue;
        slice_t value = s_trim(slice(one.data + 3, one.bytes - 3));
        if (value.bytes == 0 || value.data[0] != '=')
            continue;
        value = s_trim(slice(value.data + 1, value.bytes - 1));
        if (s_is(value, "next") || s_is(value, "\"next\""))
            return true;
    }
    return false;
}

// The end of a link: the next comma outside quotes.
static const char *s_link_end(const char *at, const char *end)
{
    for (bool quoted = false; at < end; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == ',' && !quoted)
            break;
    }
    return at;
}

// <https://...>; rel="next", <https://...>; rel="last"
static void s_link(char next[FETCH_URL_MAX], slice_t value)
{
    const char *at = value.data, *end = at + value.bytes;
    while (at < end) {
        const char *open = memchr(at, '<', (size_t)(end - at));
        if (!open)
            return;
        const char *close = memchr(open, '>', (size_t)(end - open));
        if (!close)
            return;
        at = s_link_end(close, end);
        if (s_is_next(slice(close + 1, (size_t)(at - close - 1)))) {
            s_text(next, FETCH_URL_MAX,
                   slice(open + 1, (size_t)(close - open - 1)));
            return;
        }
    }
}

static void s_retry_after(fetch_headers_t *headers, slice_t value)
{
    s_wait(&headers->retry_after_s, value);
    s_date(&headers->retry_at_s, value);
}

void fetch_headers_clear(fetch_headers_t *headers)
{
    *headers = (fetch_headers_t){.date_s = -1,
                                 .poll_interval_s = -1,
                                 .retry_after_s = -1,
                                 .retry_at_s = -1,
                                 .limit = -1,
                                 .remaining = -1,
                                 .limit_reset_s = -1};
}

static void s_field(fetch_headers_t *headers, slice_t name, slice_t value)
{
    if (s_is(name, "etag"))
        s_text(headers->etag, sizeof headers->etag, value);
    else if (s_is(name, "last-modified"))
        s_text(headers->last_modified, sizeof headers->last_modified, value);
    else if (s_is(name, "link"))
        s_link(headers->next, value);
    else if (s_is(name, "location"))
        s_text(headers->location, sizeof headers->location, value);
    else if (s_is(name, "date"))
        s_date(&headers->date_s, value);
    else if (s_is(name, "x-poll-interval"))
        s_wait(&headers->poll_interval_s, value);
    else if (s_is(name, "retry-after"))
        s_retry_after(headers, value);
    else if (s_is(name, "x-ratelimit-limit"))
        s_number(&headers->limit, value);
    else if (s_is(name, "x-ratelimit-remaining"))
        s_number(&headers->remaining, value);
    else if (s_is(name, "x-ratelimit-reset"))
        s_number(&headers->limit_reset_s, value);
    else if (s_is(name, "sunset"))
        s_text(headers->sunset, sizeof headers->sunset, value);
    else if (s_is(name, "deprecation"))
        headers->deprecation = !s_is(value, "false");
}

void fetch_headers_line(fetch_headers_t *headers, slice_t line)
{
    if (line.bytes >= 5 && strncasecmp(line.data, "HTTP/", 5) == 0) {
        fetch_headers_clear(headers);
        return;
    }
    const char *colon = line.bytes ? memchr(line.data, ':', line.bytes) : NULL;
    if (!colon)
        return;
    size_t name_bytes = (size_t)(colon - line.data);
    s_field(headers, slice(line.data, name_bytes),
            s_trim(slice(colon + 1, line.bytes - name_bytes - 1)));
}

int64_t fetch_headers_until_s(const fetch_headers_t *headers, int64_t at_s,
                              int64_t wall_s)
{
    int64_t now_s = headers->date_s >= 0 ? headers->date_s : wall_s;
    int64_t wait_s = at_s - now_s;
    if (wait_s < 0)
        return 0;
    return wait_s < FETCH_WAIT_MAX_S ? wait_s : FETCH_WAIT_MAX_S;
}

int64_t fetch_headers_retry_s(const fetch_headers_t *headers, int64_t wall_s)
{
    if (headers->retry_at_s >= 0)
        return fetch_headers_until_s(headers, headers->retry_at_s, wall_s);
    return headers->retry_after_s;
}

#include "actors/fetch/headers.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static fetch_headers_t s_parse(const char *text)
{
    fetch_headers_t headers;
    fetch_headers_clear(&headers);
    while (*text) {
        size_t bytes = strcspn(text, "\n");
        fetch_headers_line(&headers, slice(text, bytes));
        text += bytes + (text[bytes] == '\n');
    }
    return headers;
}

Test(fetch_headers, an_answer_of_githubs_is_understood)
{
    fetch_headers_t h = s_parse(
        "HTTP/2 200 \r\n"
        "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "ETag: W/\"abc\"\r\n"
        "Last-Modified: Sun, 06 Nov 1994 08:49:00 GMT\r\n"
        "X-Poll-Interval: 60\r\n"
        "X-RateLimit-Limit: 5000\r\n"
        "x-ratelimit-remaining:4999\r\n"
        "X-RateLimit-Reset: 784115777 \r\n"
        "Link: <https://api.github.com/events?per_page=100&page=2>; "
        "rel=\"next\", <https://api.github.com/events?page=3>; rel=\"last\"\r\n"
        "\r\n");
    cr_assert_str_eq(h.etag, "W/\"abc\"");
    cr_assert_str_eq(h.last_modified, "Sun, 06 Nov 1994 08:49:00 GMT");
    cr_assert_eq(h.date_s, 784111777);
    cr_assert_eq(h.poll_interval_s, 60);
    cr_assert_eq(h.limit, 5000);
    cr_assert_eq(h.remaining, 4999);
    cr_assert_eq(h.limit_reset_s, 784115777);
    cr_assert_str_eq(h.next,
                     "https://api.github.com/events?per_page=100&page=2");
    cr_assert_eq(fetch_headers_until_s(&h, h.limit_reset_s, 5), 4000);
}

Test(fetch_headers, what_is_absent_is_known_to_be)
{
    fetch_headers_t h = s_parse("Server: x\n");
    cr_assert_eq(h.date_s, -1);
    cr_assert_eq(h.poll_interval_s, -1);
    cr_assert_eq(h.remaining, -1);
    cr_assert_eq(fetch_headers_retry_s(&h, 0), -1);
    cr_assert_str_empty(h.etag);
    cr_assert_str_empty(h.next);
    cr_assert_not(h.deprecation);
}

Test(fetch_headers, a_status_line_forgets_the_interim_answer)
{
    fetch_headers_t h = s_parse("HTTP/1.1 100 Continue\r\nETag: \"old\"\r\n\r\n"
                                "HTTP/1.1 200 OK\r\nDate: never\r\n");
    cr_assert_str_empty(h.etag);
}

Test(fetch_headers, next_is_found_wherever_it_stands)
{
    static const char *const links[] = {
        "Link: <http://h/n>; rel=next\n",
        "Link: <http://h/l>; rel=\"last\",<http://h/n>;rel=\"next\"\n",
        "Link: <http://h/f>; title=\"a, <b>\", <http://h/n>; REL = \"NEXT\"\n",
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        cr_assert_str_eq(s_parse(links[i]).next, "http://h/n", "%s", links[i]);
}

Test(fetch_headers, a_hostile_link_is_no_link)
{
    static const char *const links[] = {
        "Link:\n",
        "Link: <\n",
        "Link: <http://h/n\n",
        "Link: <http://h/n>\n",
        "Link: >; rel=next <\n",
        "Link: <http://h/n>; rel=\"\n",
        "Link: <http://h/n>; rel\n",
        "Link: <http://h/n>; relation=next\n",
        "Link: <http://h/\x01n>; rel=next\n",
        "Link: <http://h/n>; rel=\"prev\", , ,;;,\n",
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        cr_assert_str_empty(s_parse(links[i]).next, "%s", links[i]);
}

Test(fetch_headers, numbers_are_whole_and_not_too_large)
{
    static const char *const lines[] = {
        "X-Poll-Interval: -1\n",  "X-Poll-Interval: 1.5\n",
        "X-Poll-Interval: 60s\n", "X-Poll-Interval: 0x10\n",
        "X-Poll-Interval:\n",     "X-Poll-Interval: 99999999999999999999\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_assert_eq(s_parse(lines[i]).poll_interval_s, -1, "%s", lines[i]);
}

Test(fetch_headers, a_text_that_does_not_fit_is_absent)
{
    char line[FETCH_ETAG_MAX + 16] = "ETag: ";
    memset(line + 6, 'a', FETCH_ETAG_MAX);
    line[6 + FETCH_ETAG_MAX] = '\0';
    cr_assert_str_empty(s_parse(line).etag);
    line[6 + FETCH_ETAG_MAX - 1] = '\0';
    cr_assert_eq(strlen(s_parse(line).etag), FETCH_ETAG_MAX - 1);
}

Test(fetch_headers, retry_after_is_seconds_or_a_date)
{
    fetch_headers_t h = s_parse("Retry-After: 90\n");
    cr_assert_eq(fetch_headers_retry_s(&h, 0), 90);
    h = s_parse("Date: Sun, 06 Nov 1994 08:49:37 GMT\n"
                "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\n");
    cr_assert_eq(fetch_headers_retry_s(&h, 0), 60);
    h = s_parse("Retry-After: 999999999\n");
    cr_assert_eq(fetch_headers_retry_s(&h, 0), FETCH_WAIT_MAX_S);
    h = s_parse("X-Poll-Interval: 229200\n");
    cr_assert_eq(h.poll_interval_s, FETCH_WAIT_MAX_S);
    h = s_parse("Retry-After: soon\n");
    cr_assert_eq(fetch_headers_retry_s(&h, 0), -1);
}

Test(fetch_headers, our_clock_counts_only_without_a_date)
{
    fetch_headers_t h = s_parse("X-RateLimit-Reset: 1000\n");
    cr_assert_eq(fetch_headers_until_s(&h, 1000, 970), 30);
    cr_assert_eq(fetch_headers_until_s(&h, 1000, 1001), 0);
    cr_assert_eq(fetch_headers_until_s(&h, 1000000, 0), FETCH_WAIT_MAX_S);
    h = s_parse("Date: Thu, 01 Jan 1970 00:15:00 GMT\n");
    cr_assert_eq(fetch_headers_until_s(&h, 1000, 999999), 100);
}

Test(fetch_headers, deprecation_and_sunset_are_noticed)
{
    fetch_headers_t h = s_parse("Deprecation: @1688169599\n"
                                "Sunset: Sun, 06 Nov 2044 08:49:37 GMT\n");
    cr_assert(h.deprecation);
    cr_assert_str_eq(h.sunset, "Sun, 06 Nov 2044 08:49:37 GMT");
}

Test(fetch_headers, any_bytes_are_survived)
{
    srand(7);
    fetch_headers_t h;
    fetch_headers_clear(&h);
    static const char *const starts[] = {"Link:", "Date:", "ETag:", "", ":"};
    for (int round = 0; round < 20000; round++) {
        char line[64];
        const char *start = starts[round % 5];
        size_t bytes = strlen(start);
        memcpy(line, start, bytes);
        size_t end = bytes + (size_t)rand() % (sizeof line - bytes);
        for (; bytes < end; bytes++)
            line[bytes] = "<>;,=\"rel next\0\x80"[rand() % 17];
        // An exact copy, so that a sanitizer sees a read past its end.
        char *copy = malloc(bytes ? bytes : 1);
        memcpy(copy, line, bytes);
        fetch_headers_line(&h, slice(copy, bytes));
        free(copy);
    }
}

#include "actors/fetch/url.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

Test(fetch_url, a_source_asks_for_a_hundred_events_a_page)
{
    char url[FETCH_URL_MAX];
    cr_assert_eq(fetch_url_first_page(url, "https://api.github.com/events"), 0);
    cr_assert_str_eq(url, "https://api.github.com/events?per_page=100");
    cr_assert_eq(fetch_url_first_page(url, "http://h:1/events?a=b"), 0);
    cr_assert_str_eq(url, "http://h:1/events?a=b&per_page=100");
}

Test(fetch_url, a_per_page_of_the_users_own_stays)
{
    char url[FETCH_URL_MAX];
    cr_assert_eq(fetch_url_first_page(url, "http://h/e?x=1&per_page=30"), 0);
    cr_assert_str_eq(url, "http://h/e?x=1&per_page=30");
}

Test(fetch_url, what_is_no_web_address_is_refused)
{
    static const char *const bad[] = {
        "",
        "events",
        "ftp://api.github.com/events",
        "file:///etc/passwd",
        "https://",
        "https:///events",
        "https://api.github.com@evil.example/events",
        "https://user:secret@api.github.com/events",
        "https://api.github.com/ev ents",
        "https://api.github.com\\@evil.example/",
        "https://api.github.com/\r\nX-Header: 1",
    };
    fetch_url_t parts;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(fetch_url_parse(&parts, bad[i]), -EINVAL, "%s", bad[i]);
}

Test(fetch_url, a_link_is_absolute_or_begins_with_a_slash)
{
    char url[FETCH_URL_MAX] = "untouched";
    const char *from = "https://api.github.com/a?b";
    cr_assert_eq(fetch_url_resolve(url, from, slice_of("events?x")), -EINVAL);
    cr_assert_eq(fetch_url_resolve(url, from, slice_of("//evil/e")), -EINVAL);
    cr_assert_eq(fetch_url_resolve(url, from, slice_of("")), -EINVAL);
    cr_assert_eq(fetch_url_resolve(url, from, slice("a\0b", 3)), -EINVAL);
    cr_assert_str_eq(url, "untouched");
    cr_assert_eq(fetch_url_resolve(url, from, slice_of("/c?page=2")), 0);
    cr_assert_str_eq(url, "https://api.github.com/c?page=2");
    cr_assert_eq(fetch_url_resolve(url, from, slice_of("http://h/x")), 0);
    cr_assert_str_eq(url, "http://h/x");
}

Test(fetch_url, a_link_that_is_too_long_is_refused)
{
    char url[FETCH_URL_MAX], text[FETCH_URL_MAX] = "/";
    memset(text + 1, 'a', sizeof text - 2);
    text[sizeof text - 1] = '\0';
    cr_assert_eq(fetch_url_resolve(url, "http://h/", slice_of(text)),
                 -ENAMETOOLONG);
}

Test(fetch_url, answers_lead_to_the_same_host_or_to_the_api_only)
{
    cr_assert(fetch_url_may_follow("http://h:1/a", "http://h:1/b"));
    cr_assert(fetch_url_may_follow("http://H/a", "https://h/b"));
    cr_assert(fetch_url_may_follow("http://h/a", "https://api.github.com/b"));
    cr_assert_not(fetch_url_may_follow("http://h/a", "http://api.github.com/"));
    cr_assert_not(fetch_url_may_follow("https://h/a", "http://h/b"));
    cr_assert_not(fetch_url_may_follow("http://h:1/a", "http://h:2/b"));
    cr_assert_not(fetch_url_may_follow("https://h/a", "https://h.evil/b"));
    cr_assert_not(fetch_url_may_follow("https://h/a", "https://h@evil/b"));
    cr_assert_not(fetch_url_may_follow("https://h/a", ""));
}

Test(fetch_url, a_token_never_crosses_a_network_in_the_clear)
{
    cr_assert(fetch_url_may_carry_token("https://api.github.com/events"));
    cr_assert(fetch_url_may_carry_token("http://127.0.0.1:8080/events"));
    cr_assert(fetch_url_may_carry_token("http://localhost/events"));
    cr_assert(fetch_url_may_carry_token("http://[::1]:80/events"));
    cr_assert_not(fetch_url_may_carry_token("http://api.github.com/events"));
    cr_assert_not(fetch_url_may_carry_token("http://127.0.0.1.evil/events"));
    cr_assert_not(fetch_url_may_carry_token("http://localhost.evil/events"));
}

// Which kind a source is, and what is wrong with it.

#include "actors/fetch/kind.h"

#include <criterion/criterion.h>
#include <errno.h>

Test(fetch_kind, the_public_timeline_is_known_wherever_it_is_served)
{
    static const char *const timelines[] = {
        "https://api.github.com/events",
        "https://api.github.com/events?per_page=30",
        "https://github.example.com/api/v3/events",
        "http://127.0.0.1:8080/events",
        "http://proxy.example/github/events",
    };
    for (size_t i = 0; i < sizeof timelines / sizeof *timelines; i++)
        cr_expect_eq(fetch_kind_of(timelines[i]), &fetch_kind_timeline, "%s",
                     timelines[i]);
}

Test(fetch_kind, what_has_an_owner_is_a_feed)
{
    static const char *const feeds[] = {
        "https://api.github.com/repos/zeromq/libzmq/events",
        "https://api.github.com/networks/zeromq/libzmq/events",
        "https://api.github.com/orgs/zeromq/events",
        "https://api.github.com/users/hintjens/events",
        "https://api.github.com/users/hintjens/events/public",
        "https://api.github.com/repositories/1/events",
        "https://github.example.com/api/v3/repos/events/events/events",
        "https://api.github.com/other",
        "events",
        "",
    };
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++)
        cr_expect_eq(fetch_kind_of(feeds[i]), &fetch_kind_feed, "%s", feeds[i]);
}

Test(fetch_kind, a_source_without_a_mistake_has_a_first_page)
{
    static const char *const good[] = {"https://api.github.com/events",
                                       "HTTP://h/repos/a/b/events?x=y"};
    char url[FETCH_URL_MAX];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_expect_null(fetch_kind_mistake(good[i]), "%s", good[i]);
        cr_expect_eq(fetch_kind_of(good[i])->first_page(url, good[i]), 0);
    }
}

Test(fetch_kind, a_mistake_is_told)
{
    static const struct {
        const char *source, *mistake;
    } bad[] = {
        {"events", "http:// or https://"},
        {"ftp://h/events", "http:// or https://"},
        {"https:///events", "no host"},
        {"https://user@h/events", "a user"},
        {"https://h/events#top", "#"},
        {"https://h/ev ents", "a character"},
        {"https://h/\"events", "a character"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *mistake = fetch_kind_mistake(bad[i].source);
        cr_assert_not_null(mistake, "%s", bad[i].source);
        cr_expect_not_null(strstr(mistake, bad[i].mistake), "%s: %s",
                           bad[i].source, mistake);
    }
}

Test(fetch_kind, a_source_is_not_longer_than_a_name_in_the_log)
{
    char url[2000] = "https://api.github.com/";
    memset(url + strlen(url), 'a', 1100);
    cr_assert_str_eq(fetch_kind_mistake(url), "is too long");
}

static fetch_page_t s_page = {.count = 100};

static bool s_begins(const fetch_kind_t *kind, int *state, size_t pushed)
{
    s_page.pushed = pushed;
    return kind->begins_list && kind->begins_list(state, &s_page);
}

Test(fetch_kind, the_timeline_is_two_lists_and_a_feed_is_one)
{
    int state = 0, other = 0;
    cr_expect_not(s_begins(&fetch_kind_timeline, &state, 100));
    cr_expect(s_begins(&fetch_kind_timeline, &state, 0));
    cr_expect_not(s_begins(&fetch_kind_timeline, &state, 10));
    cr_expect_not(s_begins(&fetch_kind_feed, &other, 100));
    cr_expect_not(s_begins(&fetch_kind_feed, &other, 0));
}

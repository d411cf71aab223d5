#include "tools/sim/feed.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void s_route(const char *path, feed_kind_t kind, const char *name)
{
    feed_route_t route = feed_route(path);
    cr_assert_eq(route.kind, kind, "%s", path);
    cr_assert(slice_equal(route.name, slice_of(name)), "%s", path);
}

Test(feed, routes_are_githubs)
{
    s_route("/events", FEED_PUBLIC, "");
    s_route("/repos/a/b.c/events", FEED_REPO, "a/b.c");
    s_route("/repositories/12/events", FEED_REPO_ID, "12");
    s_route("/orgs/x/events", FEED_ORG, "x");
    s_route("/users/y/events", FEED_USER, "y");
    s_route("/rate_limit", FEED_RATE_LIMIT, "");
    s_route("/moved/repos/a/b/events", FEED_REPO, "a/b");
}

Test(feed, anything_else_is_none)
{
    const char *const others[] = {"",
                                  "/",
                                  "/event",
                                  "/repos/a/events",
                                  "/repos/",
                                  "/repos//events",
                                  "/repos/a/b/c/events",
                                  "/users/events",
                                  "/users/a\r\nb/events",
                                  "/orgs//events",
                                  "/moved"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_assert_eq(feed_route(others[i]).kind, FEED_NONE, "%s", others[i]);
}

Test(feed, nonsense_in_the_query_is_the_default)
{
    const char *const queries[] = {NULL, "", "page=0&per_page=x",
                                   "xpage=3&my_per_page=5", "page=-1"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        feed_page_t page = feed_page(queries[i]);
        cr_assert_eq(page.page, 1u);
        cr_assert_eq(page.per_page, FEED_PER_PAGE);
        cr_assert(!page.has_after);
    }
}

Test(feed, a_page_has_at_most_100_events)
{
    feed_page_t page = feed_page("page=2&per_page=500");
    cr_assert_eq(page.page, 2u);
    cr_assert_eq(page.per_page, 100u);
}

static char *s_link(uint32_t page, size_t total)
{
    buffer_t headers = {0};
    feed_page_t asked = {.per_page = 30, .page = page};
    feed_add_link(&headers, "h", "/events", asked, 77, total);
    buffer_add(&headers, "", 1);
    return headers.data;
}

Test(feed, one_page_needs_no_link)
{
    char *link = s_link(1, 30);
    cr_assert_str_empty(link);
    free(link);
}

Test(feed, links_lead_to_the_neighbours_there_are)
{
    char *first = s_link(1, 90);
    char *middle = s_link(2, 90);
    char *last = s_link(3, 90);
    cr_assert(strstr(first, "rel=\"next\"") && strstr(first, "rel=\"last\""));
    cr_assert(!strstr(first, "prev") && !strstr(first, "first"));
    cr_assert(strstr(middle, "&page=3>; rel=\"next\""));
    cr_assert(strstr(middle, "&page=1>; rel=\"prev\""));
    cr_assert(strstr(last, "&page=2>; rel=\"prev\"") && !strstr(last, "next"));
    free(first);
    free(middle);
    free(last);
}

Test(feed, a_link_carries_its_snapshot)
{
    char *link = s_link(1, 90);
    feed_page_t page = feed_page(strchr(link, '?') + 1);
    cr_assert(page.has_after);
    cr_assert_eq(page.after, 77u);
    free(link);
}

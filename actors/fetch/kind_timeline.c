// GitHub's public timeline, /events: two lists one after the other. The first
// has git events (pushes, branches created and deleted; their ids are a
// separate sequence), the second the rest. One list can advance by more than it
// shows while the other hardly changes, so each must overlap with the last
// poll.

#include "actors/fetch/kind.h"

#define S_PATH "/events"

// Whether the path before /events names an owner: "/repos/OWNER/NAME",
// "/orgs/NAME".
static bool s_has_owner(slice_t path)
{
    static const struct {
        const char *folder;
        int names; // path segments after it
    } owners[] = {{"repos", 2}, {"networks", 2},     {"orgs", 1},
                  {"users", 1}, {"repositories", 1}, {"organizations", 1}};
    const char *end = path.data + path.bytes, *at = end;
    for (int names = 0; names <= 2; names++) {
        const char *begin = at;
        while (begin > path.data && begin[-1] != '/')
            begin--;
        for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
            const size_t bytes = strlen(owners[i].folder);
            if (owners[i].names == names && (size_t)(at - begin) == bytes &&
                memcmp(begin, owners[i].folder, bytes) == 0)
                return true;
        }
        if (begin == path.data)
            return false;
        at = begin - 1;
    }
    return false;
}

static bool s_claims(const char *source)
{
    fetch_url_t url;
    if (fetch_url_parse(&url, source))
        return false;
    const size_t bytes = strcspn(url.rest.data, "?#");
    const size_t tail = strlen(S_PATH);
    return bytes >= tail &&
           memcmp(url.rest.data + bytes - tail, S_PATH, tail) == 0 &&
           !s_has_owner(slice(url.rest.data, bytes - tail));
}

// A page begins a new list if three quarters of it belong to one list and three
// quarters of the page before belong to the other. *leaning is that of the page
// before: 1: git, -1: the rest, 0: neither.
static bool s_begins_list(int *leaning, const fetch_page_t *page)
{
    const int before = *leaning;
    *leaning = (4 * page->pushed >= 3 * page->count) -
               (4 * page->pushed <= page->count);
    return before * *leaning < 0;
}

const fetch_kind_t fetch_kind_timeline = {
    .name = "public timeline",
    .claims = s_claims,
    .mistake = fetch_url_mistake,
    .first_page = fetch_url_first_page,
    .begins_list = s_begins_list,
};

// The feed of a repository, an organization or a user, or any URL that responds
// the same way: up to three pages of one list, newest event first.

#include "actors/fetch/kind.h"

static bool s_claims(const char *source)
{
    (void)source;
    return true;
}

const fetch_kind_t fetch_kind_feed = {
    .name = "feed",
    .claims = s_claims,
    .mistake = fetch_url_mistake,
    .first_page = fetch_url_first_page,
};

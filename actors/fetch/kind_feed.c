// The feed of a repository, an organisation or a user, or any URL that answers
// as these do: up to three pages of one list, the newest event first.

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

// A repository of github.com by its name: "github:OWNER/NAME".

#include "actors/fetch/kind.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define S_PREFIX "github:"

static bool s_claims(const char *source)
{
    return strncmp(source, S_PREFIX, strlen(S_PREFIX)) == 0;
}

static const char *s_mistake(const char *source)
{
    int slashes = 0;
    for (const char *c = source + strlen(S_PREFIX); *c; c++) {
        slashes += *c == '/';
        if (!isalnum((unsigned char)*c) && !strchr("/-_.", *c))
            return "has a character no repository's name has";
    }
    return slashes == 1 ? NULL : "is not github:OWNER/NAME";
}

static int s_first_page(char url[FETCH_URL_MAX], const char *source)
{
    const int bytes =
        snprintf(url, FETCH_URL_MAX,
                 "https://api.github.com/repos/%s/events?per_page=100",
                 source + strlen(S_PREFIX));
    return bytes < FETCH_URL_MAX ? 0 : -ENAMETOOLONG;
}

const fetch_kind_t fetch_kind_repository = {
    .name = "repository",
    .claims = s_claims,
    .mistake = s_mistake,
    .first_page = s_first_page,
};

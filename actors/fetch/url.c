#include "actors/fetch/url.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#define S_API_HOST "api.github.com"

static bool s_same(slice_t a, slice_t b)
{
    return a.bytes == b.bytes &&
           (a.bytes == 0 || strncasecmp(a.data, b.data, a.bytes) == 0);
}

static bool s_is_clean(const char *url)
{
    for (const char *c = url; *c != '\0'; c++) {
        if (*c <= ' ' || *c == '\\' || *c == 0x7f)
            return false;
    }
    return true;
}

int fetch_url_parse(fetch_url_t *parts, const char *url)
{
    bool https = strncasecmp(url, "https://", 8) == 0;
    if (!https && strncasecmp(url, "http://", 7) != 0)
        return -EINVAL;
    const char *host = url + (https ? 8 : 7);
    size_t host_bytes = strcspn(host, "/?#");
    // "https://api.github.com@evil.example/" is evil.example's.
    if (host_bytes == 0 || memchr(host, '@', host_bytes) != NULL)
        return -EINVAL;
    if (strlen(url) >= FETCH_URL_MAX || !s_is_clean(url))
        return -EINVAL;
    *parts = (fetch_url_t){.https = https,
                           .host = slice(host, host_bytes),
                           .rest = slice_of(host + host_bytes)};
    return 0;
}

const char *fetch_url_mistake(const char *url)
{
    fetch_url_t parts;
    if (strncasecmp(url, "http://", 7) != 0 &&
        strncasecmp(url, "https://", 8) != 0)
        return "does not begin with http:// or https://";
    if (!s_is_clean(url) || strpbrk(url, "\"'<>"))
        return "has a character that is not allowed in a URL";
    if (strchr(url, '#'))
        return "has a #, which is never sent to a server";
    return fetch_url_parse(&parts, url) ? "has no host, or a user before it"
                                        : NULL;
}

// Whether the query names this parameter ("per_page=").
static bool s_has_parameter(const char *url, const char *name)
{
    for (const char *at = strchr(url, '?'); at; at = strchr(at, '&')) {
        at++;
        if (strncmp(at, name, strlen(name)) == 0)
            return true;
    }
    return false;
}

int fetch_url_first_page(char url[FETCH_URL_MAX], const char *source)
{
    fetch_url_t parts;
    if (fetch_url_parse(&parts, source) || strchr(source, '#'))
        return -EINVAL;
    const char *joint = strchr(source, '?') ? "&" : "?";
    const char *added = "per_page=100";
    if (s_has_parameter(source, "per_page="))
        joint = added = "";
    char out[FETCH_URL_MAX];
    int bytes = snprintf(out, sizeof out, "%s%s%s", source, joint, added);
    if (bytes < 0 || bytes >= FETCH_URL_MAX)
        return -ENAMETOOLONG;
    memcpy(url, out, (size_t)bytes + 1);
    return 0;
}

int fetch_url_resolve(char url[FETCH_URL_MAX], const char *from, slice_t text)
{
    fetch_url_t base;
    if (text.bytes >= FETCH_URL_MAX)
        return -ENAMETOOLONG;
    if (text.bytes == 0 || memchr(text.data, '\0', text.bytes))
        return -EINVAL;
    if (fetch_url_parse(&base, from))
        return -EINVAL;
    // "//host/path" changes the host: it is no path.
    bool path = text.data[0] == '/' && (text.bytes < 2 || text.data[1] != '/');
    size_t prefix = path ? (size_t)(base.rest.data - from) : 0;
    if (prefix + text.bytes >= FETCH_URL_MAX)
        return -ENAMETOOLONG;
    char out[FETCH_URL_MAX];
    memcpy(out, from, prefix);
    memcpy(out + prefix, text.data, text.bytes);
    out[prefix + text.bytes] = '\0';
    fetch_url_t parts;
    if (fetch_url_parse(&parts, out))
        return -EINVAL;
    memcpy(url, out, prefix + text.bytes + 1);
    return 0;
}

bool fetch_url_may_follow(const char *from, const char *to)
{
    fetch_url_t old, new;
    if (fetch_url_parse(&old, from) || fetch_url_parse(&new, to))
        return false;
    if (new.https && s_same(new.host, slice_of(S_API_HOST)))
        return true;
    return s_same(old.host, new.host) && (new.https || !old.https);
}

static bool s_is_loopback(slice_t host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        slice_t name = slice_of(names[i]);
        if (host.bytes < name.bytes ||
            !s_same(slice(host.data, name.bytes), name))
            continue;
        if (host.bytes == name.bytes || host.data[name.bytes] == ':')
            return true;
    }
    return false;
}

bool fetch_url_may_carry_token(const char *url)
{
    fetch_url_t parts;
    if (fetch_url_parse(&parts, url))
        return false;
    return parts.https || s_is_loopback(parts.host);
}

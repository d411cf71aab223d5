#include "tools/sim/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// Makes snapshots opaque, so that clients do not build their own.
#define AFTER_MASK 0xa5c3e1f00f1e3c5au

// Whether text is before + name + after, with a name of `slashes` slashes.
static bool s_between(slice_t text, const char *before, const char *after,
                      size_t slashes, slice_t *name)
{
    slice_t head = slice_of(before);
    slice_t tail = slice_of(after);
    if (text.bytes <= head.bytes + tail.bytes ||
        memcmp(text.data, head.data, head.bytes) != 0 ||
        memcmp(text.data + text.bytes - tail.bytes, tail.data, tail.bytes) != 0)
        return false;
    *name = slice(text.data + head.bytes, text.bytes - head.bytes - tail.bytes);
    size_t found = 0;
    for (size_t i = 0; i < name->bytes; i++)
        found += name->data[i] == '/';
    return found == slashes;
}

// The path is repeated in headers, where a line break would start another
// header.
static bool s_is_plain(const char *path)
{
    for (; *path; path++) {
        if ((unsigned char)*path <= ' ' || *path == '<' || *path == '>')
            return false;
    }
    return true;
}

feed_route_t feed_route(const char *path)
{
    feed_route_t route = {.path = path};
    if (!s_is_plain(path))
        return route;
    if (strncmp(path, "/moved/", 7) == 0)
        route.path += 6;
    slice_t text = slice_of(route.path);
    if (slice_equal(text, slice_of("/events")))
        route.kind = FEED_PUBLIC;
    else if (slice_equal(text, slice_of("/rate_limit")))
        route.kind = FEED_RATE_LIMIT;
    else if (s_between(text, "/repos/", "/events", 1, &route.name))
        route.kind = FEED_REPO;
    else if (s_between(text, "/repositories/", "/events", 0, &route.name))
        route.kind = FEED_REPO_ID;
    else if (s_between(text, "/orgs/", "/events", 0, &route.name))
        route.kind = FEED_ORG;
    else if (s_between(text, "/users/", "/events", 0, &route.name))
        route.kind = FEED_USER;
    return route;
}

// The value of a parameter, up to the next one; NULL when it is absent.
static const char *s_parameter(const char *query, const char *name)
{
    size_t bytes = strlen(name);
    for (const char *at = query; at; at = strchr(at, '&')) {
        at += *at == '&';
        if (strncmp(at, name, bytes) == 0 && at[bytes] == '=')
            return at + bytes + 1;
    }
    return NULL;
}

static uint32_t s_number(const char *query, const char *name,
                         uint32_t otherwise)
{
    const char *text = s_parameter(query, name);
    if (!text)
        return otherwise;
    long number = strtol(text, NULL, 10);
    return number < 1 || number > 1000000 ? otherwise : (uint32_t)number;
}

feed_page_t feed_page(const char *query)
{
    feed_page_t page = {.per_page = s_number(query, "per_page", FEED_PER_PAGE),
                        .page = s_number(query, "page", 1)};
    if (page.per_page > FEED_PAGE_MAX)
        page.per_page = FEED_PAGE_MAX;
    const char *after = s_parameter(query, "after");
    uint64_t masked;
    if (after && sscanf(after, "%16" SCNx64, &masked) == 1) {
        page.has_after = true;
        page.after = masked ^ AFTER_MASK;
    }
    return page;
}

static void s_add_one(buffer_t *headers, const char *base, const char *rel,
                      uint32_t page)
{
    bool first = headers->bytes > 0 && headers->data[headers->bytes - 1] == ' ';
    buffer_printf(headers, "%s<%s&page=%" PRIu32 ">; rel=\"%s\"",
                  first ? "" : ", ", base, page, rel);
}

void feed_add_link(buffer_t *headers, const char *host, const char *path,
                   feed_page_t page, uint64_t snapshot, size_t total)
{
    uint32_t last = (uint32_t)((total + page.per_page - 1) / page.per_page);
    if (last <= 1)
        return;
    char base[1024];
    snprintf(
        base, sizeof base, "http://%s%s?per_page=%" PRIu32 "&after=%016" PRIx64,
        host ? host : "localhost", path, page.per_page, snapshot ^ AFTER_MASK);
    buffer_add_text(headers, "Link: ");
    if (page.page > 1)
        s_add_one(headers, base, "prev", page.page - 1);
    if (page.page < last) {
        s_add_one(headers, base, "next", page.page + 1);
        s_add_one(headers, base, "last", last);
    }
    if (page.page > 1)
        s_add_one(headers, base, "first", 1);
    buffer_add_text(headers, "\r\n");
}

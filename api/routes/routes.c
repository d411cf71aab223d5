#include "api/routes/routes.h"

// A literal path must come before one with a {name} in the same place.
#define S_ROUTES(ROW)                                                          \
    ROW(root)                                                                  \
    ROW(healthcheck)                                                           \
    ROW(health)                                                                \
    ROW(livez)                                                                 \
    ROW(readyz)                                                                \
    ROW(openapi)                                                               \
    ROW(docs)                                                                  \
    ROW(asset)                                                                 \
    ROW(metrics)                                                               \
    ROW(counts)                                                                \
    ROW(series)                                                                \
    ROW(intervals)                                                             \
    ROW(top)                                                                   \
    ROW(repo)                                                                  \
    ROW(events)                                                                \
    ROW(live_stream)                                                           \
    ROW(event)                                                                 \
    ROW(log)                                                                   \
    ROW(rejects)                                                               \
    ROW(sources)                                                               \
    ROW(actors)

#define S_DECLARE(name) extern const route_t route_##name;
S_ROUTES(S_DECLARE)

#define S_ROW(name) &route_##name,
const route_t *const routes[] = {S_ROUTES(S_ROW) NULL};

const size_t routes_count = sizeof routes / sizeof routes[0] - 1;

// Matches a {name} against the rest of the path, up to the next slash.
static bool s_take_segment(slice_t *path, slice_t *segment)
{
    const char *slash = memchr(path->data, '/', path->bytes);
    size_t bytes = slash ? (size_t)(slash - path->data) : path->bytes;
    *segment = slice(path->data, bytes);
    *path = slice(path->data + bytes, path->bytes - bytes);
    return bytes > 0;
}

static bool s_matches(const char *pattern, slice_t path,
                      slice_t segments[ROUTES_SEGMENTS_MAX], size_t *count)
{
    *count = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            if (!s_take_segment(&path, &segments[(*count)++]))
                return false;
            pattern = strchr(pattern, '}') + 1;
        } else if (path.bytes > 0 && *path.data == *pattern) {
            path = slice(path.data + 1, path.bytes - 1);
            pattern++;
        } else {
            return false;
        }
    }
    return path.bytes == 0;
}

size_t routes_find(slice_t path, slice_t segments[ROUTES_SEGMENTS_MAX],
                   size_t *count)
{
    size_t i = 0;
    while (i < routes_count &&
           !s_matches(routes[i]->path, path, segments, count))
        i++;
    return i;
}

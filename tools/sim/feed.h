// feed - parses path and query of a request for events, and writes the Link
// header to neighbouring pages. Pure.
//
// Errors    Shown by return values.
// Threads   Any.

#ifndef OCTOLOG_TOOLS_SIM_FEED_H
#define OCTOLOG_TOOLS_SIM_FEED_H

#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define FEED_PER_PAGE 30u
#define FEED_PAGE_MAX 100u

typedef enum {
    FEED_NONE, // no route
    FEED_RATE_LIMIT,
    FEED_PUBLIC,
    FEED_REPO,    // name is "owner/name"
    FEED_REPO_ID, // name is digits
    FEED_ORG,
    FEED_USER,
} feed_kind_t;

typedef struct {
    feed_kind_t kind;
    slice_t name;     // within the path
    const char *path; // without /moved
} feed_route_t;

feed_route_t feed_route(const char *path);

typedef struct {
    uint32_t per_page;
    uint32_t page;
    bool has_after; // has the parameter that only Links contain
    uint64_t after; // the snapshot it names
} feed_page_t;

// Invalid values give the default, as on GitHub. query may be NULL.
feed_page_t feed_page(const char *query);

// Adds the Link header for a feed of `total` events, or nothing if all are on
// one page. host may be NULL.
void feed_add_link(buffer_t *headers, const char *host, const char *path,
                   feed_page_t page, uint64_t snapshot, size_t total);

#endif

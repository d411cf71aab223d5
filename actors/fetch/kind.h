// fetch_kind - what differs between the kinds of source.
//
// A source is configured as a string (github.source). Its kind is the first row
// of kinds.def that claims the string. The kind checks the string and decides
// which URL to request first and how pages connect; everything else (tokens,
// limits, redirects, intervals) is the same for all sources (source.h, plan.h).
//
// To add a kind: a file kind_NAME.c with the fetch_kind_t fetch_kind_NAME, a
// row in kinds.def, a test.
//
// Pure: strings and pages in, decisions out.
//
// Errors    0 or a negative errno; outputs are unchanged on failure.
// Memory    Nothing is kept; strings returned are constant.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_FETCH_KIND_H
#define OCTOLOG_ACTORS_FETCH_KIND_H

#include "actors/fetch/page.h"
#include "actors/fetch/url.h"

#include <stdbool.h>

typedef struct {
    // For people: "public timeline".
    const char *name;

    // Whether a source is of this kind; must accept any string.
    bool (*claims)(const char *source);

    // What is wrong with a source of this kind, to print after the quoted
    // source: "has no host". NULL: nothing.
    const char *(*mistake)(const char *source);

    // Writes the first URL of a poll, for a valid source. -ENAMETOOLONG.
    int (*first_page)(char url[FETCH_URL_MAX], const char *source);

    // Whether a page begins a new list, which must overlap with the last poll
    // independently. Called for the pages of a poll in order; *state is 0
    // before the first and free for the kind to use. NULL: all pages are one
    // list.
    bool (*begins_list)(int *state, const fetch_page_t *page);
} fetch_kind_t;

#define FETCH_KIND(name) extern const fetch_kind_t fetch_kind_##name;
#include "actors/fetch/kinds.def"
#undef FETCH_KIND

// The kind of a source. Never NULL.
const fetch_kind_t *fetch_kind_of(const char *source);

// What is wrong with a source of any kind; NULL: nothing.
const char *fetch_kind_mistake(const char *source);

#endif

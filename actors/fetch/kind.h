// fetch_kind - what differs between the kinds of source.
//
// A source is configured as a text (github.source), which says what kind it is:
// its kind is the first row of kinds.def that claims it. The kind checks the
// text, says what to ask first and how pages connect; all else (tokens, limits,
// redirects, intervals) is the same for every source (source.h, plan.h).
//
// To add a kind: a file kind_NAME.c with the fetch_kind_t fetch_kind_NAME, a
// row in kinds.def, a test.
//
// Pure: texts and pages in, decisions out.
//
// Errors    0 or a negative errno; outputs untouched.
// Memory    Nothing is kept; texts that are returned are constant.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_FETCH_KIND_H
#define OCTOLOG_ACTORS_FETCH_KIND_H

#include "actors/fetch/page.h"
#include "actors/fetch/url.h"

#include <stdbool.h>

typedef struct {
    // For people: "public timeline".
    const char *name;

    // Whether a source is of this kind; asked about any text whatever.
    bool (*claims)(const char *source);

    // What is wrong with a source that it claims, to stand after the quoted
    // text: "has no host". NULL: nothing.
    const char *(*mistake)(const char *source);

    // Writes the URL that a poll begins with, of a source without a mistake.
    // -ENAMETOOLONG.
    int (*first_page)(char url[FETCH_URL_MAX], const char *source);

    // Whether a page of a poll, in order, begins a list of its own, which must
    // connect with the poll before by itself. *state is 0 before the first page
    // and the kind's to use. NULL: all pages are one list.
    bool (*begins_list)(int *state, const fetch_page_t *page);
} fetch_kind_t;

#define FETCH_KIND(name) extern const fetch_kind_t fetch_kind_##name;
#include "actors/fetch/kinds.def"
#undef FETCH_KIND

// The kind of a source. Never NULL.
const fetch_kind_t *fetch_kind_of(const char *source);

// What is wrong with a source, of whatever kind; NULL: nothing.
const char *fetch_kind_mistake(const char *source);

#endif

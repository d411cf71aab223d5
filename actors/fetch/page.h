// fetch_page - the body of one answer: an array of events, or a refusal.
//
// Each element is parsed once, here. It becomes an event, with what coverage
// needs of it, or a dead letter with a reason: a bad element costs itself. What
// the log has already is counted and goes no further. A body that is not a
// whole array makes the poll fail: it will be asked for again.
//
// Pure: bytes in, events out.
//
// Errors    0 or a negative errno, with a constant text for a person.
// Memory    A page owns its body and its events; a zeroed page is empty. What
//           it points at lives until fetch_page_close().
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_PAGE_H
#define OCTOLOG_ACTORS_FETCH_PAGE_H

#include "proto/base/buffer.h"
#include "proto/event/parser.h"

#include <stdbool.h>
#include <stdint.h>

// We ask for 100 events a page. Ten times that is no page of GitHub's.
#define FETCH_PAGE_EVENTS_MAX 1000

// Keys of events that the log is known to have.
typedef struct {
    const uint64_t *keys;
    size_t count;
} fetch_keys_t;

// An element that is to be journaled.
typedef struct {
    event_t *event;     // NULL: it is none
    const char *reason; // why it is none, a constant text
    slice_t json;       // as sent
} fetch_element_t;

typedef struct {
    buffer_t body;
    uint64_t keys[FETCH_PAGE_EVENTS_MAX]; // identity of each; 0: no event
    size_t count;                         // of all its elements
    size_t pushed;   // of its events, those of git: Push, Create, Delete
    uint32_t oldest; // created_at of its events; 0 when it has none
    uint32_t newest;
    fetch_element_t elements[FETCH_PAGE_EVENTS_MAX]; // the newest first
    size_t element_count;
    uint32_t left_out; // events known before, which are no elements
} fetch_page_t;

// Takes the body (which is empty afterwards, also on failure). Events of
// `known`, which may be empty, are left out.
// -EBADMSG: it is not a whole array, or one that is too long; *reason says
// what. -ENOMEM.
int fetch_page_open(fetch_page_t *page, buffer_t *body, event_parser_t *parser,
                    fetch_keys_t known, const char **reason);

// Frees what it holds and makes it empty.
void fetch_page_close(fetch_page_t *page);

// What the body of an error says beyond its status.
typedef enum {
    FETCH_REFUSAL_NONE,
    FETCH_REFUSAL_PRIMARY,   // "API rate limit exceeded"
    FETCH_REFUSAL_SECONDARY, // "... exceeded a secondary rate limit", "abuse"
    FETCH_REFUSAL_SUSPENDED, // the account behind the token
} fetch_refusal_t;

fetch_refusal_t fetch_page_refusal(slice_t body);

#endif

// fetch_page - the body of one response: an array of events, or an error.
//
// Each element is parsed here, once. It becomes an event, with the data that
// coverage needs, or a dead letter with a reason; a bad element does not affect
// the others. Events that the log already has are counted and left out. If the
// body is not a complete array, the poll fails and will be repeated.
//
// Pure: bytes in, events out.
//
// Errors    0 or a negative errno, with a constant text for people.
// Memory    A page owns its body and its events; a zeroed page is empty. What
//           it points to is valid until fetch_page_close().
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_PAGE_H
#define OCTOLOG_ACTORS_FETCH_PAGE_H

#include "proto/base/buffer.h"
#include "proto/event/parser.h"

#include <stdbool.h>
#include <stdint.h>

// We request 100 events per page. GitHub never sends ten times as many.
#define FETCH_PAGE_EVENTS_MAX 1000

// Keys of events that the log is known to have; borrowed.
typedef struct {
    const uint64_t *keys;
    size_t count;
} fetch_keys_t;

// An element to send to the journal.
typedef struct {
    event_t *event;     // NULL: a dead letter
    const char *reason; // why it is a dead letter; a constant text
    slice_t json;       // as sent
} fetch_element_t;

typedef struct {
    buffer_t body;
    uint64_t keys[FETCH_PAGE_EVENTS_MAX]; // of each element; 0: not an event
    size_t count;                         // of all elements
    size_t pushed;   // events from git: Push, Create, Delete
    uint32_t oldest; // created_at of its events; 0: no events
    uint32_t newest;
    fetch_element_t elements[FETCH_PAGE_EVENTS_MAX]; // newest first
    size_t element_count;
    uint32_t left_out; // known events, not among the elements
} fetch_page_t;

// Takes the body (afterwards empty, also on failure). Leaves out events in
// `known`, which may be empty. -EBADMSG: not a complete array, or too long;
// *reason says which. -ENOMEM.
int fetch_page_open(fetch_page_t *page, buffer_t *body, event_parser_t *parser,
                    fetch_keys_t known, const char **reason);

// Frees the contents and makes the page empty.
void fetch_page_close(fetch_page_t *page);

// What the body of an error response says beyond its status.
typedef enum {
    FETCH_REFUSAL_NONE,
    FETCH_REFUSAL_PRIMARY,   // "API rate limit exceeded"
    FETCH_REFUSAL_SECONDARY, // "... exceeded a secondary rate limit", "abuse"
    FETCH_REFUSAL_SUSPENDED, // the token's account is suspended
} fetch_refusal_t;

fetch_refusal_t fetch_page_refusal(slice_t body);

#endif

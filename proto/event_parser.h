// event_parser - GitHub's JSON to events, for every schema from 2011 to today.
//
// Two steps, so that each can be tested and fuzzed alone: event_scanner cuts a
// stream of bytes into JSON objects without understanding them;
// event_parser_parse() turns one object into an event_t.
//
// Errors    0 or a negative errno; what is wrong with the input is a short
//           constant text ("created_at is missing"), fit for a dead letter.
// Memory    Borrowed everywhere; what comes out points into the parser or the
//           input and is valid until the next call with the same object.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_EVENT_PARSER_H
#define OCTOLOG_PROTO_EVENT_PARSER_H

#include "proto/event.h"

#include <stdbool.h>
#include <stddef.h>

// The largest single event accepted. The largest seen is 245,661 bytes; a
// webhook may carry 25 MB, which GitHub's own limit also is.
#define EVENT_JSON_MAX (25u * 1024 * 1024)

typedef struct event_parser event_parser_t;

// NULL when out of memory.
event_parser_t *event_parser_new(void);
void event_parser_destroy(event_parser_t **parser);

// Fills *event from one JSON object (borrowed; no padding is asked of the
// caller). event->json is the input trimmed of white space.
// -EBADMSG: not an event; *reason says why. -ENOMEM. *event is untouched then.
int event_parser_parse(event_parser_t *parser, slice_t json, event_t *event,
                       const char **reason);

// What the scanner found next.
typedef enum {
    EVENT_SCAN_OBJECT, // a whole JSON object: hand it to event_parser_parse()
    EVENT_SCAN_REJECT, // bytes that are no object; reason is set
    EVENT_SCAN_MORE,   // the rest is unfinished: call again with more input
    EVENT_SCAN_END,    // nothing but white space was left
} event_scan_t;

typedef struct event_scanner event_scanner_t;

event_scanner_t *event_scanner_new(void);
void event_scanner_destroy(event_scanner_t **scanner);

// Finds the next object in input[*at..], and moves *at past what it consumed.
// Takes newline-delimited objects, objects with nothing between them, arrays
// of objects (one or many, over any number of lines), a byte-order mark, runs
// of NULs, and lines that are torn: after damage it goes on at the next line.
// `last` says that no input follows: what is unfinished is then a reject
// ("truncated"). With EVENT_SCAN_MORE the caller keeps input from *at on and
// appends to it; the scanner does not scan it twice. The caller compacts its
// buffer freely between calls as long as input[*at..] keeps its content.
event_scan_t event_scanner_next(event_scanner_t *scanner, slice_t input,
                                size_t *at, bool last, slice_t *found,
                                const char **reason);

#endif

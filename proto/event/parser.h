// event_parser - GitHub's JSON to events, for every schema from 2011 to today.
//
// Two steps, so that each can be tested and fuzzed alone: event_scanner cuts a
// stream of bytes into JSON objects without understanding them;
// event_parser_parse() turns one object into an event_t. What it takes from
// where, over the years, is in proto/README.md, "Events".
//
// Errors    0 or a negative errno; what is wrong with the input is a short
//           constant text ("created_at is missing"), fit for a dead letter.
// Memory    Borrowed everywhere; what comes out points into the parser or the
//           input and is valid until the next call with the same object.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_EVENT_PARSER_H
#define OCTOLOG_PROTO_EVENT_PARSER_H

#include "proto/event/event.h"
#include "proto/event/scanner.h"

typedef struct event_parser event_parser_t;

// NULL when out of memory.
event_parser_t *event_parser_new(void);
void event_parser_destroy(event_parser_t **parser);

// Fills *event from one JSON object (borrowed; no padding is asked of the
// caller). event->json is the input trimmed of white space.
// -EBADMSG: not an event; *reason says why. -ENOMEM. *event is untouched then.
int event_parser_parse(event_parser_t *parser, slice_t json, event_t *event,
                       const char **reason);

#endif

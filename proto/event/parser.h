// event_parser - parses GitHub's JSON into events, for every schema from 2011
// to today.
//
// Parsing takes two steps, so that each can be tested and fuzzed alone:
// event_scanner cuts a stream of bytes into JSON objects without interpreting
// them; event_parser_parse() turns one object into an event_t. proto/README.md,
// "Events", lists the fields it reads in each schema.
//
// Errors    0 or a negative errno. *reason describes an error in the input in a
//           short constant text ("created_at is missing"), for a dead letter.
// Memory    Input is borrowed. Results point into the parser or the input and
//           are valid until the next call with the same parser.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_EVENT_PARSER_H
#define OCTOLOG_PROTO_EVENT_PARSER_H

#include "proto/event/event.h"
#include "proto/event/scanner.h"

typedef struct event_parser event_parser_t;

// NULL when out of memory.
event_parser_t *event_parser_new(void);
void event_parser_destroy(event_parser_t **parser);

// Fills *event from one JSON object (borrowed; it needs no padding).
// event->json is the input without surrounding white space.
// -EBADMSG: not an event; *reason says why. -ENOMEM. *event is untouched on
// failure.
int event_parser_parse(event_parser_t *parser, slice_t json, event_t *event,
                       const char **reason);

#endif

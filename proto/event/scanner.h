// event_scanner - cuts a stream of bytes into JSON objects.
//
// It understands braces and strings and nothing else of JSON: what it cuts out
// is for event_parser_parse() to judge. Every byte that is no separator comes
// out, in an object or in a reject; nothing is skipped in silence.
//
// Damage. JSON forbids raw line breaks and NULs in strings: a string with one
// is torn there. So is an object whose next line begins with {" or [{", for
// that is how lines of events begin and how no line within an indented object
// does. Between objects, what begins none is debris up to the next line, NUL,
// or the }{" of objects with nothing between them.
//
// Memory    Borrowed everywhere; what comes out points into the input.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_EVENT_SCANNER_H
#define OCTOLOG_PROTO_EVENT_SCANNER_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>

// What the scanner found next.
typedef enum {
    EVENT_SCAN_OBJECT, // a whole JSON object: hand it to event_parser_parse()
    EVENT_SCAN_REJECT, // bytes that are no object; reason is set
    EVENT_SCAN_MORE,   // the rest is unfinished: call again with more input
    EVENT_SCAN_END,    // nothing was left, and no more comes
} event_scan_t;

typedef struct event_scanner event_scanner_t;

// NULL when out of memory. One scanner reads one stream, up to its END; then it
// is ready for another.
event_scanner_t *event_scanner_new(void);
void event_scanner_destroy(event_scanner_t **scanner);

// Finds the next object in input[*at..], and moves *at past what it consumed.
// Takes newline-delimited objects, objects with nothing between them, arrays
// of objects (one or many, over any number of lines), a byte-order mark, runs
// of NULs, and lines that are torn: after damage it goes on at the next line.
// `last` says that no input follows: what is unfinished is then a reject
// ("truncated"). With EVENT_SCAN_MORE the caller keeps input from *at on and
// appends to it; the scanner does not scan it twice. The caller compacts its
// buffer freely between calls as long as input[*at..] keeps its content. What
// exceeds EVENT_JSON_MAX unfinished is a reject ("too long"), so the caller's
// buffer is bounded, too.
event_scan_t event_scanner_next(event_scanner_t *scanner, slice_t input,
                                size_t *at, bool last, slice_t *found,
                                const char **reason);

// A guess that saves most of the work: whether a line follows that looks like
// one object, from its { to its }. *at moves past separators. If it parses as
// JSON it is what event_scanner_next() would find: event_scanner_take() it.
// If not, go on with event_scanner_next(); no line is guessed twice.
bool event_scanner_guess(event_scanner_t *scanner, slice_t input, size_t *at,
                         slice_t *line);

// Moves *at past the line just guessed.
void event_scanner_take(event_scanner_t *scanner, size_t *at, slice_t line);

#endif

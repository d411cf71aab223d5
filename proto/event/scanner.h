// event_scanner - cuts a stream of bytes into JSON objects.
//
// It knows only the braces and strings of JSON; event_parser_parse() checks the
// objects. Every byte that is not a separator ends up in an object or in a dead
// letter; none is skipped silently.
//
// Damage    JSON forbids raw line breaks and NULs in strings: a string that has
//           one is torn there. So is an object whose next line begins with {"
//           or [{": lines of events begin like that, and no line within an
//           indented object does. Between objects, anything else is debris, up
//           to the next line or NUL, or to the }{" of objects that follow one
//           another directly.
// Memory    Input is borrowed; results point into it.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_EVENT_SCANNER_H
#define OCTOLOG_PROTO_EVENT_SCANNER_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>

// What the scanner found next.
typedef enum {
    EVENT_SCAN_OBJECT, // a whole JSON object: hand it to event_parser_parse()
    EVENT_SCAN_REJECT, // bytes that are not an object; *reason is set
    EVENT_SCAN_MORE,   // the rest is incomplete: call again with more input
    EVENT_SCAN_END,    // all input is consumed, and it was the last
} event_scan_t;

typedef struct event_scanner event_scanner_t;

// NULL when out of memory. A scanner reads one stream up to its END; then it is
// ready for another.
event_scanner_t *event_scanner_new(void);
void event_scanner_destroy(event_scanner_t **scanner);

// Finds the next object in input[*at..], and moves *at past the bytes consumed.
// Accepts newline-delimited objects, objects with nothing between them, arrays
// of objects (one or many, over any number of lines), a byte-order mark, runs
// of NULs, and torn lines: after damage it resumes at the next line.
// `last` says that no input follows; an incomplete object is then rejected
// ("truncated"). After EVENT_SCAN_MORE the caller keeps the input from *at and
// appends to it; the scanner does not scan it twice. The caller may compact its
// buffer between calls if input[*at..] keeps its content. An incomplete object
// that exceeds EVENT_JSON_MAX is rejected ("too long"), which bounds the
// caller's buffer as well.
event_scan_t event_scanner_next(event_scanner_t *scanner, slice_t input,
                                size_t *at, bool last, slice_t *found,
                                const char **reason);

// A guess that saves most of the work: whether the next line looks like one
// object, from its { to its }. Moves *at past separators. If the line parses as
// JSON, it is what event_scanner_next() would find: call event_scanner_take().
// If not, continue with event_scanner_next(); no line is guessed twice.
bool event_scanner_guess(event_scanner_t *scanner, slice_t input, size_t *at,
                         slice_t *line);

// Moves *at past the guessed line.
void event_scanner_take(event_scanner_t *scanner, size_t *at, slice_t line);

#endif

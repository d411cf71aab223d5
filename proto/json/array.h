// json_array - cuts the text of a JSON array into its elements.
//
// It knows only the brackets, strings and commas of JSON; json_parse() or
// event_parser_parse() must still check each element. It only finds where
// elements end, so that a bad element does not affect the others.
//
// Damage    An object that is not closed ends where another object stands in
//           place of a name (`,{`), or with the bracket that closes its parent.
//           No prefix of a valid array passes for an array, so an answer that
//           was cut off in transit is never taken for a shorter one.
// Errors    0 or a negative errno; *reason is a short constant text.
// Memory    Borrowed: elements point into the text.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_JSON_ARRAY_H
#define OCTOLOG_PROTO_JSON_ARRAY_H

#include "proto/base/slice.h"
#include "proto/json/json.h"

// Fields are private.
typedef struct {
    const char *at, *end;
    bool closed;
    size_t depth;   // open brackets in the element
    size_t open[2]; // arrays and objects among them, down to JSON_DEPTH_MAX
    // Bit d: at depth d an object is open, not an array. Deeper levels are only
    // counted: json_parse() refuses them.
    uint64_t objects[JSON_DEPTH_MAX / 64];
} json_array_t;

// Starts reading. -EBADMSG: the text does not begin with an array.
int json_array_open(json_array_t *array, slice_t text);

// Takes the next element without the white space around it; empty elements are
// skipped. 1: *element is set; 0: no more elements, and nothing follows the
// array. -EBADMSG: the array does not end, or something follows it.
int json_array_next(json_array_t *array, slice_t *element, const char **reason);

// Whether a quote within a string is text: it follows an odd number of
// backslashes. The opening quote of the string bounds the search, so there must
// be one before it.
bool json_quote_is_escaped(const char *quote);

#endif

// json_array - cuts the text of a JSON array into its elements.
//
// It knows brackets, strings and commas, and nothing else of JSON: an element
// is text that json_parse() or event_parser_parse() must still judge. Only
// where an element ends matters here, so that a bad one costs no other.
//
// Damage    An object that is not closed ends where another one follows it in a
//           place for a name (`,{`), or with the bracket that closes what it is
//           in. No prefix of a valid array passes for an array: what was cut
//           off in transit is never taken for a shorter answer.
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
    size_t depth; // of what is open in the element
    // Bit d: at depth d an object is open, not an array. What is nested deeper
    // is only counted: no parser of ours takes it.
    uint64_t objects[JSON_DEPTH_MAX / 64];
} json_array_t;

// Begins to read. -EBADMSG: the text does not begin with an array.
int json_array_open(json_array_t *array, slice_t text);

// Takes the next element, without the white space around it; what is empty
// between two commas is none. 1: *element is it; 0: there are no more, and
// nothing follows the array. -EBADMSG: the array does not end, or something
// follows it.
int json_array_next(json_array_t *array, slice_t *element, const char **reason);

// Whether a quote within a string is text: it follows an odd number of
// backslashes. The opening quote of the string bounds the search, so there must
// be one before it.
bool json_quote_is_escaped(const char *quote);

#endif

// instant - parses a time in a query. Pure.
//
// Accepts what pydantic's datetime accepts: RFC 3339 with any zone offset,
// without a zone (UTC), without seconds, or only a date (midnight). The + of an
// offset arrives as a blank if the client did not escape it, so a blank is
// accepted as a +.
//
// All event times are whole seconds, so rounding fractions up does not change
// which events are in a window [a, b). Times before 1970 or after 2106 become
// the first or last time that fits a column.

#ifndef OCTOLOG_API_TEXT_INSTANT_H
#define OCTOLOG_API_TEXT_INSTANT_H

#include "proto/base/slice.h"

#include <stdint.h>

// Returns NULL and sets *seconds (since 1970), or returns what is wrong, in
// pydantic's words ("input is too short"), and leaves *seconds untouched.
const char *instant_parse(slice_t text, uint32_t *seconds);

#endif

// instant - a point in time as a client writes it in a query. Pure.
//
// Takes what pydantic's datetime takes: RFC 3339 with any zone offset, without
// a zone (then UTC), without seconds, or a date alone (its midnight). Written
// unescaped in a URL, the + of an offset arrives as a blank: that is a + again.
//
// Everything octolog counts has whole seconds, so a window [a, b) holds the
// same events as the one between the next whole seconds: a fraction rounds up.
// Times before 1970 or after 2106 become the first and last that columns hold.

#ifndef OCTOLOG_API_TEXT_INSTANT_H
#define OCTOLOG_API_TEXT_INSTANT_H

#include "proto/base/slice.h"

#include <stdint.h>

// Returns NULL, or what is wrong in pydantic's words ("input is too short");
// *seconds is untouched then.
const char *instant_parse(slice_t text, uint32_t *seconds);

#endif

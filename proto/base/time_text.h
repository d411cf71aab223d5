// time_text - parses and formats times. Reads no clock.
//
// Seconds count from 1970-01-01T00:00:00Z without leap seconds, as a u32, which
// ends on 2106-02-07.

#ifndef OCTOLOG_PROTO_BASE_TIME_TEXT_H
#define OCTOLOG_PROTO_BASE_TIME_TEXT_H

#include "proto/base/slice.h"

#include <stdint.h>

// "2016-01-01T01:30:00Z" and its terminator.
#define TIME_TEXT_BYTES 21

// Parses RFC 3339 ("2016-01-01T01:30:00Z", "...-07:00"; a fraction of a second
// is truncated, "t" and "z" may be in lower case, a blank may replace the T)
// and the archives' old form ("2012/04/11 15:01:33 -0700").
// -EINVAL: neither form, no such day, or outside u32; *seconds is untouched.
int time_text_parse(slice_t text, uint32_t *seconds);

// Writes RFC 3339 in UTC, with a Z.
void time_text_format(uint32_t seconds, char text[TIME_TEXT_BYTES]);

// Writes "2016-01-01T01:30:00.000001Z" for microseconds since 1970: 28 bytes
// with the terminator.
#define TIME_TEXT_US_BYTES 28
void time_text_format_us(int64_t microseconds, char text[TIME_TEXT_US_BYTES]);

// Writes an HTTP date, "Sun, 06 Nov 1994 08:49:37 GMT", and its terminator. For
// years before 10000.
#define TIME_TEXT_HTTP_BYTES 30
void time_text_format_http(int64_t seconds, char text[TIME_TEXT_HTTP_BYTES]);

#endif

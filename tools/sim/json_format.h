// json_format - printf for JSON: escapes what it inserts, and is fast.
//
// In the format, ' stands for ", so that JSON can be read in C source.
//
//   %s  const char *, escaped         %S  slice_t, escaped
//   %r  const char *, as it is        %R  slice_t, as it is
//   %u  uint64_t                      %d  int
//   %b  bool as true or false         %t  uint32_t as RFC 3339 in UTC
//   %h  uint64_t, spread over 40 hexadecimal digits like a commit's hash
//   %%  a percent sign
//
// Errors    Out of memory shows in the buffer, once, at the end. An unknown
//           conversion is our own mistake and asserts.
// Threads   Any, one per buffer.

#ifndef OCTOLOG_TOOLS_SIM_JSON_FORMAT_H
#define OCTOLOG_TOOLS_SIM_JSON_FORMAT_H

#include "proto/base/buffer.h"

void json_format(buffer_t *out, const char *format, ...);

#endif

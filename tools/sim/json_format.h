// json_format - a fast printf for JSON, which escapes inserted text.
//
// In the format, ' stands for ", so that JSON is readable in C source.
//
//   %s  const char *, escaped         %S  slice_t, escaped
//   %r  const char *, as it is        %R  slice_t, as it is
//   %u  uint64_t                      %d  int
//   %b  bool as true or false         %t  uint32_t as RFC 3339 in UTC
//   %h  uint64_t, expanded to 40 hexadecimal digits like a commit hash
//   %%  a percent sign
//
// Errors    Out of memory shows in the buffer. An unknown conversion is a
//           programming error and asserts.
// Threads   Any, one per buffer.

#ifndef OCTOLOG_TOOLS_SIM_JSON_FORMAT_H
#define OCTOLOG_TOOLS_SIM_JSON_FORMAT_H

#include "proto/base/buffer.h"

void json_format(buffer_t *out, const char *format, ...);

#endif

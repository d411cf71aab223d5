// event_line - prints an event as one line for people.
//
//     offset  time  type  repository  actor  what happened
//
// Columns are aligned. A value wider than its column is still printed whole, up
// to the width of the line. What happened is derived from the payload, and left
// out for types that are not known. Events are untrusted input: no control
// character is printed.
//
// Errors    Those of the stream show in ferror().
// Threads   One at a time per object. Pure except for the stream.

#ifndef OCTOLOG_TOOLS_TAIL_EVENT_LINE_H
#define OCTOLOG_TOOLS_TAIL_EVENT_LINE_H

#include "proto/batch/batch.h"

#include <stdio.h>

typedef struct event_line event_line_t;

// columns: maximum width of a line; 0: unlimited. Below 100 a line has no date
// and narrower columns, below 60 no offset. NULL when out of memory.
event_line_t *event_line_new(bool colour, int columns);
void event_line_destroy(event_line_t **line);

// The type as printed: "Push" for "PushEvent".
slice_t event_line_type(slice_t type);

// Prints event i of a batch, which must have its payload, and a line feed.
void event_line_print(event_line_t *line, FILE *out, const batch_t *batch,
                      uint32_t i);

#endif

// event_line - an event as one line for people.
//
//     offset  time  type  repository  actor  what happened
//
// The columns are aligned; what does not fit its column is printed whole all
// the same, up to the width of the line. What happened is told from the
// payload, and left out where nothing is known of it. Events come from
// anywhere: no control character gets out.
//
// Errors    A stream's show in ferror().
// Threads   One at a time per object. Pure, but for the stream.

#ifndef OCTOLOG_TOOLS_TAIL_EVENT_LINE_H
#define OCTOLOG_TOOLS_TAIL_EVENT_LINE_H

#include "proto/batch/batch.h"

#include <stdio.h>

typedef struct event_line event_line_t;

// columns: of a line, at most; 0: no bound. Below 100 a line has no date and
// narrower columns, below 60 no offset. NULL when out of memory.
event_line_t *event_line_new(bool colour, int columns);
void event_line_destroy(event_line_t **line);

// "Push" for "PushEvent": as it is printed.
slice_t event_line_type(slice_t type);

// Prints event i of a batch that has its payload, and a line feed.
void event_line_print(event_line_t *line, FILE *out, const batch_t *batch,
                      uint32_t i);

#endif

// polls - plays back recorded polls, one line at a time.
//
// A line is consumed when a complete and valid response with it was sent;
// faults do not consume it. The last line is repeated forever.
//
// Errors    0 or -ENOMEM.
// Memory    The recording is borrowed; its events move between its lines.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_POLLS_H
#define OCTOLOG_TOOLS_SIM_POLLS_H

#include "tools/sim/recording.h"

typedef struct {
    recording_t *recording;
    size_t next; // first line not consumed
} polls_t;

// The line for the next poll.
size_t polls_line(const polls_t *polls);

size_t polls_left(const polls_t *polls);

size_t polls_find(const polls_t *polls, size_t line, sim_event_t **events,
                  size_t limit);

// Marks the line as sent.
void polls_consume(polls_t *polls, size_t line);

// Moves an event of this line to the front of the next one, unless it already
// has the event. If there is no next line or it is full, the event stays.
int polls_withhold(polls_t *polls, size_t line, sim_event_t *event);

#endif

// polls - recorded polls, played back one line after the other.
//
// A line is consumed when an answer with it went out whole and valid; faults
// do not consume it. After the last line the last one is repeated.
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

// The line that the next poll shows.
size_t polls_line(const polls_t *polls);

size_t polls_left(const polls_t *polls);

size_t polls_find(const polls_t *polls, size_t line, sim_event_t **events,
                  size_t limit);

// The line went out.
void polls_consume(polls_t *polls, size_t line);

// Moves an event of this line to the next one, at its head, unless that has it
// already. Where there is no next line, or no room in it, the event stays.
int polls_withhold(polls_t *polls, size_t line, sim_event_t *event);

#endif

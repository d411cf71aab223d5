// report_limit - how often one place in the code may report. Pure arithmetic.
//
// Units     Milliseconds of a clock that never jumps.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_REPORT_LIMIT_H
#define OCTOLOG_ACTORS_REPORT_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#define REPORT_LIMIT_LINES     20
#define REPORT_LIMIT_WINDOW_MS 10000
// Places that are known at a time. One more takes the slot of the one whose
// window began first, which then may report again.
#define REPORT_LIMIT_PLACES 64

typedef struct {
    const void *place; // NULL: a free slot
    int64_t since_ms;  // its window began
    uint64_t lines;    // in that window
} report_limit_place_t;

// Zeroed: nothing was reported.
typedef struct {
    report_limit_place_t places[REPORT_LIMIT_PLACES];
} report_limit_t;

typedef enum {
    REPORT_LIMIT_PASS,
    REPORT_LIMIT_LAST,     // passes; the next ones of this window do not
    REPORT_LIMIT_LEAVE_OUT // is not to be written
} report_limit_verdict_t;

// Judges one more line of a place. *left_out: how many of it were left out in
// the window before, to be told by this line; 0 for all lines but the first of
// a window.
report_limit_verdict_t report_limit_judge(report_limit_t *limit,
                                          const void *place, int64_t now_ms,
                                          uint64_t *left_out);

#endif

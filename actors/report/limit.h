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
// Places remembered at a time. One more takes over the slot with the oldest
// window; the place evicted may then report again.
#define REPORT_LIMIT_PLACES 64

typedef struct {
    const void *place; // NULL: a free slot
    int64_t since_ms;  // start of its window
    uint64_t lines;    // in that window
} report_limit_place_t;

// Zeroed: nothing has been reported yet.
typedef struct {
    report_limit_place_t places[REPORT_LIMIT_PLACES];
} report_limit_t;

typedef enum {
    REPORT_LIMIT_PASS,
    REPORT_LIMIT_LAST,     // passes, as the last one of this window
    REPORT_LIMIT_LEAVE_OUT // must not be written
} report_limit_verdict_t;

// Judges the next line of a place. *left_out is set to the number of lines left
// out in the previous window, which this line should report; it is 0 except
// for the first line of a window.
report_limit_verdict_t report_limit_judge(report_limit_t *limit,
                                          const void *place, int64_t now_ms,
                                          uint64_t *left_out);

#endif

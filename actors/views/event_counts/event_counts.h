// view_event_counts - how many events of each type, in any window.
//
// Counts by created_at, exact to the second, whatever the length of the window
// and however late an event came. Addition does not care about order, so
// neither do the rows.
//
// A row is a page (actors/views/event_page.h) of counts over time. Pages form
// levels: the slots of a page are the seconds of a minute, the minutes of an
// hour, the hours of a day, the days of a 32-day span, those of a 1024-day
// span, and these spans up to the year 2106; all aligned to the epoch, so that
// midnight and month ends are nothing special. Only seconds are counted as
// events come; a flush adds the sums to the levels above. A window is the
// fewest slots that fill it: two pages a level at most, twelve rows in all.
//
//     key    level u8 (1 = seconds), number of the page u32 big-endian
//     value  actors/views/event_page.h
//
// Unknown types are counted under their own name.

#ifndef OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_EVENT_COUNTS_H
#define OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_EVENT_COUNTS_H

#include "actors/views/event_counts/messages.h"
#include "actors/views/view.h"

extern const view_class_t view_event_counts;

// Asked with a view_counts_asked_t. A window that ends before it starts is
// empty.
extern const view_question_t view_counts_question;

// Asked with a view_series_asked_t. -E2BIG: a series beyond the bounds.
extern const view_question_t view_series_question;

#endif

// view_event_counts - the number of events of each type in any window.
//
// Counts by created_at, exact to the second for windows of any length, however
// late an event arrives. Addition does not depend on order, so neither do the
// rows.
//
// A row is a page (actors/views/event_page.h) of counts over time. Pages form
// six levels. Their slots are the seconds of a minute, the minutes of an hour,
// the hours of a day, the days of a 32-day span, those spans of a 1024-day
// span, and the 1024-day spans up to the year 2106. All are aligned to the
// epoch, so midnight and the ends of months need no special case. apply()
// counts seconds only; a flush adds the sums to the levels above. A window is
// filled with the fewest slots: at most two pages per level, twelve rows in
// all.
//
//     key    level u8 (1 = seconds), page number u32 big-endian
//     value  actors/views/event_page.h
//
// Unknown types are counted under their own names.

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

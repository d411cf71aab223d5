// view_weekdays - how many events there were on each day of the week.
//
// Counts by created_at, in UTC, so neither the order of arrival nor the batches
// matter.
//
//     key    'd' u8, day u8 (0 = Sunday)
//     value  events u64 little-endian
//
//     weekday    day u8  -> events u64

#ifndef OCTOLOG_ACTORS_VIEWS_WEEKDAYS_WEEKDAYS_H
#define OCTOLOG_ACTORS_VIEWS_WEEKDAYS_WEEKDAYS_H

#include "actors/views/view.h"

typedef struct {
    uint8_t day;
} view_weekday_asked_t;

extern const view_class_t view_weekdays;

// Asked with a view_weekday_asked_t. -EINVAL: there is no such day.
extern const view_question_t view_weekday_question;

#endif

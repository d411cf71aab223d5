#include "actors/aggregator/catch_up.h"

void catch_up_start(catch_up_t *self, uint64_t position, int64_t stamp_us)
{
    *self = (catch_up_t){
        .state = position ? CATCH_UP_CHECKING : CATCH_UP_READING,
        .position = position,
        .stamp_us = stamp_us,
        .log_end = position,
    };
}

static void s_break(catch_up_t *self, const char *reason)
{
    self->state = CATCH_UP_BROKEN;
    self->reason = reason;
}

bool catch_up_wants(const catch_up_t *self, uint64_t *from)
{
    if (self->asked || self->state == CATCH_UP_FOLLOWING ||
        self->state == CATCH_UP_BROKEN)
        return false;
    *from = self->position - (self->state == CATCH_UP_CHECKING);
    return true;
}

void catch_up_asked(catch_up_t *self)
{
    self->asked = true;
}

void catch_up_failed(catch_up_t *self)
{
    self->asked = false;
}

void catch_up_answer(catch_up_t *self, uint64_t first, uint64_t end)
{
    self->log_first = first;
    self->log_end = end;
    self->answer_end = end;
    if (end < self->position)
        s_break(self, "it is ahead of the log");
    else if (first > self->position)
        s_break(self, "the log no longer holds what comes next");
}

void catch_up_answered(catch_up_t *self)
{
    self->asked = false;
    if (self->state == CATCH_UP_BROKEN)
        return;
    self->state =
        self->position < self->log_end ? CATCH_UP_READING : CATCH_UP_FOLLOWING;
    self->caught_up |= self->state == CATCH_UP_FOLLOWING;
}

// Whether the batch has the event at the position, and which one it is.
static bool s_reaches(const catch_up_t *self, uint64_t first, uint32_t count,
                      uint32_t *skip)
{
    if (first > self->position || self->position - first >= count)
        return false;
    *skip = (uint32_t)(self->position - first);
    return true;
}

// The first batch read in CHECKING has the event before the position, unless
// the log no longer has it.
static void s_check(catch_up_t *self, uint64_t first, int64_t stamp_us)
{
    self->state = CATCH_UP_READING;
    if (first < self->position && stamp_us != self->stamp_us)
        s_break(self, "it was made from another log");
}

bool catch_up_read(catch_up_t *self, uint64_t first, uint32_t count,
                   int64_t stamp_us, uint32_t *skip)
{
    if (self->state == CATCH_UP_CHECKING)
        s_check(self, first, stamp_us);
    return self->state == CATCH_UP_READING &&
           s_reaches(self, first, count, skip);
}

bool catch_up_feed(catch_up_t *self, uint64_t first, uint32_t count,
                   uint32_t *skip)
{
    if (first + count > self->log_end)
        self->log_end = first + count;
    if (self->state != CATCH_UP_FOLLOWING)
        return false;
    if (first > self->position)
        self->state = CATCH_UP_READING;
    return s_reaches(self, first, count, skip);
}

void catch_up_taken(catch_up_t *self, uint64_t first, uint32_t count,
                    int64_t stamp_us)
{
    self->position = first + count;
    self->stamp_us = stamp_us;
}

void catch_up_heartbeat(catch_up_t *self, uint64_t first, uint64_t end)
{
    self->log_first = first;
    if (end > self->log_end)
        self->log_end = end;
    // Behind the feed. Or, if the end is before the position, an old heartbeat
    // or a log that lost its end: the log's answer will show which.
    if (self->state == CATCH_UP_FOLLOWING && end != self->position)
        self->state = CATCH_UP_READING;
}

// log_link - asks the journal for history without waiting for it.
//
// A reader that also serves must not sit in a request. So the question goes
// out on a DEALER, the answer is taken when it comes, and one that does not
// come in time is given up: the socket is opened anew, so that it can never be
// taken for the answer to the next question. Each further wait is twice as
// long, up to a bound. A journal that goes before it answered is noticed at
// once.
//
// One question at a time. Whoever waits, waits for log_link_fd(), and not at
// all when log_link_has_news().
//
// Errors    0 or a negative errno.
// Memory    The answer's frames, one at a time; an answer holds what it was
//           asked for, at most.
// Threads   The owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_LOG_LINK_H
#define OCTOLOG_ACTORS_AGGREGATOR_LOG_LINK_H

#include "actors/config/config.h"
#include "proto/message.h"

#include <czmq.h>

typedef struct {
    const config_t *config; // borrowed
    zsock_t *socket;        // NULL after a question was given up
    bool asked;
    bool absent;         // nobody was there to take the last question
    int64_t deadline_ms; // of the answer
    int wait_ms;         // for this one
    zmq_msg_t frame;     // of the answer in hand
    bool more;           // frames follow it
} log_link_t;

// Connects to "log"; the journal need not be there yet.
int log_link_open(log_link_t *link, const config_t *config);
void log_link_close(log_link_t *link);

// Asks for heads of batches from an offset on. -EAGAIN: the journal is not
// there, which log_link_fd() says when it changes.
int log_link_ask(log_link_t *link, uint64_t from, int64_t now_ms);

// Gives the question up if its time is over: true. -> log_link_ask() again.
bool log_link_give_up(log_link_t *link, int64_t now_ms);

// Gives the question up, if there is one.
void log_link_cancel(log_link_t *link);

// What to poll for reading; -1: nothing is awaited.
int log_link_fd(const log_link_t *link);

// Whether log_link_begin() has something to say.
bool log_link_has_news(log_link_t *link);

// Begins to take an answer: 1 with *answer; 0: none is there; -EBADMSG: it is
// none, or a FAILURE; -ECONNRESET: there will be none, for the journal went.
// log_link_end() must follow unless it returned 0.
int log_link_begin(log_link_t *link, message_log_batches_t *answer);

// The head of its next batch, valid until the next call; false after the last.
bool log_link_next(log_link_t *link, slice_t *head);

void log_link_end(log_link_t *link);

#endif

// log_link - asks the journal for history without blocking.
//
// An actor that serves requests must not block in one. So the question is sent
// on a DEALER and the answer is taken when it arrives. If it does not arrive in
// time, the socket is reopened, so that a late answer can never be mistaken for
// that to the next question. Each further wait is twice as long, up to a bound.
// A journal that goes away before it answers is noticed at once.
//
// One question at a time. To wait for an answer, poll log_link_fd(), unless
// log_link_has_news() is already true.
//
// Errors    0 or a negative errno.
// Memory    One frame of the answer at a time; an answer is at most as large as
//           requested.
// Threads   The owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_LOG_LINK_H
#define OCTOLOG_ACTORS_AGGREGATOR_LOG_LINK_H

#include "actors/config/config.h"
#include "proto/message.h"

#include <czmq.h>

typedef struct {
    const config_t *config; // borrowed
    zsock_t *socket;        // NULL after a question was cancelled
    bool asked;
    bool absent;         // the last question found no peer
    int64_t deadline_ms; // of the answer
    int wait_ms;         // for this answer
    zmq_msg_t frame;     // the current one of the answer
    bool more;           // more frames follow
} log_link_t;

// Connects to "log"; the journal need not be there yet.
int log_link_open(log_link_t *link, const config_t *config);
void log_link_close(log_link_t *link);

// Asks for heads of batches from an offset on. -EAGAIN: the journal is not
// there; log_link_fd() becomes readable when it is.
int log_link_ask(log_link_t *link, uint64_t from, int64_t now_ms);

// Cancels the question if its deadline has passed. True: log_link_ask() again.
bool log_link_give_up(log_link_t *link, int64_t now_ms);

// Cancels the question, if there is one.
void log_link_cancel(log_link_t *link);

// The descriptor to poll for reading; -1: no answer is awaited.
int log_link_fd(const log_link_t *link);

// Whether log_link_begin() has a result.
bool log_link_has_news(log_link_t *link);

// Begins to read an answer. 1: *answer is set; 0: no answer yet; -EBADMSG: not
// a valid answer, or a FAILURE; -ECONNRESET: the journal went away, there will
// be no answer. Unless it returned 0, log_link_end() must follow.
int log_link_begin(log_link_t *link, message_log_batches_t *answer);

// The head of the answer's next batch, valid until the next call; false after
// the last.
bool log_link_next(log_link_t *link, slice_t *head);

void log_link_end(log_link_t *link);

#endif

// stream - the live tail: events of the log as Server-Sent Events, for one
// client.
//
// Each event's id is its offset, so the Last-Event-ID of a client that comes
// back says where it goes on. What it gets is read from the log, so nothing is
// lost or repeated whatever the feed drops, the journal being away included.
//
//     id: OFFSET, data: {"offset": ..., the event}
//     a comment   now and then, when there is nothing else, with the id of the
//                 last event that was looked at: who comes back after hours of
//                 events that its filter leaves out does not look again
//     event: gap, data: {"expected": OFFSET, "next": OFFSET}: the log has
//                 dropped what lies between; or, with a lower `next`, it is
//                 another log than the one that Last-Event-ID is from
//
// Memory    What one page holds. A client that is slow is not waited for: it is
//           cut off, and the log keeps what it did not get.
// Threads   The call's.

#ifndef OCTOLOG_API_HANDLER_STREAM_H
#define OCTOLOG_API_HANDLER_STREAM_H

#include "api/handler/handler.h"
#include "api/handler/page.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct stream {
    page_filter_t filter; // borrows the call's parameters
    uint64_t next;        // first offset not looked at
    int64_t spoke_ms;     // when the client was sent something; 0: never
    bool failed;          // the log did not answer the last question
} stream_t;

// Puts what the client is to be sent next into the answer's body, which may be
// nothing, after waiting for it a second or two at most. false: that was all,
// because the server stops or the log is damaged.
bool stream_next(call_t *call, stream_t *stream);

#endif

// stream - the live tail: sends events of the log to one client as Server-Sent
// Events.
//
// The id of an event is its offset, so a reconnecting client continues after
// its Last-Event-ID. Events are read from the log, so none is lost or repeated,
// even if the feed drops messages or the journal is down for a while.
//
//     id: OFFSET, data: {"offset": ..., the event}
//     a comment   every few seconds without events, with the id of the last
//                 event searched, so that a client whose filter matches rarely
//                 does not search the same events again when it reconnects
//     event: gap, data: {"expected": OFFSET, "next": OFFSET}: the log has
//                 dropped the events between; or, if `next` is lower, this is
//                 not the log that Last-Event-ID came from
//
// Memory    One page. A slow client is disconnected; it can read what it missed
//           from the log.
// Threads   The thread that owns the call.

#ifndef OCTOLOG_API_HANDLER_STREAM_H
#define OCTOLOG_API_HANDLER_STREAM_H

#include "api/handler/handler.h"
#include "api/handler/page.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct stream {
    page_filter_t filter; // borrows the call's parameters
    uint64_t next;        // first offset not searched
    int64_t spoke_ms;     // when the client was last sent something; 0: never
    bool failed;          // the log did not answer the last question
} stream_t;

// Waits up to about two seconds and sets the answer's body to the bytes to send
// next, which may be none. false: the stream ends after them, because the
// server stops or the log is damaged.
bool stream_next(call_t *call, stream_t *stream);

#endif

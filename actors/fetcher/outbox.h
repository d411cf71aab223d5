// fetcher_outbox - finished polls waiting to be sent to the journal.
//
// A poll becomes one batch, or several if it is large; only the last one
// carries the cursor and the number of events left out. The pages and events of
// a poll are reversed: GitHub sends the newest first, but the log should be
// nearly sorted by created_at, so that its time index is precise and a tail
// shows events in the order they happened.
//
// Errors    0 or a negative errno; nothing here prints.
// Memory    Polls are owned and freed once sent. At most the pages of one poll
//           per token: nothing new is polled while the outbox is not empty.
// Threads   One: the fetcher's.

#ifndef OCTOLOG_ACTORS_FETCHER_OUTBOX_H
#define OCTOLOG_ACTORS_FETCHER_OUTBOX_H

#include "actors/fetch/page.h"
#include "actors/producer/producer.h"

#define FETCHER_POLL_PAGES 3

// The pages of a poll so far. Made by fetcher_poll_new().
typedef struct fetcher_poll {
    struct fetcher_poll *next;
    size_t tag;         // the owner's number for the source
    const char *source; // borrowed, outlives the poll
    fetch_page_t *pages[FETCHER_POLL_PAGES];
    size_t page_count;
    buffer_t cursor;   // sent with the last batch; empty: none
    uint64_t base;     // the cursor that left_out depends on (PUBLISH)
    uint32_t left_out; // events that the log has; sent with the last batch
    bool begun;        // a batch of it has been sent
    int64_t received_at_us;
} fetcher_poll_t;

// NULL: out of memory.
fetcher_poll_t *fetcher_poll_new(size_t tag, const char *source);
void fetcher_poll_destroy(fetcher_poll_t **poll);

typedef struct fetcher_outbox fetcher_outbox_t;

// batch_events: the most events in one batch. NULL: out of memory.
fetcher_outbox_t *fetcher_outbox_new(uint32_t batch_events);
void fetcher_outbox_destroy(fetcher_outbox_t **outbox);

// Takes a poll that has ended.
void fetcher_outbox_add(fetcher_outbox_t *outbox, fetcher_poll_t **poll);

bool fetcher_outbox_is_empty(const fetcher_outbox_t *outbox);

// Sends as much as the producer has room for. -ENOMEM and other errors of
// producer_send(): the rest of a poll was dropped together with its cursor;
// *tag says which source. Call again for the other polls.
int fetcher_outbox_send(fetcher_outbox_t *outbox, producer_t *producer,
                        size_t *tag);

#endif

// fetcher_outbox - finished polls on their way to the journal.
//
// Each poll becomes one batch, or several when it is large; only the last one
// carries the cursor, and how many events were left out. Within a poll the
// order is reversed, pages and events: GitHub sends the newest first, the log
// is nearly sorted by created_at, and so its time index stays sharp and a tail
// reads as it happened.
//
// Errors    0 or a negative errno; nothing here prints.
// Memory    Polls are taken and freed when they are sent. They hold at most
//           what the pages of one poll a token do: nothing new is polled
//           while the outbox is not empty.
// Threads   One: the fetcher's.

#ifndef OCTOLOG_ACTORS_FETCHER_OUTBOX_H
#define OCTOLOG_ACTORS_FETCHER_OUTBOX_H

#include "actors/fetch/page.h"
#include "actors/producer/producer.h"

#define FETCHER_POLL_PAGES 3

// A poll's pages, as they come in. Made by fetcher_poll_new().
typedef struct fetcher_poll {
    struct fetcher_poll *next;
    size_t tag;         // the owner's name for the source
    const char *source; // borrowed, outlives the poll
    fetch_page_t *pages[FETCHER_POLL_PAGES];
    size_t page_count;
    buffer_t cursor;   // goes with the last batch; empty: none
    uint64_t base;     // what the cursor and left_out rest on (PUBLISH)
    uint32_t left_out; // events that the log has; told with the last batch
    bool begun;        // a batch of it is sent
    int64_t received_at_us;
} fetcher_poll_t;

// NULL when out of memory.
fetcher_poll_t *fetcher_poll_new(size_t tag, const char *source);
void fetcher_poll_destroy(fetcher_poll_t **poll);

typedef struct fetcher_outbox fetcher_outbox_t;

// batch_events: of one batch at most. NULL when out of memory.
fetcher_outbox_t *fetcher_outbox_new(uint32_t batch_events);
void fetcher_outbox_destroy(fetcher_outbox_t **outbox);

// Takes a poll that is over.
void fetcher_outbox_add(fetcher_outbox_t *outbox, fetcher_poll_t **poll);

bool fetcher_outbox_is_empty(const fetcher_outbox_t *outbox);

// Sends as much as the producer has room for. -ENOMEM and others of
// producer_send(): the rest of a poll could not be sent and was dropped, its
// cursor with it; *tag says whose. Call again for the others.
int fetcher_outbox_send(fetcher_outbox_t *outbox, producer_t *producer,
                        size_t *tag);

#endif

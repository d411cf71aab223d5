// send_window - which batches a producer holds, and which to publish next.
//
// Pure arithmetic: no sockets, no clock, no bytes of a batch. The owner stores
// the batches, batch number s in slot s % capacity.
//
// Batches are numbered from 1 and leave the window in that order, when the
// journal acknowledges them. The journal accepts a producer's batches in order
// only, so a lost one holds up all that follow:
//
//   time-out   Only the lowest is published again, as a probe. If the answer
//              acknowledges just that batch, the following ones were lost too
//              and are published again at once. If it acknowledges more, the
//              journal was merely slow and nothing needs to be sent twice.
//   reopened   A journal that (re)started subscribes: all are published again.
//
// Time-outs double from `republish_ms` to 8 times that; progress resets them.
//
// Errors    0 or a negative errno.
// Memory    One number per slot.
// Threads   One.

#ifndef OCTOLOG_ACTORS_PRODUCER_SEND_WINDOW_H
#define OCTOLOG_ACTORS_PRODUCER_SEND_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What send_window_wait_ms() returns when nothing is pending.
#define SEND_WINDOW_IDLE_MS 60000

// Fields are for reading. acknowledged <= published <= last.
typedef struct {
    uint32_t capacity;     // batches
    size_t capacity_bytes; // may be exceeded by one batch
    size_t bytes;          // held
    size_t *sizes;         // of the batch in each slot
    bool open;             // the journal is subscribed
    uint64_t acknowledged; // all up to this number are on disk
    uint64_t published;    // all up to this number were sent in this pass
    uint64_t last;         // number of the newest batch
    uint64_t probe;        // sent alone after a time-out; 0: none
    bool ask;              // a probe must be sent now
    int base_ms, timeout_ms;
    int64_t deadline_ms; // when the lowest counts as lost
} send_window_t;

// -EINVAL: a bound is 0. -ENOMEM.
int send_window_init(send_window_t *window, uint32_t capacity,
                     size_t capacity_bytes, int republish_ms);
void send_window_free(send_window_t *window);

bool send_window_has_room(const send_window_t *window);

// Adds a batch and returns its number. There must be room.
uint64_t send_window_add(send_window_t *window, size_t bytes);

// The lowest number not acknowledged: the floor of PUBLISH.
uint64_t send_window_floor(const send_window_t *window);
uint32_t send_window_held(const send_window_t *window);

// The number of the batch to publish now; 0: none. Call it until it returns 0.
uint64_t send_window_next(send_window_t *window, int64_t now_ms);

// The journal has all batches up to `sequence`. Returns how many left the
// window, the lowest ones. Numbers that were never sent are ignored.
uint32_t send_window_acknowledge(send_window_t *window, uint64_t sequence,
                                 int64_t now_ms);

// The journal subscribed, or unsubscribed.
void send_window_open(send_window_t *window);
void send_window_close(send_window_t *window);

// Milliseconds until send_window_next() may return a batch.
int send_window_wait_ms(const send_window_t *window, int64_t now_ms);

#endif

// producer - hands batches to the journal so that none is lost.
//
// Numbers them, publishes them on "ingest", holds each until the journal's
// acknowledgement comes over "feed", and publishes again what is not
// acknowledged in time: in order from the lowest, for the journal takes a
// producer's batches in order only. When the window is full the owner must
// stop reading its source: that is the back-pressure. Payloads are packed
// here, as the log will keep them: there is one journal and many producers, and
// neither sockets nor windows then carry more than an eighth.
//
// Used by fetcher, import and whatever else brings events. The decisions are
// in send_window.h, which knows no socket.
//
// Errors    0 or a negative errno; nothing here prints.
// Memory    Batches are copied into the window, which config bounds
//           (spine.window-batches, spine.window-bytes).
// Threads   One: the owner's.

#ifndef OCTOLOG_ACTORS_PRODUCER_PRODUCER_H
#define OCTOLOG_ACTORS_PRODUCER_PRODUCER_H

#include "actors/config/config.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

#include <czmq.h>

typedef struct producer producer_t;

// Opens both sockets and begins the handshake; batches may be sent at once and
// go out when the journal is there. -ENOMEM and those of socket_connect().
int producer_new(producer_t **producer, const config_t *config);
void producer_destroy(producer_t **producer);

// Whether the window has room for one more batch.
bool producer_has_room(const producer_t *producer);

// Finishes the builder's batch with the next sequence number, this source and
// its new cursor, keeps it and publishes it. `rejects` is a list of
// MESSAGE_REJECT, may be empty. The builder is reset. An empty batch is sent
// if it carries a cursor or rejects, else nothing happens.
// -EAGAIN: no room. -EMSGSIZE, -ENOMEM: nothing was taken.
int producer_send(producer_t *producer, batch_builder_t *builder,
                  slice_t source, slice_t cursor, slice_t rejects);

// As producer_send(), of a batch that rests on more than its own events, as
// `publish` says; its floor is ignored. With something left out it is sent,
// too.
int producer_send_part(producer_t *producer, batch_builder_t *builder,
                       slice_t source, slice_t cursor, slice_t rejects,
                       const message_publish_t *publish);

// Whether the journal said since the last call that its log lacks what a batch
// rested on: nothing may be left out until a batch that rests on nothing.
bool producer_take_stale(producer_t *producer);

// Draws the number that a producer is known by: random, never 0. -EINTR and the
// like of getrandom(2).
int producer_draw_id(uint64_t *id);
uint64_t producer_id(const producer_t *producer);

// As producer_send(), of a batch that was finished and packed elsewhere, with
// producer_id() as its origin's producer and producer_sequence() + 1 as its
// sequence; packed is of payload_pack(). Errors as of producer_send().
int producer_send_packed(producer_t *producer, slice_t head, slice_t packed,
                         slice_t rejects);

// The sockets to poll for input (at most 2 are written to `sockets`, their
// number returned), to be followed by producer_work().
size_t producer_sockets(producer_t *producer, zsock_t *sockets[2]);

// Takes in what arrived, publishes again what is due. now_ms: clock_tick_ms().
// Returns milliseconds until it must be called again even without input.
int producer_work(producer_t *producer, int64_t now_ms);

// What the journal last said of this producer; zeros before its first word.
const message_ack_t *producer_totals(const producer_t *producer);

// Sequence number of the last batch sent, and how many are not acknowledged.
uint64_t producer_sequence(const producer_t *producer);
uint32_t producer_unacknowledged(const producer_t *producer);

#endif

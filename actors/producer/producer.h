// producer - sends batches to the journal without losing any.
//
// Numbers the batches, publishes them on "ingest", holds each until the journal
// acknowledges it on "feed", and publishes again what is not acknowledged in
// time: in order from the lowest, because the journal accepts a producer's
// batches in order only. When the window is full the owner must stop reading
// its source: that is the back-pressure. Payloads are compressed here, in the
// form in which the log stores them: there is one journal but many producers,
// and sockets and windows then carry an eighth at most.
//
// Used by the fetcher and by imports. The decisions are in send_window.h, which
// uses no socket.
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

// Opens both sockets and starts the handshake. Batches may be sent at once;
// they go out when the journal is there. -ENOMEM and those of socket_connect().
int producer_new(producer_t **producer, const config_t *config);
void producer_destroy(producer_t **producer);

// Whether the window has room for one more batch.
bool producer_has_room(const producer_t *producer);

// Finishes the builder's batch with the next sequence number, this source and
// its new cursor, keeps it and publishes it. `rejects` is a list of
// MESSAGE_REJECT (dead letters), may be empty. The builder is reset. A batch
// without events is sent only if it carries a cursor or dead letters.
// -EAGAIN: no room. -EMSGSIZE, -ENOMEM: nothing was taken.
int producer_send(producer_t *producer, batch_builder_t *builder,
                  slice_t source, slice_t cursor, slice_t rejects);

// Like producer_send(), for a batch that depends on a cursor in the log, as
// `publish` says (message.h, PUBLISH); its floor is ignored. A batch with only
// left-out events is sent too.
int producer_send_part(producer_t *producer, batch_builder_t *builder,
                       slice_t source, slice_t cursor, slice_t rejects,
                       const message_publish_t *publish);

// Whether the journal reported, since the last call, that its log lacks the
// cursor a batch depended on. Then leave nothing out until a batch that depends
// on none has been sent.
bool producer_take_stale(producer_t *producer);

// Draws a producer's id: random, never 0. Errors are those of getrandom(2).
int producer_draw_id(uint64_t *id);
uint64_t producer_id(const producer_t *producer);

// Like producer_send(), for a batch that was finished and packed elsewhere. Its
// origin must have producer_id() as producer and producer_sequence() + 1 as
// sequence; `packed` must come from payload_pack(). Errors as producer_send().
int producer_send_packed(producer_t *producer, slice_t head, slice_t packed,
                         slice_t rejects);

// The sockets to poll for input; writes at most 2 to `sockets` and returns
// their number. When one is readable, call producer_work().
size_t producer_sockets(producer_t *producer, zsock_t *sockets[2]);

// Receives what has arrived and republishes what is due. now_ms:
// clock_tick_ms(). Returns the milliseconds after which it must be called again
// even without input.
int producer_work(producer_t *producer, int64_t now_ms);

// The journal's last acknowledgement to this producer; zeroed before the first.
const message_ack_t *producer_totals(const producer_t *producer);

// The sequence number of the last batch sent, and the number of batches not yet
// acknowledged.
uint64_t producer_sequence(const producer_t *producer);
uint32_t producer_unacknowledged(const producer_t *producer);

#endif

// frames - receives a message of several frames without blocking.
//
// Errors    None. A message of more than FRAMES_MAX frames is received in full
//           and counts as FRAMES_MAX + 1 frames, of which the first FRAMES_MAX
//           are kept.
// Memory    frames_close() frees; frames_receive() frees the previous message.
// Threads   The socket's.

#ifndef OCTOLOG_ACTORS_TRANSPORT_FRAMES_H
#define OCTOLOG_ACTORS_TRANSPORT_FRAMES_H

#include "proto/base/slice.h"

#include <czmq.h>

#define FRAMES_MAX 4

// Zeroed: empty and ready to use.
typedef struct {
    size_t count;
    zmq_msg_t parts[FRAMES_MAX];
} frames_t;

// False: no message is waiting.
bool frames_receive(frames_t *frames, zsock_t *socket);

// Bytes of frame i, valid until the next receive; empty past the last.
slice_t frames_at(frames_t *frames, size_t i);

// The bytes of all frames that are kept.
size_t frames_bytes(const frames_t *frames);

void frames_close(frames_t *frames);

#endif

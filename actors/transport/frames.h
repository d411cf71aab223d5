// frames - takes one message of several frames off a socket, never waiting.
//
// Errors    None: a message of more than FRAMES_MAX frames is taken off whole
//           and shows as FRAMES_MAX + 1 frames, of which none is kept beyond.
// Memory    frames_close() frees; frames_receive() closes what was there.
// Threads   The socket's.

#ifndef OCTOLOG_ACTORS_TRANSPORT_FRAMES_H
#define OCTOLOG_ACTORS_TRANSPORT_FRAMES_H

#include "proto/base/slice.h"

#include <czmq.h>

#define FRAMES_MAX 4

// A zeroed one is empty and ready.
typedef struct {
    size_t count;
    zmq_msg_t parts[FRAMES_MAX];
} frames_t;

// False when no message waits.
bool frames_receive(frames_t *frames, zsock_t *socket);

// Bytes of frame i, valid until the next receive; empty past the last.
slice_t frames_at(frames_t *frames, size_t i);

// Of all that are kept together.
size_t frames_bytes(const frames_t *frames);

void frames_close(frames_t *frames);

#endif

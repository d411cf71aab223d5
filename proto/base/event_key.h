// event_key - the bytes that identify one event, whatever they mean.
//
// A log and a set of keys compare them and know no more. What goes into a key
// is proto/batch's (batch_key()).
//
// Memory    A plain value; copied.

#ifndef OCTOLOG_PROTO_BASE_EVENT_KEY_H
#define OCTOLOG_PROTO_BASE_EVENT_KEY_H

#include <stdint.h>

#define EVENT_KEY_MAX 32

typedef struct {
    uint8_t size; // 1..EVENT_KEY_MAX
    uint8_t bytes[EVENT_KEY_MAX];
} event_key_t;

#endif

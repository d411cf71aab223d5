// event_key - the bytes that identify one event.
//
// The log and key_set_t only compare keys. batch_key() (proto/batch/batch.h)
// defines their content.
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

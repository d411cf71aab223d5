// key_set - a set of event keys in memory.
//
// Errors    Only key_set_reserve() can fail: -ENOMEM, the set unchanged.
// Memory    A zeroed key_set_t is empty and ready; keys are copied.
// Threads   One at a time.

#ifndef OCTOLOG_PROTO_BASE_KEY_SET_H
#define OCTOLOG_PROTO_BASE_KEY_SET_H

#include "proto/base/event_key.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    event_key_t *keys; // in order of arrival
    uint32_t *slots;   // open addressing: number of the key + 1, or 0
    size_t count;
    size_t capacity; // of slots, a power of two; keys has half of it
} key_set_t;

// Allocates space for `more` keys, so that the next `more` calls of
// key_set_add() cannot fail.
int key_set_reserve(key_set_t *set, size_t more);

// Adds a key; false if the set already has it.
bool key_set_add(key_set_t *set, const event_key_t *key);

bool key_set_has(const key_set_t *set, const event_key_t *key);

// Empties it and keeps the memory.
void key_set_reset(key_set_t *set);

void key_set_free(key_set_t *set);

#endif

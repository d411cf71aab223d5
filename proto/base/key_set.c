#include "proto/base/key_set.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define MIN_CAPACITY 1024

static bool s_equal(const event_key_t *a, const event_key_t *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

// Returns the slot that holds the key, or the empty slot where it belongs.
static uint32_t *s_slot(const key_set_t *set, const event_key_t *key)
{
    size_t mask = set->capacity - 1;
    size_t i = (size_t)XXH3_64bits(key->bytes, key->size) & mask;
    while (set->slots[i] != 0 && !s_equal(&set->keys[set->slots[i] - 1], key))
        i = (i + 1) & mask;
    return &set->slots[i];
}

static int s_grow(key_set_t *set, size_t capacity)
{
    if (capacity > UINT32_MAX)
        return -ENOMEM;
    uint32_t *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return -ENOMEM;
    event_key_t *keys = reallocarray(set->keys, capacity / 2, sizeof *keys);
    if (!keys) {
        free(slots);
        return -ENOMEM;
    }
    free(set->slots);
    set->slots = slots;
    set->keys = keys;
    set->capacity = capacity;
    for (size_t i = 0; i < set->count; i++)
        *s_slot(set, &keys[i]) = (uint32_t)i + 1;
    return 0;
}

int key_set_reserve(key_set_t *set, size_t more)
{
    size_t capacity = set->capacity ? set->capacity : MIN_CAPACITY;
    while (capacity / 2 < set->count + more)
        capacity *= 2;
    return capacity == set->capacity ? 0 : s_grow(set, capacity);
}

bool key_set_add(key_set_t *set, const event_key_t *key)
{
    assert(set->capacity > 0);
    uint32_t *slot = s_slot(set, key);
    if (*slot != 0)
        return false;
    assert(set->count < set->capacity / 2);
    set->keys[set->count++] = *key;
    *slot = (uint32_t)set->count;
    return true;
}

bool key_set_has(const key_set_t *set, const event_key_t *key)
{
    return set->count > 0 && *s_slot(set, key) != 0;
}

void key_set_reset(key_set_t *set)
{
    if (set->count > 0)
        memset(set->slots, 0, set->capacity * sizeof *set->slots);
    set->count = 0;
}

void key_set_free(key_set_t *set)
{
    free(set->keys);
    free(set->slots);
    *set = (key_set_t){0};
}

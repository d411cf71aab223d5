#include "api/ask/answer_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include <xxhash.h>

// Slots share locks; this many keep threads with different questions apart.
#define S_LOCKS 16

typedef struct {
    buffer_t bytes; // the key, then the answer
    size_t key_bytes;
    uint64_t end;
} slot_t;

struct answer_cache {
    pthread_mutex_t locks[S_LOCKS]; // slot i uses lock i % S_LOCKS
    slot_t slots[ANSWER_CACHE_SLOTS];
};

answer_cache_t *answer_cache_new(void)
{
    answer_cache_t *self = calloc(1, sizeof *self);
    for (size_t i = 0; self && i < S_LOCKS; i++)
        pthread_mutex_init(&self->locks[i], NULL);
    return self;
}

void answer_cache_destroy(answer_cache_t **cache)
{
    answer_cache_t *self = *cache;
    if (!self)
        return;
    *cache = NULL;
    for (size_t i = 0; i < S_LOCKS; i++)
        pthread_mutex_destroy(&self->locks[i]);
    for (size_t i = 0; i < ANSWER_CACHE_SLOTS; i++)
        buffer_free(&self->slots[i].bytes);
    free(self);
}

// Returns the key's slot, locked until s_give_back().
static slot_t *s_take(answer_cache_t *cache, slice_t key)
{
    const size_t at = XXH3_64bits(key.data, key.bytes) % ANSWER_CACHE_SLOTS;
    pthread_mutex_lock(&cache->locks[at % S_LOCKS]);
    return &cache->slots[at];
}

static void s_give_back(answer_cache_t *cache, const slot_t *slot)
{
    const size_t at = (size_t)(slot - cache->slots);
    pthread_mutex_unlock(&cache->locks[at % S_LOCKS]);
}

void answer_cache_keep(answer_cache_t *cache, slice_t key, uint64_t end,
                       slice_t answer)
{
    if (key.bytes + answer.bytes > ANSWER_CACHE_BYTES_MAX)
        return;
    slot_t *slot = s_take(cache, key);
    buffer_reset(&slot->bytes);
    buffer_add(&slot->bytes, key.data, key.bytes);
    buffer_add(&slot->bytes, answer.data, answer.bytes);
    slot->key_bytes = key.bytes;
    slot->end = end;
    if (buffer_failed(&slot->bytes)) {
        buffer_reset(&slot->bytes);
        slot->key_bytes = 0;
    }
    s_give_back(cache, slot);
}

bool answer_cache_find(answer_cache_t *cache, slice_t key, uint64_t end,
                       buffer_t *answer)
{
    buffer_reset(answer);
    slot_t *slot = s_take(cache, key);
    const slice_t kept = buffer_slice(&slot->bytes);
    const bool found = kept.bytes > 0 && slot->end == end &&
                       slice_equal(slice(kept.data, slot->key_bytes), key);
    if (found)
        buffer_add(answer, kept.data + slot->key_bytes,
                   kept.bytes - slot->key_bytes);
    s_give_back(cache, slot);
    return found && !buffer_failed(answer);
}

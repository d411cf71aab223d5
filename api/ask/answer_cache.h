// answer_cache - what views answered, for as long as the log stands still.
//
// A view is a fold of the log: asked the same at the same end of the log, it
// says the same. So an answer that holds all of a log that has not grown since
// is as true as the day it was given, and is not asked for again.
//
// Each entry has one place, by the hash of its key, where a newer one takes its
// room: the cache never holds a stale answer longer than a wanted one.
//
// Memory    At most ANSWER_CACHE_SLOTS times ANSWER_CACHE_BYTES_MAX.
// Threads   Any.

#ifndef OCTOLOG_API_ASK_ANSWER_CACHE_H
#define OCTOLOG_API_ASK_ANSWER_CACHE_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// More than the questions that clients keep asking within a moment.
#define ANSWER_CACHE_SLOTS 1024

// Key and answer together; what is larger is worth asking for, and not kept.
#define ANSWER_CACHE_BYTES_MAX 8192u

typedef struct answer_cache answer_cache_t;

// NULL when out of memory.
answer_cache_t *answer_cache_new(void);
void answer_cache_destroy(answer_cache_t **cache);

// Keeps a copy of the answer given to the question `key` when the log ended
// before the offset `end`, unless there is no memory for it.
void answer_cache_keep(answer_cache_t *cache, slice_t key, uint64_t end,
                       slice_t answer);

// Replaces what *answer holds by the answer kept for the key and the same end.
// false: there is none, and *answer is empty.
bool answer_cache_find(answer_cache_t *cache, slice_t key, uint64_t end,
                       buffer_t *answer);

#endif

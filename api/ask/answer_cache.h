// answer_cache - the views' answers, valid until the log grows.
//
// A view is a fold of the log: the same question at the same end of the log has
// the same answer. So an answer that covers the whole log is valid until the
// log grows, and the view is not asked again.
//
// The hash of the key determines an entry's slot, and a new entry replaces the
// old one in its slot.
//
// Memory    At most ANSWER_CACHE_SLOTS times ANSWER_CACHE_BYTES_MAX.
// Threads   Any.

#ifndef OCTOLOG_API_ASK_ANSWER_CACHE_H
#define OCTOLOG_API_ASK_ANSWER_CACHE_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// More than the different questions that clients ask in a short time.
#define ANSWER_CACHE_SLOTS 1024

// Limit for key and answer together; larger answers are not kept.
#define ANSWER_CACHE_BYTES_MAX 8192u

typedef struct answer_cache answer_cache_t;

// NULL when out of memory.
answer_cache_t *answer_cache_new(void);
void answer_cache_destroy(answer_cache_t **cache);

// Keeps a copy of the answer to the question `key`, given when the log ended at
// `end` (first offset not written). Out of memory: keeps nothing.
void answer_cache_keep(answer_cache_t *cache, slice_t key, uint64_t end,
                       slice_t answer);

// Sets *answer to the answer kept for this key and this end. false: there is
// none, and *answer is empty.
bool answer_cache_find(answer_cache_t *cache, slice_t key, uint64_t end,
                       buffer_t *answer);

#endif

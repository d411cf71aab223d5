// served - every event sent in a complete and valid response.
//
// Tests compare it with what arrived: an event in this list that is neither in
// the log nor among the dead letters was lost.
//
// Errors    0 or -ENOMEM.
// Memory    24 bytes per event, up to SERVED_MAX; further ones are only
//           counted.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_SERVED_H
#define OCTOLOG_TOOLS_SIM_SERVED_H

#include <stddef.h>
#include <stdint.h>

#define SERVED_MAX (1u << 20)

typedef struct {
    uint64_t id;
    uint32_t created_at;
} served_event_t;

typedef struct {
    served_event_t *events; // distinct, in the order first served
    size_t count;
    size_t capacity;
    uint32_t *slots;   // hash table: index into events plus 1; 0: free
    size_t slot_count; // a power of two, more than 2 * count
    uint64_t answers;  // complete and valid responses with status 200
    uint64_t repeats;  // events that had been served before
    uint64_t dropped;  // events not kept, for lack of space
} served_t;            // zeroed: empty

int served_add(served_t *served, uint64_t id, uint32_t created_at);

void served_free(served_t *served);

#endif

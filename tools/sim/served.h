// served - every event that went out in an answer that was whole and valid.
//
// Tests compare it with what arrived: an event here that is neither in the log
// nor among the dead letters was lost.
//
// Errors    0 or -ENOMEM.
// Memory    24 bytes an event, up to SERVED_MAX; what is beyond is counted.
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
    served_event_t *events; // distinct, in order of their first serving
    size_t count;
    size_t capacity;
    uint32_t *slots;   // hash table: index into events plus 1; 0: free
    size_t slot_count; // a power of two, more than 2 * count
    uint64_t answers;  // whole and valid answers 200
    uint64_t repeats;  // events that had been served before
    uint64_t dropped;  // not kept, for lack of room
} served_t;            // zeroed: empty

int served_add(served_t *served, uint64_t id, uint32_t created_at);

void served_free(served_t *served);

#endif

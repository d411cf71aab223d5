// page - the body of one answer of a feed, faults of content included. Pure.
//
// Errors    Out of memory shows in the body's buffer.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_PAGE_H
#define OCTOLOG_TOOLS_SIM_PAGE_H

#include "proto/base/buffer.h"
#include "tools/sim/fault.h"
#include "tools/sim/sim_event.h"

#define PAGE_EVENTS_MAX 101 // 100 and one twice
#define PAGE_ETAG_BYTES 40

typedef struct {
    sim_event_t *events[PAGE_EVENTS_MAX];
    size_t count;
} page_t;

// Reorders, duplicates or leaves out, as the fault says. Returns the event
// that was left out, or NULL.
sim_event_t *page_disturb(page_t *page, fault_t fault, dice_t *dice);

// Writes the array of events; for MALFORMED it breaks off, for OBJECT it is an
// object, for CHANGED each body differs from the last time by `revision`.
void page_write(const page_t *page, fault_t fault, uint64_t revision,
                buffer_t *body);

// A weak ETag of these bytes, with its quotes.
void page_etag(slice_t bytes, char etag[PAGE_ETAG_BYTES]);

// Whether an If-None-Match header names the ETag (weak comparison).
bool page_etag_matches(const char *if_none_match, const char *etag);

#endif

// page - the body of one page of a feed, including faults in the content. Pure.
//
// Errors    Out of memory shows in the body's buffer.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_PAGE_H
#define OCTOLOG_TOOLS_SIM_PAGE_H

#include "proto/base/buffer.h"
#include "tools/sim/fault.h"
#include "tools/sim/sim_event.h"

#define PAGE_EVENTS_MAX 101 // 100, plus a duplicate
#define PAGE_ETAG_BYTES 40

typedef struct {
    sim_event_t *events[PAGE_EVENTS_MAX];
    size_t count;
} page_t;

// Reorders, duplicates or omits events according to the fault. Returns the
// omitted event, or NULL.
sim_event_t *page_disturb(page_t *page, fault_t fault, dice_t *dice);

// Writes the array of events. MALFORMED truncates it, OBJECT writes an object
// instead, CHANGED adds `revision` to each event so that bodies differ.
void page_write(const page_t *page, fault_t fault, uint64_t revision,
                buffer_t *body);

// A weak ETag of these bytes, with its quotes.
void page_etag(slice_t bytes, char etag[PAGE_ETAG_BYTES]);

// Whether an If-None-Match header names the ETag (weak comparison).
bool page_etag_matches(const char *if_none_match, const char *etag);

#endif

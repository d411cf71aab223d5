// view_event_page - counts by time slot and event type, and their encoding.
//
// A page is encoded as its nonzero counts, in order of slot, code and name:
//
//     slot u8, code u8 (proto/event/event.h), for EVENT_OTHER the length of the
//     name as a varint and the name, then the count as a varint
//
// A varint has 7 bits per byte, lowest first; the top bit is set on all bytes
// but the last. The encoding is unique, so equal counts give equal bytes.
//
// Errors    0 or a negative errno. -EUCLEAN: bytes that no page encodes to.
// Memory    A page takes 12 KB, and more if it has types without a code.
// Threads   One at a time per page.

#ifndef OCTOLOG_ACTORS_VIEWS_EVENT_PAGE_H
#define OCTOLOG_ACTORS_VIEWS_EVENT_PAGE_H

#include "proto/base/buffer.h"
#include "proto/event/event.h"

#include <stdint.h>

#define VIEW_EVENT_PAGE_SLOTS 60

// A count of a type that has no code.
typedef struct {
    uint64_t count;
    size_t name_at; // in names
    uint16_t name_bytes;
    uint8_t slot;
} view_event_other_t;

typedef struct {
    uint32_t number; // identifies the page; for its owner's use
    uint64_t counts[VIEW_EVENT_PAGE_SLOTS][EVENT_TYPES];
    view_event_other_t *others; // in order of arrival; a key may occur twice
    size_t other_count;
    size_t other_capacity;
    buffer_t names; // of others
} view_event_page_t;

// One encoded count.
typedef struct {
    uint8_t slot;
    uint8_t code;
    slice_t name; // as GitHub spells it; set for every code
    uint64_t count;
} view_event_entry_t;

// Returns a page of zeros; NULL when out of memory.
view_event_page_t *view_event_page_new(uint32_t number);
void view_event_page_destroy(view_event_page_t **page);

// Sets all counts to 0.
void view_event_page_reset(view_event_page_t *page, uint32_t number);

// Adds to the count of a slot and type; the name is used for EVENT_OTHER only.
int view_event_page_add(view_event_page_t *page, uint8_t slot,
                        const view_event_entry_t *entry);

// Adds the sums over all slots of `page` to one slot of `sum`.
int view_event_page_roll_up(view_event_page_t *page, view_event_page_t *sum,
                            uint8_t slot);

// Adds the counts of an encoded page.
int view_event_page_add_bytes(view_event_page_t *page, slice_t bytes);

// Appends the encoded page. The buffer records that memory ran out.
void view_event_page_encode(view_event_page_t *page, buffer_t *out);

// Returns the memory that the page uses, in bytes.
size_t view_event_page_memory(const view_event_page_t *page);

// Takes the next count off an encoded page: 1, or 0 at the end. Zero `entry`
// before the first call, then pass the previous entry: the order is checked.
int view_event_page_next(slice_t *bytes, view_event_entry_t *entry);

#endif

// view_event_page - counts by slot of time and type of event, and their bytes.
//
// The bytes of a page are its counts that are not 0, in order of slot, code
// and name:
//
//     slot u8, code u8 (proto/event/event.h), for EVENT_OTHER the length of the
//     name as a varint and the name, then the count as a varint
//
// A varint is 7 bits a byte, lowest first, the top bit set on all but the
// last. There is one way to write a page, so equal counts are equal bytes.
//
// Errors    0 or a negative errno. -EUCLEAN: bytes that no page encodes to.
// Memory    A page is 12 KB, and more for types without a code.
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
    uint32_t number; // which page this is; its owner's
    uint64_t counts[VIEW_EVENT_PAGE_SLOTS][EVENT_TYPES];
    view_event_other_t *others; // in order of coming; one key may come twice
    size_t other_count;
    size_t other_capacity;
    buffer_t names; // of others
} view_event_page_t;

// One count, as bytes hold it.
typedef struct {
    uint8_t slot;
    uint8_t code;
    slice_t name; // as GitHub spells it, for each code
    uint64_t count;
} view_event_entry_t;

// A page of zeros; NULL when out of memory.
view_event_page_t *view_event_page_new(uint32_t number);
void view_event_page_destroy(view_event_page_t **page);

// Makes all counts 0 again.
void view_event_page_reset(view_event_page_t *page, uint32_t number);

// Adds to the count of a slot and type; the name matters for EVENT_OTHER.
int view_event_page_add(view_event_page_t *page, uint8_t slot,
                        const view_event_entry_t *entry);

// Adds the sums over all slots of `page` to one slot of `sum`.
int view_event_page_roll_up(view_event_page_t *page, view_event_page_t *sum,
                            uint8_t slot);

// Adds the counts that the bytes of a page hold.
int view_event_page_add_bytes(view_event_page_t *page, slice_t bytes);

// Appends the page's bytes. Out of memory shows in the buffer.
void view_event_page_encode(view_event_page_t *page, buffer_t *out);

// Memory it takes.
size_t view_event_page_memory(const view_event_page_t *page);

// Takes the next count off the bytes of a page: 1, or 0 at the end. `entry`
// is zeroed before the first call; it must be the one before, for order.
int view_event_page_next(slice_t *bytes, view_event_entry_t *entry);

#endif

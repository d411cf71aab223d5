#include "actors/views/event_page.h"

#include "actors/views/varint.h"

#include <errno.h>
#include <stdlib.h>

view_event_page_t *view_event_page_new(uint32_t number)
{
    view_event_page_t *page = calloc(1, sizeof *page);
    if (page)
        page->number = number;
    return page;
}

void view_event_page_destroy(view_event_page_t **page)
{
    if (!*page)
        return;
    free((*page)->others);
    buffer_free(&(*page)->names);
    free(*page);
    *page = NULL;
}

void view_event_page_reset(view_event_page_t *page, uint32_t number)
{
    page->number = number;
    memset(page->counts, 0, sizeof page->counts);
    page->other_count = 0;
    buffer_reset(&page->names);
}

size_t view_event_page_memory(const view_event_page_t *page)
{
    return sizeof *page + page->other_capacity * sizeof *page->others +
           page->names.capacity;
}

static slice_t s_name(const view_event_page_t *page,
                      const view_event_other_t *other)
{
    return slice(page->names.data + other->name_at, other->name_bytes);
}

static int s_reserve_other(view_event_page_t *page)
{
    if (page->other_count < page->other_capacity)
        return 0;
    size_t capacity = page->other_capacity ? page->other_capacity * 2 : 8;
    view_event_other_t *others =
        reallocarray(page->others, capacity, sizeof *others);
    if (!others)
        return -ENOMEM;
    page->others = others;
    page->other_capacity = capacity;
    return 0;
}

// Appends without a search: equal keys are merged when the page is encoded, so
// many unknown types cost n log n, not n squared. Only a repetition of the
// last one is merged at once.
static int s_add_other(view_event_page_t *page, uint8_t slot, slice_t name,
                       uint64_t count)
{
    if (page->other_count) {
        view_event_other_t *last = &page->others[page->other_count - 1];
        if (last->slot == slot && slice_equal(s_name(page, last), name)) {
            last->count += count;
            return 0;
        }
    }
    if (s_reserve_other(page) != 0)
        return -ENOMEM;
    size_t at = page->names.bytes;
    buffer_add(&page->names, name.data, name.bytes);
    if (buffer_failed(&page->names))
        return -ENOMEM;
    page->others[page->other_count++] = (view_event_other_t){
        .count = count,
        .name_at = at,
        .name_bytes = (uint16_t)name.bytes,
        .slot = slot,
    };
    return 0;
}

int view_event_page_add(view_event_page_t *page, uint8_t slot,
                        const view_event_entry_t *entry)
{
    if (entry->code == EVENT_OTHER)
        return s_add_other(page, slot, entry->name, entry->count);
    page->counts[slot][entry->code] += entry->count;
    return 0;
}

int view_event_page_roll_up(view_event_page_t *page, view_event_page_t *sum,
                            uint8_t slot)
{
    uint64_t *totals = sum->counts[slot];
    for (size_t i = 0; i < VIEW_EVENT_PAGE_SLOTS; i++) {
        for (size_t code = 0; code < EVENT_TYPES; code++)
            totals[code] += page->counts[i][code];
    }
    for (size_t i = 0; i < page->other_count; i++) {
        const view_event_other_t *other = &page->others[i];
        int rc = s_add_other(sum, slot, s_name(page, other), other->count);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int view_event_page_add_bytes(view_event_page_t *page, slice_t bytes)
{
    view_event_entry_t entry = {0};
    int rc;
    while ((rc = view_event_page_next(&bytes, &entry)) == 1) {
        rc = view_event_page_add(page, entry.slot, &entry);
        if (rc != 0)
            return rc;
    }
    return rc;
}

static int s_compare_bytes(slice_t a, slice_t b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static int s_compare_others(const void *a, const void *b, void *context)
{
    const view_event_other_t *left = a;
    const view_event_other_t *right = b;
    if (left->slot != right->slot)
        return left->slot < right->slot ? -1 : 1;
    return s_compare_bytes(s_name(context, left), s_name(context, right));
}

// Sorts the others and merges those with the same slot and name.
static void s_settle_others(view_event_page_t *page)
{
    if (page->other_count < 2)
        return;
    qsort_r(page->others, page->other_count, sizeof *page->others,
            s_compare_others, page);
    size_t kept = 0;
    for (size_t i = 1; i < page->other_count; i++) {
        view_event_other_t *last = &page->others[kept];
        if (s_compare_others(last, &page->others[i], page) == 0)
            last->count += page->others[i].count;
        else
            page->others[++kept] = page->others[i];
    }
    page->other_count = kept + 1;
}

static void s_encode_other(const view_event_page_t *page,
                           const view_event_other_t *other, buffer_t *out)
{
    slice_t name = s_name(page, other);
    buffer_add_u8(out, other->slot);
    buffer_add_u8(out, EVENT_OTHER);
    view_varint_add(out, name.bytes);
    buffer_add(out, name.data, name.bytes);
    view_varint_add(out, other->count);
}

void view_event_page_encode(view_event_page_t *page, buffer_t *out)
{
    s_settle_others(page);
    size_t other = 0;
    for (size_t slot = 0; slot < VIEW_EVENT_PAGE_SLOTS; slot++) {
        for (size_t code = 0; code < EVENT_TYPES; code++) {
            if (!page->counts[slot][code])
                continue;
            buffer_add_u8(out, (uint8_t)slot);
            buffer_add_u8(out, (uint8_t)code);
            view_varint_add(out, page->counts[slot][code]);
        }
        for (; other < page->other_count && page->others[other].slot == slot;
             other++)
            s_encode_other(page, &page->others[other], out);
    }
}

static bool s_take_name(slice_t *bytes, view_event_entry_t *entry)
{
    if (entry->code != EVENT_OTHER) {
        entry->name = slice_of(event_type_name(entry->code));
        return entry->code < EVENT_TYPES;
    }
    uint64_t length;
    return view_varint_take(bytes, &length) && length <= EVENT_NAME_MAX &&
           view_varint_take_text(bytes, length, &entry->name);
}

// Whether `entry` may follow `before`, whose count is 0 if there is none.
static bool s_in_order(const view_event_entry_t *before,
                       const view_event_entry_t *entry)
{
    if (before->count == 0)
        return true;
    if (before->slot != entry->slot)
        return before->slot < entry->slot;
    if (before->code != entry->code)
        return before->code < entry->code;
    return s_compare_bytes(before->name, entry->name) < 0;
}

int view_event_page_next(slice_t *bytes, view_event_entry_t *entry)
{
    if (bytes->bytes == 0)
        return 0;
    view_event_entry_t next;
    if (!view_varint_take_u8(bytes, &next.slot) ||
        next.slot >= VIEW_EVENT_PAGE_SLOTS ||
        !view_varint_take_u8(bytes, &next.code) || !s_take_name(bytes, &next) ||
        !view_varint_take(bytes, &next.count) || next.count == 0 ||
        !s_in_order(entry, &next))
        return -EUCLEAN;
    *entry = next;
    return 1;
}

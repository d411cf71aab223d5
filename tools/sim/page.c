#include "tools/sim/page.h"

#include "tools/sim/json_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

static void s_shuffle(page_t *page, dice_t *dice)
{
    for (size_t i = page->count; i > 1; i--) {
        size_t other = dice_below(dice, (uint32_t)i);
        sim_event_t *kept = page->events[i - 1];
        page->events[i - 1] = page->events[other];
        page->events[other] = kept;
    }
    // A shuffle may change nothing; rotating the array always does.
    sim_event_t *first = page->events[0];
    memmove(page->events, page->events + 1,
            (page->count - 1) * sizeof(sim_event_t *));
    page->events[page->count - 1] = first;
}

static sim_event_t *s_leave_out(page_t *page, dice_t *dice)
{
    size_t at = dice_below(dice, (uint32_t)page->count);
    sim_event_t *left = page->events[at];
    page->count--;
    memmove(page->events + at, page->events + at + 1,
            (page->count - at) * sizeof(sim_event_t *));
    return left;
}

sim_event_t *page_disturb(page_t *page, fault_t fault, dice_t *dice)
{
    switch (fault) {
    case FAULT_REORDERED:
        s_shuffle(page, dice);
        return NULL;
    case FAULT_DUPLICATED:
        page->events[page->count] =
            page->events[dice_below(dice, (uint32_t)page->count)];
        page->count++;
        return NULL;
    case FAULT_LATE:
        return s_leave_out(page, dice);
    default:
        return NULL;
    }
}

// Adds a member at the front: a different body for the same event.
static void s_write_changed(slice_t json, uint64_t revision, buffer_t *body)
{
    json_format(body, "{'sim_revision':%u,%R", revision,
                slice(json.data + 1, json.bytes - 1));
}

static void s_write_array(const page_t *page, fault_t fault, uint64_t revision,
                          buffer_t *body)
{
    json_format(body, "[");
    for (size_t i = 0; i < page->count; i++) {
        slice_t json = sim_event_json(page->events[i]);
        json_format(body, i > 0 ? "," : "");
        if (fault == FAULT_CHANGED)
            s_write_changed(json, revision, body);
        else
            json_format(body, "%R", json);
    }
    json_format(body, "]");
}

void page_write(const page_t *page, fault_t fault, uint64_t revision,
                buffer_t *body)
{
    if (fault == FAULT_OBJECT) {
        json_format(body, "{'message':'Server Error','documentation_url':"
                          "'https://docs.github.com/rest'}");
        return;
    }
    s_write_array(page, fault, revision, body);
    // Cut after two thirds: within an event, or within the empty array.
    if (fault == FAULT_MALFORMED)
        body->bytes -= (body->bytes + 2) / 3;
}

void page_etag(slice_t bytes, char etag[PAGE_ETAG_BYTES])
{
    XXH128_hash_t hash = XXH3_128bits(bytes.data, bytes.bytes);
    snprintf(etag, PAGE_ETAG_BYTES, "W/\"%016" PRIx64 "%016" PRIx64 "\"",
             (uint64_t)hash.high64, (uint64_t)hash.low64);
}

bool page_etag_matches(const char *if_none_match, const char *etag)
{
    if (!if_none_match)
        return false;
    if (strcmp(if_none_match, "*") == 0)
        return true;
    // Quotes delimit the tags of a list, so a search cannot match in part.
    return strstr(if_none_match, etag + strlen("W/")) != NULL;
}

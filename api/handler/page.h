// page - finds events of the log and renders them for a route.
//
// Reads whole batches from the journal, and limits the cost of one request in
// bytes of the answer and in time.
//
// Errors    false: the answer is already an error (503, or 500 for a damaged
//           batch), and the handler must return.
// Threads   The thread that owns the call.

#ifndef OCTOLOG_API_HANDLER_PAGE_H
#define OCTOLOG_API_HANDLER_PAGE_H

#include "api/handler/handler.h"

#include <stddef.h>
#include <stdint.h>

// A page ends with the event that reaches this size.
#define PAGE_BYTES_MAX ((size_t)8 * 1024 * 1024)

// Maximum number of events on a page.
#define PAGE_EVENTS_MAX 1000

// Which events are wanted; a zeroed filter wants all.
typedef struct {
    uint32_t since;       // created_at at or after this, seconds since 1970
    const slice_t *types; // any of these types; none given: any
    size_t type_count;
    slice_t repo; // "owner/name" in any case; empty: any
} page_filter_t;

// The parameters for a filter by type and repository.
#define PAGE_TYPE                                                              \
    {                                                                          \
        .name = "type", .kind = PARAMETER_LIST,                                \
        .about = "only events of these types", .example = "PullRequestEvent"   \
    }
#define PAGE_REPO                                                              \
    {                                                                          \
        .name = "repo", .kind = PARAMETER_TEXT,                                \
        .about = "only events of this repository (owner/name, any case)",      \
        .example = "octocat/hello-world"                                       \
    }

// The offsets on a page. first and end: bounds of the log when it was searched.
typedef struct {
    uint64_t first;
    uint64_t end;
    uint64_t offsets[PAGE_EVENTS_MAX];
    size_t count;
    uint64_t next; // offset at which the next page begins
} page_t;

// Finds the first `limit` wanted events at or after offset `from`, or fewer if
// that takes longer than http.deadline-ms.
bool page_find(call_t *call, const page_filter_t *filter, uint64_t from,
               size_t limit, page_t *page);

// Appends one event in the form that the route needs.
typedef void page_row_t(buffer_t *out, uint64_t offset, slice_t json);

// Appends the events to the body, each with `row`. If the body gets too long or
// rendering takes too much time, shortens *page and sets page->next to the
// first missing event. Leaves out events that the log has dropped in the
// meantime.
bool page_render(call_t *call, page_t *page, page_row_t *row);

#endif

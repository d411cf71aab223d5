// page - events of the log by their offsets, as a route renders them.
//
// Reads from the journal whole batches at a time and bounds what one request
// can cost: in bytes of the answer and in time.
//
// Errors    false: the answer is an error already (503, or 500 for a batch
//           that is damaged), and the handler is done.
// Threads   The call's.

#ifndef OCTOLOG_API_HANDLER_PAGE_H
#define OCTOLOG_API_HANDLER_PAGE_H

#include "api/handler/handler.h"

#include <stddef.h>
#include <stdint.h>

// A page ends after the event with which it reaches this.
#define PAGE_BYTES_MAX ((size_t)8 * 1024 * 1024)

// Events a page may hold, whatever is asked.
#define PAGE_EVENTS_MAX 1000

// Which events are wanted; a zeroed one wants all.
typedef struct {
    uint32_t since;       // created_at at or after this
    const slice_t *types; // any of these, if there are some
    size_t type_count;
    slice_t repo; // "owner/name" in any case; empty: any
} page_filter_t;

// The parameters that filters of types and of a repository are read from.
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

// The offsets that a page holds, of a log that held [first, end) meanwhile.
typedef struct {
    uint64_t first;
    uint64_t end;
    uint64_t offsets[PAGE_EVENTS_MAX];
    size_t count;
    uint64_t next; // where the page after this one begins
} page_t;

// Finds the first `limit` wanted events from offset `from` on, or as many as
// there are in what can be looked through within http.deadline-ms.
bool page_find(call_t *call, const page_filter_t *filter, uint64_t from,
               size_t limit, page_t *page);

// Appends one event, as the route has it.
typedef void page_row_t(buffer_t *out, uint64_t offset, slice_t json);

// Appends the events to the body, each by `row`. When the body or the time gets
// too long, *page is cut and page->next set to what is missing. Events that the
// log dropped meanwhile are left out.
bool page_render(call_t *call, page_t *page, page_row_t *row);

#endif

#include "api/handler/page.h"

#include "actors/runtime/clock.h"
#include "proto/batch/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

// Bytes of heads searched at a time: about 10,000 events.
#define S_SCAN_BYTES (1024 * 1024)

// Bytes of heads and payloads read at a time.
#define S_READ_BYTES (4 * 1024 * 1024)

static bool s_wants_all(const page_filter_t *filter)
{
    return filter->since == 0 && filter->type_count == 0 &&
           filter->repo.bytes == 0;
}

static bool s_wants_type(const page_filter_t *filter, slice_t type)
{
    for (size_t i = 0; i < filter->type_count; i++) {
        if (slice_equal(filter->types[i], type))
            return true;
    }
    return filter->type_count == 0;
}

static bool s_wants_repo(const page_filter_t *filter, slice_t repo)
{
    return filter->repo.bytes == 0 ||
           (filter->repo.bytes == repo.bytes &&
            strncasecmp(filter->repo.data, repo.data, repo.bytes) == 0);
}

static bool s_wants(const page_filter_t *filter, const batch_t *batch,
                    uint32_t row)
{
    return batch_created_at(batch, row) >= filter->since &&
           s_wants_type(filter, batch_type_name(batch, row)) &&
           s_wants_repo(filter, batch_repo_name(batch, row));
}

static bool s_in_time(const call_t *call)
{
    return clock_tick_ms() - call->begun_ms < call->config->http_deadline_ms;
}

static bool s_damaged(call_t *call, uint64_t offset, const char *reason)
{
    answer_detail(call->answer, 500,
                  "the batch at offset %" PRIu64 " of the log is damaged: %s",
                  offset, reason);
    return false;
}

// Opens frame i of the log's last answer, and frame i + 1 as its payload.
static bool s_open(call_t *call, size_t i, bool payload, uint64_t near,
                   batch_t *batch)
{
    const char *reason = "unknown";
    if (batch_open(batch, ask_frame(call->ask, "log", i), &reason) < 0 ||
        (payload &&
         batch_open_payload(batch, ask_frame(call->ask, "log", i + 1),
                            &reason) < 0))
        return s_damaged(call, near, reason);
    return true;
}

// Adds the wanted rows of one batch, starting at page->next.
static void s_take(page_t *page, size_t limit, const page_filter_t *filter,
                   const batch_t *batch)
{
    uint32_t row =
        page->next > batch->offset ? (uint32_t)(page->next - batch->offset) : 0;
    for (; row < batch->count && page->count < limit; row++) {
        if (s_wants(filter, batch, row))
            page->offsets[page->count++] = batch->offset + row;
        page->next = batch->offset + row + 1;
    }
}

static void s_note_bounds(page_t *page, const message_log_batches_t *answer)
{
    page->first = answer->first;
    page->end = answer->end;
}

// Searches the heads of one read. *more: the log continues after them.
static bool s_find_some(call_t *call, const page_filter_t *filter, size_t limit,
                        page_t *page, bool *more)
{
    const message_t question = {.kind = MESSAGE_LOG_READ,
                                .log_read = {.from = page->next,
                                             .until = UINT64_MAX,
                                             .max_events = UINT32_MAX,
                                             .max_bytes = S_SCAN_BYTES}};
    message_t answer;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_BATCHES, &answer))
        return false;
    s_note_bounds(page, &answer.log_batches);
    for (uint32_t i = 0; i < answer.log_batches.batches; i++) {
        batch_t batch;
        if (!s_open(call, i + 1, false, page->next, &batch))
            return false;
        s_take(page, limit, filter, &batch);
    }
    *more =
        answer.log_batches.batches > 0 && page->next < answer.log_batches.end;
    return true;
}

// Without a filter, the log's bounds are enough to find the offsets.
static bool s_count_up(call_t *call, size_t limit, page_t *page)
{
    const message_t question = {
        .kind = MESSAGE_LOG_READ,
        .log_read = {.from = page->next, .until = page->next}};
    message_t answer;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_BATCHES, &answer))
        return false;
    s_note_bounds(page, &answer.log_batches);
    if (page->next < answer.log_batches.first)
        page->next = answer.log_batches.first;
    while (page->count < limit && page->next < answer.log_batches.end)
        page->offsets[page->count++] = page->next++;
    return true;
}

bool page_find(call_t *call, const page_filter_t *filter, uint64_t from,
               size_t limit, page_t *page)
{
    bool more = true;
    page->next = from;
    page->first = page->end = 0;
    page->count = 0;
    if (s_wants_all(filter))
        return s_count_up(call, limit, page);
    while (more && page->count < limit && s_in_time(call)) {
        if (!s_find_some(call, filter, limit, page, &more))
            return false;
    }
    return true;
}

// Appends the wanted events of the batch, starting with page->offsets[*done],
// and advances *done.
static void s_render_batch(const page_t *page, const batch_t *batch,
                           page_row_t *row, size_t *done, buffer_t *out)
{
    while (*done < page->count && out->bytes < PAGE_BYTES_MAX) {
        uint64_t offset = page->offsets[*done];
        if (offset >= batch->offset + batch->count)
            return;
        if (offset >= batch->offset)
            row(out, offset,
                batch_json(batch, (uint32_t)(offset - batch->offset)));
        ++*done;
    }
}

// Returns the end of the gapless run of offsets that begins at offsets[at].
static uint64_t s_run_end(const page_t *page, size_t at)
{
    while (at + 1 < page->count &&
           page->offsets[at + 1] == page->offsets[at] + 1)
        at++;
    return page->offsets[at] + 1;
}

static bool s_render_some(call_t *call, const page_t *page, page_row_t *row,
                          size_t *done)
{
    const uint64_t from = page->offsets[*done];
    const uint64_t until = s_run_end(page, *done);
    const message_t question = {
        .kind = MESSAGE_LOG_READ,
        .log_read = {.from = from,
                     .until = until,
                     .max_events = (uint32_t)(until - from),
                     .max_bytes = S_READ_BYTES,
                     .payload = 1}};
    message_t answer;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_BATCHES, &answer))
        return false;
    for (uint32_t i = 0; i < answer.log_batches.batches; i++) {
        batch_t batch;
        if (!s_open(call, 2 * (size_t)i + 1, true, from, &batch))
            return false;
        s_render_batch(page, &batch, row, done, &call->answer->body);
    }
    // Events below the first offset were dropped after they were found.
    while (*done < page->count &&
           page->offsets[*done] < answer.log_batches.first)
        ++*done;
    return true;
}

bool page_render(call_t *call, page_t *page, page_row_t *row)
{
    size_t done = 0;
    while (done < page->count && call->answer->body.bytes < PAGE_BYTES_MAX) {
        const size_t before = done;
        if (!s_render_some(call, page, row, &done))
            return false;
        if (done == before)
            return s_damaged(call, page->offsets[done], "it is missing");
        if (!s_in_time(call))
            break;
    }
    if (done < page->count) {
        page->next = page->offsets[done];
        page->count = done;
    }
    return true;
}

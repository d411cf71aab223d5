// view_fixture - events and batches for the tests of views.
//
// A test chooses the batches and flushes in which events are folded.

#ifndef OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_FIXTURE_H

#include "tests/actors/views/view_rows.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <limits.h>
#include <stdlib.h>

// What a test says of an event. Offsets are places in the array.
typedef struct {
    const char *type;   // "PushEvent"
    const char *action; // NULL: none
    const char *repo;   // NULL: none
    uint64_t repo_id;
    uint32_t created_at;
    uint64_t org_id;
    const char *org;  // NULL: none
    bool coded_later; // its type had no code when the batch was written
} fixture_event_t;

// Equal, row by row; each of the form the view expects.
static inline void fixture_assert_equal(const view_class_t *view,
                                        const fixture_rows_t *a,
                                        const fixture_rows_t *b)
{
    cr_assert(eq(sz, a->count, b->count));
    for (size_t i = 0; i < a->count; i++) {
        slice_t key = buffer_slice(&a->rows[i].key);
        slice_t value = buffer_slice(&a->rows[i].value);
        const char *reason = "";
        cr_assert(slice_equal(key, buffer_slice(&b->rows[i].key)));
        cr_assert(slice_equal(value, buffer_slice(&b->rows[i].value)));
        cr_assert(eq(int, view->check_row(key, value, &reason), 0), "%s",
                  reason);
    }
}

static inline event_t fixture_event(const fixture_event_t *from)
{
    return (event_t){
        .repo_id = from->repo_id,
        .created_at = from->created_at,
        .type = from->coded_later ? EVENT_OTHER
                                  : event_type_code(slice_of(from->type)),
        .action = from->action ? event_action_code(slice_of(from->action)) : 0,
        .type_name = slice_of(from->type),
        .action_name = slice_of(from->action),
        .repo_name = slice_of(from->repo),
        .org_id = from->org_id,
        .org_login = slice_of(from->org),
        .json = slice_of("{}"),
    };
}

// When the batch that begins at an offset was journaled.
static inline int64_t fixture_stamp(uint64_t offset)
{
    return 1700000000000000 + (int64_t)offset;
}

// Encodes events[0..count) as the journal would store them at `offset`. The
// head is freed by the caller.
static inline buffer_t fixture_head(const fixture_event_t *events,
                                    uint32_t count, uint64_t offset)
{
    batch_builder_t *builder = batch_builder_new();
    cr_assert(builder != NULL);
    for (uint32_t i = 0; i < count; i++) {
        event_t event = fixture_event(&events[i]);
        cr_assert(eq(int, batch_builder_add(builder, &event), 0));
    }
    const batch_origin_t origin = {.producer = 1, .sequence = 1};
    slice_t head, payload;
    cr_assert(
        eq(int, batch_builder_finish(builder, &origin, &head, &payload), 0));
    buffer_t copy = {0};
    buffer_add(&copy, head.data, head.bytes);
    batch_stamp(copy.data, copy.bytes, offset, fixture_stamp(offset));
    batch_builder_destroy(&builder);
    return copy;
}

// Folds one batch, from one of its events on.
static inline void fixture_apply(const view_class_t *view, void *state,
                                 const fixture_event_t *events, uint32_t count,
                                 uint64_t offset, uint32_t skip)
{
    buffer_t head = fixture_head(events, count, offset);
    batch_t batch;
    cr_assert(eq(int, batch_open(&batch, buffer_slice(&head), NULL), 0));
    cr_assert(eq(int, view->apply(state, &batch, skip, count), 0));
    buffer_free(&head);
}

// Does up to `steps` of what flushes left to be done: 1 while there is more.
static inline int fixture_settle(const view_class_t *view,
                                 const fixture_rows_t *rows, void *state,
                                 unsigned steps)
{
    int more = view->settle != NULL;
    for (; more == 1 && steps > 0; steps--)
        more = view->settle(state, &rows->interface);
    cr_assert(ge(int, more, 0));
    return more;
}

// Folds all events in batches of up to `batch_max`, cut at random, with a flush
// and some steps of settling after one batch in `flush_every` at random, and
// all at the end.
static inline void fixture_fold(const view_class_t *view, fixture_rows_t *rows,
                                const fixture_event_t *events, uint32_t count,
                                uint32_t batch_max, unsigned flush_every,
                                unsigned *seed)
{
    void *state = view->create();
    cr_assert(state != NULL);
    for (uint32_t i = 0; i < count;) {
        uint32_t n = 1 + (uint32_t)rand_r(seed) % batch_max;
        n = n < count - i ? n : count - i;
        fixture_apply(view, state, events + i, n, i, 0);
        i += n;
        if ((unsigned)rand_r(seed) % flush_every != 0)
            continue;
        cr_assert(eq(int, view->flush(state, &rows->interface), 0));
        (void)fixture_settle(view, rows, state, (unsigned)rand_r(seed) % 4);
    }
    cr_assert(eq(int, view->flush(state, &rows->interface), 0));
    cr_assert(eq(int, fixture_settle(view, rows, state, UINT_MAX), 0));
    cr_assert(eq(sz, view->pending_bytes(state), 0));
    view->destroy(&state);
}

// Asks as an actor does, to the end; replaces what *answer holds.
static inline int fixture_ask(const fixture_rows_t *rows, void *state,
                              const view_question_t *kind, const void *asked,
                              buffer_t *answer)
{
    buffer_t body = {0};
    const message_t question = view_ask(kind, asked, &body);
    int rc;
    buffer_reset(answer);
    do {
        rc = view_answer(kind->view, state, &rows->interface,
                         &question.view_question, answer);
    } while (rc == 1);
    buffer_free(&body);
    return rc;
}

// Changes the order of events.
static inline void fixture_shuffle(fixture_event_t *events, uint32_t count,
                                   unsigned *seed)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = (uint32_t)rand_r(seed) % i;
        fixture_event_t swap = events[i - 1];
        events[i - 1] = events[other];
        events[other] = swap;
    }
}

#endif

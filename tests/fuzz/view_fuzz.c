// Claims: whatever the rows of a view are, on a disk that lies, checking,
// merging, folding and asking end with an answer or a negative errno; rows that
// pass their check merge, whatever the order, into a row that passes, too.
//
// The input: the view, how many rows follow (a byte each); of each the bytes of
// its key (u8) and value (u16, little-endian), key and value; then a question.

#include "actors/views/registry.h"
#include "proto/message.h"
#include "tests/actors/views/view_rows.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_views.h"

#include <errno.h>

#define ROWS_MAX   16
#define EVENTS     4
#define STEPS_MAX  64 // of a question, or of settling
#define VALUE_MAX  4096
#define BASE_TIME  1451610000u // of the events folded
#define PULL_REPOS 2

static bool s_passes(const view_class_t *view, slice_t key, slice_t value)
{
    const char *reason = NULL;
    int rc = view->check_row(key, value, &reason);
    assert(rc == 0 || (rc == -EUCLEAN && reason && *reason));
    return rc == 0;
}

static slice_t s_take_value(slice_t *input)
{
    size_t bytes = fuzz_take_u8(input);
    bytes |= (size_t)fuzz_take_u8(input) << 8;
    return fuzz_take(input, bytes % VALUE_MAX);
}

// Merges the parts there and back.
static void s_try_merge(const view_class_t *view, slice_t key, slice_t a,
                        slice_t b)
{
    if (!view->merge || key.bytes == 0 ||
        (key.data[0] != 'i' && key.data[0] != 'n'))
        return;
    const bool sound = s_passes(view, key, a) && s_passes(view, key, b);
    buffer_t one = {0}, other = {0};
    int rc = view->merge(key, (slice_t[]){a, b}, 2, &one);
    assert(rc == 0 || (!sound && rc == -EUCLEAN));
    rc = view->merge(key, (slice_t[]){b, a}, 2, &other);
    assert(rc == 0 || (!sound && rc == -EUCLEAN));
    if (sound) {
        assert(slice_equal(buffer_slice(&one), buffer_slice(&other)));
        assert(s_passes(view, key, buffer_slice(&one)));
    }
    buffer_free(&one);
    buffer_free(&other);
}

static void s_read_rows(fixture_rows_t *rows, slice_t *input)
{
    slice_t before = slice(NULL, 0);
    for (size_t left = fuzz_take_u8(input) % ROWS_MAX; left > 0; left--) {
        slice_t key = fuzz_take(input, fuzz_take_u8(input));
        slice_t value = s_take_value(input);
        (void)s_passes(rows->view, key, value);
        s_try_merge(rows->view, key, value, before.bytes ? before : value);
        fixture_put(rows, key, value);
        before = value;
    }
}

static void s_add_total(void *context, slice_t name, uint64_t value)
{
    (void)context;
    assert(name.bytes > 0);
    (void)value;
}

static const view_question_t *s_kind(const view_class_t *view, slice_t name)
{
    for (size_t i = 0; view->questions[i]; i++) {
        if (slice_equal(slice_of(view->questions[i]->name), name))
            return view->questions[i];
    }
    return NULL;
}

// What a view answers can be told.
static void s_render(const view_question_t *kind, slice_t question,
                     slice_t body)
{
    _Alignas(max_align_t) char asked[VIEW_QUESTION_BYTES_MAX] = {0};
    const message_view_answer_t answer = {{EVENTS, EVENTS, 1, 0}, body};
    buffer_t out = {0};
    assert(kind && record_take(&question, kind->fields, asked));
    int rc = kind->render(asked, &answer, &out);
    assert(rc == 0 || rc == -ENOENT || rc == -EINVAL);
    buffer_free(&out);
}

static void s_try_question(const fixture_rows_t *rows, slice_t bytes)
{
    message_t question;
    buffer_t answer = {0};
    if (message_decode(&question, bytes) != 0 ||
        question.kind != MESSAGE_VIEW_QUESTION)
        return;
    const message_view_question_t *asked = &question.view_question;
    void *state = rows->view->create();
    assert(state);
    int rc = 1;
    for (int step = 0; rc == 1 && step < STEPS_MAX; step++)
        rc = view_answer(rows->view, state, &rows->interface, asked, &answer);
    assert(rc == 0 || rc == 1 || rc == -EINVAL || rc == -EUCLEAN ||
           rc == -E2BIG);
    if (rc == 0)
        s_render(s_kind(rows->view, asked->name), asked->body,
                 buffer_slice(&answer));
    buffer_free(&answer);
    rows->view->destroy(&state);
}

// A head of a few events, as the journal stores it.
static void s_build(batch_builder_t *builder, batch_t *batch)
{
    static const char *const s_repos[PULL_REPOS] = {"a/b", "C/d"};
    const batch_origin_t origin = {.producer = 1, .sequence = 1};
    slice_t head, payload;
    for (uint32_t i = 0; i < EVENTS; i++) {
        const event_t event = {
            .id = i + 1,
            .repo_id = 1 + i % PULL_REPOS,
            .created_at = BASE_TIME + i * 1800,
            .type = EVENT_TYPE_PULL_REQUEST,
            .action = event_action_code(slice_of("opened")),
            .type_name = slice_of("PullRequestEvent"),
            .action_name = slice_of("opened"),
            .repo_name = slice_of(s_repos[i % PULL_REPOS]),
            .json = slice_of("{}"),
        };
        int rc = batch_builder_add(builder, &event);
        assert(rc == 0);
    }
    int rc = batch_builder_finish(builder, &origin, &head, &payload);
    assert(rc == 0);
    rc = batch_open(batch, head, NULL);
    assert(rc == 0);
}

static void s_try_fold(const fixture_rows_t *rows)
{
    batch_builder_t *builder = batch_builder_new();
    void *state = rows->view->create();
    batch_t batch;
    assert(builder && state);
    s_build(builder, &batch);
    int rc = rows->view->apply(state, &batch, 0, batch.count);
    assert(rc == 0);
    rc = rows->view->flush(state, &rows->interface);
    assert(rc == 0 || rc == -EUCLEAN);
    int more = rc == 0 && rows->view->settle;
    for (int step = 0; more == 1 && step < STEPS_MAX; step++)
        more = rows->view->settle(state, &rows->interface);
    assert(more == 0 || more == 1 || more == -EUCLEAN);
    rows->view->destroy(&state);
    batch_builder_destroy(&builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t input = slice(data, size);
    const view_class_t *view = fuzz_view(fuzz_take_u8(&input));
    fixture_rows_t rows;
    fixture_rows_init(&rows, view);
    s_read_rows(&rows, &input);
    void *state = view->create();
    assert(state);
    int rc = view->totals(state, &rows.interface, s_add_total, NULL);
    assert(rc == 0 || rc == -EUCLEAN);
    view->destroy(&state);
    s_try_question(&rows, input);
    s_try_fold(&rows);
    s_try_question(&rows, input);
    fixture_rows_free(&rows);
    return 0;
}

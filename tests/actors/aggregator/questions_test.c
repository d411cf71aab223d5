// Questions answered in steps, of a view that takes as many as it is asked to,
// with rows in a real store.
#include "actors/aggregator/questions.h"
#include "actors/transport/socket.h"
#include "log/folder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Longer than anything here takes on a slow machine under a sanitizer.
#define PATIENCE_MS 30000

// The view: one row, that says how often it was flushed. A question says how
// many steps it takes; the answer is the row.

typedef struct {
    uint64_t flushes;
    uint64_t left; // steps of the question under way
} steps_state_t;

static int s_destroyed;

static void *s_create(void)
{
    return calloc(1, sizeof(steps_state_t));
}

static void s_destroy(void **state)
{
    s_destroyed++;
    free(*state);
    *state = NULL;
}

static size_t s_pending_bytes(const void *state)
{
    (void)state;
    return 0;
}

static int s_flush(void *self, const view_rows_t *rows)
{
    steps_state_t *state = self;
    state->flushes++;
    return rows->put(
        rows->context, slice_of("row"),
        slice((const char *)&state->flushes, sizeof state->flushes));
}

typedef struct {
    uint64_t steps;
} asked_t;

static const record_field_t s_fields[] = {RECORD_FIELD(asked_t, steps),
                                          RECORD_END};

static int s_work(void *self, const view_rows_t *rows, const void *question,
                  buffer_t *answer)
{
    const asked_t *asked = question;
    steps_state_t *state = self;
    slice_t row;
    if (state->left == 0)
        state->left = asked->steps;
    if (--state->left > 0)
        return 1;
    int rc = rows->get(rows->context, slice_of("row"), &row);
    if (rc == 1)
        buffer_add(answer, row.data, row.bytes);
    return rc < 0 ? rc : 0;
}

static const view_class_t s_view;
static const view_question_t s_steps = {
    .view = &s_view,
    .name = "work",
    .fields = s_fields,
    .bytes = sizeof(asked_t),
    .answer = s_work,
};

static const view_class_t s_view = {
    .name = "steps",
    .format = 1,
    .create = s_create,
    .destroy = s_destroy,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .questions = (const view_question_t *const[]){&s_steps, NULL},
};

// The desk, its view, and who asks.

static char s_dir[] = "/tmp/octolog-questions-XXXXXX";
static config_t *s_config;
static view_engine_t s_engine;
static view_questions_t *s_questions;
static zsock_t *s_asker; // DEALER: it may ask again before it is answered

static message_as_of_t s_as_of(void *context)
{
    (void)context;
    return (message_as_of_t){.offset = s_engine.position.offset};
}

static void s_setup(void)
{
    failure_t failure = {0};
    cr_assert(mkdtemp(s_dir) != NULL);
    s_config = config_new();
    cr_assert(eq(int, config_set(s_config, "data.dir", s_dir, NULL, NULL), 0));
    cr_assert(eq(int, config_finish(s_config, NULL, NULL), 0));
    s_config->http_deadline_ms = 10 * PATIENCE_MS;
    cr_assert(
        eq(int, view_engine_open(&s_engine, s_config, &s_view, &failure), 0),
        "%s", failure.reason);
    cr_assert(eq(int,
                 view_questions_new(&s_questions, s_config, "steps", &s_engine,
                                    s_as_of, NULL),
                 0));
    cr_assert(eq(
        int, socket_connect(&s_asker, s_config, ZMQ_DEALER, "view-steps"), 0));
}

static void s_teardown(void)
{
    zsock_destroy(&s_asker);
    view_questions_destroy(&s_questions);
    view_engine_close(&s_engine);
    config_destroy(&s_config);
    cr_assert_eq(folder_remove(s_dir), 0);
}

TestSuite(view_questions, .init = s_setup, .fini = s_teardown);

// The view has taken one more event.
static void s_advance(void)
{
    s_engine.position.offset++;
}

static void s_send(message_t question)
{
    cr_assert(eq(int, socket_send_bytes(s_asker, slice(NULL, 0), true), 0));
    cr_assert(eq(int, socket_send(s_asker, &question, false), 0));
}

static void s_take(void)
{
    zmq_pollitem_t item = {zsock_resolve(view_questions_socket(s_questions)), 0,
                           ZMQ_POLLIN, 0};
    cr_assert(eq(int, zmq_poll(&item, 1, PATIENCE_MS), 1));
    cr_assert(eq(int, view_questions_receive(s_questions), 0));
}

// Asks what takes so many steps, and lets the desk take it in.
static void s_ask(uint64_t steps)
{
    buffer_t body = {0};
    s_send(view_ask(&s_steps, &(asked_t){steps}, &body));
    buffer_free(&body);
    s_take();
}

// The next answer. The frame holds its bytes, and is the caller's.
static zframe_t *s_hear(message_t *answer)
{
    zmq_pollitem_t item = {zsock_resolve(s_asker), 0, ZMQ_POLLIN, 0};
    cr_assert(eq(int, zmq_poll(&item, 1, PATIENCE_MS), 1));
    zframe_t *delimiter = zframe_recv(s_asker);
    cr_assert(eq(sz, zframe_size(delimiter), 0));
    zframe_destroy(&delimiter);
    zframe_t *frame = zframe_recv(s_asker);
    cr_assert(eq(
        int,
        message_decode(answer, slice(zframe_data(frame), zframe_size(frame))),
        0));
    return frame;
}

// The next answer is of rows at that offset, flushed so often; none: no row.
static void s_expect(uint64_t offset, uint64_t flushes)
{
    message_t answer;
    zframe_t *frame = s_hear(&answer);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_VIEW_ANSWER));
    cr_assert(eq(u64, answer.view_answer.as_of.offset, offset));
    cr_assert(slice_equal(answer.view_answer.body,
                          slice(&flushes, flushes ? sizeof flushes : 0)));
    zframe_destroy(&frame);
}

static void s_expect_status(uint64_t offset)
{
    message_t answer;
    zframe_t *frame = s_hear(&answer);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_AS_OF));
    cr_assert(eq(u64, answer.as_of.offset, offset));
    zframe_destroy(&frame);
}

static void s_expect_failure(int code)
{
    message_t answer;
    zframe_t *frame = s_hear(&answer);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_FAILURE));
    cr_assert(eq(u32, answer.failure.code, (uint32_t)code));
    cr_assert(gt(sz, answer.failure.text.bytes, 0));
    zframe_destroy(&frame);
}

static void s_finish(void)
{
    while (view_questions_is_busy(s_questions))
        cr_assert(eq(int, view_questions_step(s_questions), 0));
}

Test(view_questions, quick_ones_are_answered_while_a_slow_one_is_under_way)
{
    s_advance();
    s_ask(5);
    cr_assert(view_questions_is_busy(s_questions));
    s_advance();
    s_ask(1);
    s_expect(2, 2);
    s_advance();
    s_send((message_t){.kind = MESSAGE_VIEW_STATUS_ASK});
    s_take();
    s_expect_status(3);
    s_finish();
    s_expect(1, 1);
}

Test(view_questions, a_slow_one_takes_as_many_turns_as_it_has_steps)
{
    s_ask(4);
    for (int step = 2; step <= 4; step++) {
        cr_assert(view_questions_is_busy(s_questions));
        cr_assert(eq(int, view_questions_step(s_questions), 0));
    }
    cr_assert(not(view_questions_is_busy(s_questions)));
    s_expect(0, 0);
}

Test(view_questions, slow_ones_are_answered_in_order_each_of_when_it_began)
{
    s_ask(3);
    s_ask(2);
    s_advance();
    s_finish();
    s_expect(0, 0);
    s_expect(1, 1);
}

Test(view_questions, no_more_than_a_few_may_wait)
{
    for (uint64_t i = 0; i < VIEW_QUESTIONS_MAX; i++)
        s_ask(2 + i);
    s_ask(2);
    s_expect_failure(EAGAIN);
    s_finish();
    for (int i = 0; i < VIEW_QUESTIONS_MAX; i++)
        s_expect(0, 0);
}

Test(view_questions, what_many_ask_is_worked_out_once)
{
    const int many = 5;
    s_ask(4);
    cr_assert(eq(int, view_questions_step(s_questions), 0));
    for (int i = 1; i < many; i++)
        s_ask(4);
    s_ask(3);
    for (int step = 3; step <= 4; step++)
        cr_assert(eq(int, view_questions_step(s_questions), 0));
    s_advance();
    for (int i = 0; i < many; i++)
        s_expect(0, 0);
    s_finish();
    s_expect(1, 1);
}

Test(view_questions, nobody_is_told_less_than_the_view_knew_when_it_was_asked)
{
    s_ask(3);
    s_advance();
    s_ask(3);
    s_ask(3);
    s_finish();
    s_expect(0, 0);
    s_expect(1, 1);
    s_expect(1, 1);
}

Test(view_questions, the_same_question_may_wait_as_often_as_others)
{
    for (int i = 0; i < VIEW_QUESTIONS_MAX; i++)
        s_ask(2);
    s_ask(2);
    s_expect_failure(EAGAIN);
    s_finish();
    for (int i = 0; i < VIEW_QUESTIONS_MAX; i++)
        s_expect(0, 0);
    cr_assert(not(view_questions_is_busy(s_questions)));
}

Test(view_questions, one_that_waited_too_long_is_given_up_and_leaves_nothing)
{
    s_config->http_deadline_ms = 1;
    s_ask(UINT64_MAX);
    s_finish();
    s_expect_failure(ETIMEDOUT);
    s_config->http_deadline_ms = 10 * PATIENCE_MS;
    s_ask(2);
    cr_assert(view_questions_is_busy(s_questions));
    s_finish();
    s_expect(0, 0);
}

Test(view_questions, other_rows_begin_the_question_again)
{
    s_ask(3);
    cr_assert(eq(int, view_questions_step(s_questions), 0));
    view_questions_restart(s_questions);
    s_advance();
    s_finish();
    s_expect(1, 1);
}

Test(view_questions, what_is_no_question_is_answered)
{
    s_send((message_t){.kind = MESSAGE_DONE});
    s_take();
    s_expect_failure(EINVAL);
    static char s_long[VIEW_QUESTIONS_BYTES_MAX + 1];
    socket_send_bytes(s_asker, slice(NULL, 0), true);
    socket_send_bytes(s_asker, slice(s_long, sizeof s_long), false);
    s_take();
    s_expect_failure(EBADMSG);
}

Test(view_questions, it_ends_in_the_middle_of_one)
{
    s_ask(UINT64_MAX);
    s_ask(UINT64_MAX);
    cr_assert(eq(int, view_questions_step(s_questions), 0));
    const int before = s_destroyed;
    view_questions_destroy(&s_questions);
    cr_assert(eq(int, s_destroyed, before + 1));
}

// Questions to a journal that the test plays. The clock is the test's, too, and
// stands still: what is noticed is not a wait that ended.
#include "actors/aggregator/log_link.h"
#include "log/folder.h"
#include "tests/actors/spine_fixture.h"

#include <errno.h>

static char s_dir[] = "/tmp/octolog-link-XXXXXX";
static config_t *s_config;
static zsock_t *s_log; // ROUTER
static log_link_t s_link;

static void s_bind(void)
{
    cr_assert(eq(int, socket_bind(&s_log, s_config, ZMQ_ROUTER, "log"), 0));
}

static void s_setup(void)
{
    cr_assert(mkdtemp(s_dir) != NULL);
    s_config = spine_config(s_dir);
    cr_assert(eq(int, log_link_open(&s_link, s_config), 0));
}

static void s_teardown(void)
{
    log_link_close(&s_link);
    zsock_destroy(&s_log);
    config_destroy(&s_config);
    cr_assert_eq(folder_remove(s_dir), 0);
}

TestSuite(log_link, .init = s_setup, .fini = s_teardown);

static void s_await(void)
{
    zmq_pollitem_t item = {NULL, log_link_fd(&s_link), ZMQ_POLLIN, 0};
    cr_assert(ge(int, item.fd, 0));
    cr_assert(eq(int, zmq_poll(&item, 1, PATIENCE_MS), 1));
}

static void s_ask(uint64_t from)
{
    int rc;
    while ((rc = log_link_ask(&s_link, from, 0)) == -EAGAIN)
        s_await();
    cr_assert(eq(int, rc, 0));
}

static void s_await_news(void)
{
    while (!log_link_has_news(&s_link))
        s_await();
}

// The next question, of which the answer's envelope is kept.
static zmsg_t *s_take(uint64_t from)
{
    message_t question;
    zmsg_t *envelope = zmsg_recv(s_log);
    cr_assert(eq(sz, zmsg_size(envelope), 3));
    zframe_t *body = zmsg_last(envelope);
    cr_assert(eq(
        int,
        message_decode(&question, slice(zframe_data(body), zframe_size(body))),
        0));
    cr_assert(eq(int, (int)question.kind, MESSAGE_LOG_READ));
    cr_assert(eq(u64, question.log_read.from, from));
    zmsg_remove(envelope, body);
    zframe_destroy(&body);
    return envelope;
}

// Answers with a log that ends there, and no batch.
static void s_answer(zmsg_t *envelope, uint64_t end)
{
    const message_t answer = {.kind = MESSAGE_LOG_BATCHES,
                              .log_batches = {.end = end}};
    buffer_t bytes = {0};
    message_encode(&answer, &bytes);
    zmsg_addmem(envelope, bytes.data, bytes.bytes);
    cr_assert(eq(int, zmsg_send(&envelope, s_log), 0));
    buffer_free(&bytes);
}

static void s_expect(uint64_t end)
{
    message_log_batches_t answer;
    s_await_news();
    cr_assert(eq(int, log_link_begin(&s_link, &answer), 1));
    cr_assert(eq(u64, answer.end, end));
    log_link_end(&s_link);
    cr_assert(not(log_link_has_news(&s_link)));
}

Test(log_link, a_question_is_answered)
{
    message_log_batches_t answer;
    s_bind();
    s_ask(7);
    zmsg_t *envelope = s_take(7);
    cr_assert(eq(int, log_link_begin(&s_link, &answer), 0));
    s_answer(envelope, 20);
    s_expect(20);
}

Test(log_link, the_journal_is_waited_for)
{
    cr_assert(eq(int, log_link_ask(&s_link, 0, 0), -EAGAIN));
    s_bind();
    s_ask(0);
    s_answer(s_take(0), 5);
    s_expect(5);
}

Test(log_link, a_journal_that_goes_is_noticed_and_its_successor_asked)
{
    message_log_batches_t answer;
    s_bind();
    s_ask(3);
    zmsg_t *envelope = s_take(3);
    zmsg_destroy(&envelope);
    zsock_destroy(&s_log);
    s_await_news();
    cr_assert(eq(int, log_link_begin(&s_link, &answer), -ECONNRESET));
    cr_assert(eq(int, log_link_begin(&s_link, &answer), 0));
    cr_assert(eq(int, log_link_fd(&s_link), -1));
    s_bind();
    s_ask(3);
    s_answer(s_take(3), 9);
    s_expect(9);
}

Test(log_link, an_answer_to_what_was_given_up_is_never_taken)
{
    s_bind();
    s_ask(1);
    zmsg_t *late = s_take(1);
    cr_assert(not(log_link_give_up(&s_link, s_link.deadline_ms - 1)));
    cr_assert(log_link_give_up(&s_link, s_link.deadline_ms));
    s_answer(late, 11);
    s_ask(2);
    s_answer(s_take(2), 22);
    s_expect(22);
}

Test(log_link, each_wait_in_vain_is_longer_up_to_a_bound)
{
    int64_t before_ms = 0;
    s_bind();
    for (int i = 0; i < 8; i++) {
        s_ask(1);
        zmsg_t *question = s_take(1);
        zmsg_destroy(&question);
        cr_assert(ge(i64, s_link.deadline_ms, before_ms));
        before_ms = s_link.deadline_ms;
        cr_assert(log_link_give_up(&s_link, s_link.deadline_ms));
    }
    cr_assert(lt(i64, before_ms, 60000));
    s_ask(1);
    s_answer(s_take(1), 4);
    s_expect(4);
    s_ask(1);
    cr_assert(lt(i64, s_link.deadline_ms, before_ms));
}

// A helper thread: open, loop, close, and what its owner hears of it. What is
// said without memory for a thread: tests/e2e/start_test.c.

#include "actors/transport/thread.h"

#include <criterion/criterion.h>
#include <errno.h>

typedef struct {
    int rc; // of open()
    bool is_closed;
    zsock_t *owner; // an end of a pair
    zsock_t *inner; // the thread's end of it
} helper_t;

static int s_on_question(void *context)
{
    helper_t *self = context;
    char *word = zstr_recv(self->inner);
    zstr_send(self->inner, word);
    zstr_free(&word);
    return 0;
}

static int s_open(void *context, loop_t *loop)
{
    helper_t *self = context;
    if (self->inner)
        loop_listen(loop, self->inner, s_on_question);
    return self->rc;
}

static void s_close(void *context)
{
    helper_t *self = context;
    self->is_closed = true;
}

static const thread_class_t s_class = {.open = s_open, .close = s_close};

Test(thread, it_serves_until_it_is_destroyed)
{
    helper_t self = {0};
    thread_t *thread = NULL;
    self.owner = zsys_create_pipe(&self.inner);
    cr_assert_eq(thread_new(&thread, &s_class, &self), 0);
    zstr_send(self.owner, "what");
    char *word = zstr_recv(self.owner);
    cr_expect_str_eq(word, "what");
    zstr_free(&word);
    thread_destroy(&thread);
    cr_expect_null(thread);
    cr_expect(self.is_closed);
    zsock_destroy(&self.inner);
    zsock_destroy(&self.owner);
}

Test(thread, one_that_cannot_be_opened_is_closed_and_gone)
{
    helper_t self = {.rc = -EADDRINUSE};
    thread_t *thread = NULL;
    cr_expect_eq(thread_new(&thread, &s_class, &self), -EADDRINUSE);
    cr_expect_null(thread);
    cr_expect(self.is_closed);
}

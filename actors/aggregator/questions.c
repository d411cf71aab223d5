#include "actors/aggregator/questions.h"

#include "actors/runtime/clock.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Requests read in one go: polling costs as much as answering.
#define BURST 64

// The frames of a request on a ROUTER.
enum { PEER, DELIMITER, QUESTION, REQUEST_FRAMES };

typedef struct {
    buffer_t peer;     // whom to answer
    buffer_t question; // as received
    uint64_t offset;   // the view's position at that time
    int64_t deadline_ms;
} waiting_t;

struct view_questions {
    const config_t *config;
    view_engine_t *engine;
    view_questions_as_of_t *as_of;
    void *context;
    zsock_t *socket;
    frames_t frames;                       // the current request
    view_reader_t quick;                   // for the first step of each
    view_reader_t slow;                    // of the first that waits
    waiting_t waiting[VIEW_QUESTIONS_MAX]; // in order of arrival
    size_t count;
};

// Answers. Sending fails if the peer is gone: nothing to do.

static void s_answer(view_questions_t *self, slice_t peer,
                     const message_t *answer)
{
    if (socket_send_bytes(self->socket, peer, true) == 0 &&
        socket_send_bytes(self->socket, slice(NULL, 0), true) == 0)
        (void)socket_send(self->socket, answer, false);
}

static message_t s_failure(int error, const char *text)
{
    return (message_t){.kind = MESSAGE_FAILURE,
                       .failure = {(uint32_t)-error, slice_of(text)}};
}

static void s_refuse(view_questions_t *self, slice_t peer, int error,
                     const char *text)
{
    const message_t message = s_failure(error, text);
    s_answer(self, peer, &message);
}

// The answer of a view that returned rc, or a FAILURE.
static message_t s_outcome(int rc, const message_t *answer)
{
    switch (rc) {
    case 0:
        return *answer;
    case -EINVAL:
        return s_failure(rc, "not a question for this view");
    case -E2BIG:
        return s_failure(rc, "too many events; ask for a shorter window");
    default:
        return s_failure(-EAGAIN, "the view is not usable");
    }
}

// The error if it concerns the engine, not the question.
static int s_trouble(int rc)
{
    return rc == -EINVAL || rc == -E2BIG ? 0 : rc;
}

static int s_begin(view_questions_t *self, view_reader_t *reader)
{
    view_engine_t *engine = self->engine;
    int rc = view_engine_flush(engine);
    if (rc != 0)
        return rc;
    const message_as_of_t as_of = self->as_of(self->context);
    return view_reader_begin(reader, engine->view, engine->store, &as_of);
}

// Waiting questions.

static void s_free_waiting(waiting_t *waiting)
{
    buffer_free(&waiting->peer);
    buffer_free(&waiting->question);
}

static void s_remove(view_questions_t *self, size_t i)
{
    s_free_waiting(&self->waiting[i]);
    self->count--;
    memmove(&self->waiting[i], &self->waiting[i + 1],
            (self->count - i) * sizeof self->waiting[0]);
}

static void s_remove_first(view_questions_t *self)
{
    view_reader_end(&self->slow);
    s_remove(self, 0);
}

static bool s_is_waited_for(const view_questions_t *self, slice_t question)
{
    for (size_t i = 0; i < self->count; i++) {
        if (slice_equal(buffer_slice(&self->waiting[i].question), question))
            return true;
    }
    return false;
}

static bool s_add_bytes(buffer_t *buffer, slice_t bytes)
{
    *buffer = (buffer_t){0};
    buffer_add(buffer, bytes.data, bytes.bytes);
    return !buffer_failed(buffer);
}

// Queues the current question. If it is the first in the queue, the work of its
// first step is kept.
static void s_park(view_questions_t *self)
{
    slice_t peer = frames_at(&self->frames, PEER);
    slice_t question = frames_at(&self->frames, QUESTION);
    if (self->count == VIEW_QUESTIONS_MAX) {
        s_refuse(self, peer, -EAGAIN, "too many questions wait");
        return;
    }
    waiting_t *waiting = &self->waiting[self->count];
    bool is_kept = s_add_bytes(&waiting->peer, peer);
    is_kept &= s_add_bytes(&waiting->question, question);
    if (!is_kept) {
        s_free_waiting(waiting);
        s_refuse(self, peer, -EAGAIN, "out of memory");
        return;
    }
    waiting->offset = self->as_of(self->context).offset;
    waiting->deadline_ms = clock_tick_ms() + self->config->http_deadline_ms;
    if (self->count++ == 0) {
        view_reader_t idle = self->slow;
        self->slow = self->quick;
        self->quick = idle;
    }
}

// Answers the first, and identical questions that arrived when the view had
// applied no more than this answer covers.
static void s_conclude_first(view_questions_t *self, const message_t *outcome)
{
    const waiting_t *first = &self->waiting[0];
    const bool has_begun = view_reader_is_busy(&self->slow);
    s_answer(self, buffer_slice(&first->peer), outcome);
    for (size_t i = 1; has_begun && i < self->count;) {
        const waiting_t *other = &self->waiting[i];
        if (other->offset <= self->slow.as_of.offset &&
            slice_equal(buffer_slice(&other->question),
                        buffer_slice(&first->question))) {
            s_answer(self, buffer_slice(&other->peer), outcome);
            s_remove(self, i);
        } else {
            i++;
        }
    }
    s_remove_first(self);
}

static int s_step_first(view_questions_t *self)
{
    message_t question, answer;
    const waiting_t *waiting = &self->waiting[0];
    int rc = view_reader_is_busy(&self->slow) ? 0 : s_begin(self, &self->slow);
    if (view_store_is_full(rc))
        return rc;
    if (rc == 0) {
        // It was decoded successfully before.
        (void)message_decode(&question, buffer_slice(&waiting->question));
        rc = view_reader_step(&self->slow, &question, &answer);
    }
    if (rc == 1)
        return 0;
    const message_t outcome = s_outcome(rc, &answer);
    s_conclude_first(self, &outcome);
    return s_trouble(rc);
}

int view_questions_step(view_questions_t *self)
{
    while (self->count > 0 && self->waiting[0].deadline_ms <= clock_tick_ms()) {
        s_refuse(self, buffer_slice(&self->waiting[0].peer), -ETIMEDOUT,
                 "it took longer than http.deadline-ms");
        s_remove_first(self);
    }
    return self->count > 0 ? s_step_first(self) : 0;
}

bool view_questions_is_busy(const view_questions_t *self)
{
    return self->count > 0;
}

void view_questions_restart(view_questions_t *self)
{
    view_reader_end(&self->slow);
}

// New questions.

// Does the first step of the current question; for most it is the only one.
static int s_ask(view_questions_t *self, const message_t *question)
{
    message_t answer;
    int rc = s_begin(self, &self->quick);
    if (rc == 0)
        rc = view_reader_step(&self->quick, question, &answer);
    if (rc == 1 || view_store_is_full(rc)) {
        s_park(self);
        rc = rc == 1 ? 0 : rc;
    } else {
        const message_t outcome = s_outcome(rc, &answer);
        s_answer(self, frames_at(&self->frames, PEER), &outcome);
        rc = s_trouble(rc);
    }
    view_reader_end(&self->quick);
    return rc;
}

static int s_on_request(view_questions_t *self)
{
    slice_t peer = frames_at(&self->frames, PEER);
    slice_t body = frames_at(&self->frames, QUESTION);
    message_t question;
    // Without the right envelope there is no address to answer to.
    if (self->frames.count < REQUEST_FRAMES ||
        frames_at(&self->frames, DELIMITER).bytes > 0)
        return 0;
    if (self->frames.count > REQUEST_FRAMES ||
        body.bytes > VIEW_QUESTIONS_BYTES_MAX ||
        message_decode(&question, body) != 0) {
        s_refuse(self, peer, -EBADMSG, "not a message");
        return 0;
    }
    if (s_is_waited_for(self, body)) {
        s_park(self);
        return 0;
    }
    if (question.kind != MESSAGE_VIEW_STATUS_ASK)
        return s_ask(self, &question);
    const message_t answer = {.kind = MESSAGE_AS_OF,
                              .as_of = self->as_of(self->context)};
    s_answer(self, peer, &answer);
    return 0;
}

int view_questions_receive(view_questions_t *self)
{
    int rc = 0;
    for (int i = 0;
         i < BURST && rc == 0 && frames_receive(&self->frames, self->socket);
         i++)
        rc = s_on_request(self);
    return rc;
}

// The whole.

int view_questions_new(view_questions_t **self, const config_t *config,
                       const char *view, view_engine_t *engine,
                       view_questions_as_of_t *as_of, void *context)
{
    char name[CONFIG_ENDPOINT_MAX];
    view_questions_t *questions = calloc(1, sizeof *questions);
    if (!questions)
        return -ENOMEM;
    questions->config = config;
    questions->engine = engine;
    questions->as_of = as_of;
    questions->context = context;
    snprintf(name, sizeof name, "view-%s", view);
    int rc = socket_bind(&questions->socket, config, ZMQ_ROUTER, name);
    if (rc != 0)
        view_questions_destroy(&questions);
    else
        *self = questions;
    return rc;
}

void view_questions_destroy(view_questions_t **self)
{
    view_questions_t *questions = *self;
    if (!questions)
        return;
    while (questions->count > 0)
        s_remove_first(questions);
    view_reader_close(&questions->quick);
    view_reader_close(&questions->slow);
    frames_close(&questions->frames);
    zsock_destroy(&questions->socket);
    free(questions);
    *self = NULL;
}

zsock_t *view_questions_socket(const view_questions_t *self)
{
    return self->socket;
}

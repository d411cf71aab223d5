#include "actors/view_questions.h"

#include "actors/actor.h"
#include "actors/frames.h"
#include "actors/socket.h"

#include <errno.h>
#include <stdlib.h>

// Taken off the socket in one go: looking costs as much as answering.
#define BURST 64

// Frames of a request as a ROUTER sees it.
enum { PEER, DELIMITER, QUESTION, REQUEST_FRAMES };

typedef struct {
    buffer_t peer;     // whom to answer
    buffer_t question; // as it came
    int64_t deadline_ms;
} waiting_t;

struct view_questions {
    const config_t *config;
    view_engine_t *engine;
    view_questions_as_of_t *as_of;
    void *context;
    zsock_t *socket;
    frames_t frames;                       // the request in hand
    view_reader_t quick;                   // for the first step of each
    view_reader_t slow;                    // of the first that waits
    waiting_t waiting[VIEW_QUESTIONS_MAX]; // a ring
    size_t first;
    size_t count;
};

// Answers. A peer that is gone takes none: nothing to do.

static void s_answer(view_questions_t *self, slice_t peer,
                     const message_t *answer)
{
    if (socket_send_bytes(self->socket, peer, true) == 0 &&
        socket_send_bytes(self->socket, slice(NULL, 0), true) == 0)
        (void)socket_send(self->socket, answer, false);
}

static void s_refuse(view_questions_t *self, slice_t peer, int error,
                     const char *text)
{
    const message_t message = {.kind = MESSAGE_FAILURE,
                               .failure = {(uint32_t)-error, slice_of(text)}};
    s_answer(self, peer, &message);
}

// Gives a question its answer, or why there is none. What is the engine's
// trouble, not the question's, is returned.
static int s_conclude(view_questions_t *self, slice_t peer, int rc,
                      const message_t *answer)
{
    if (rc == 0)
        s_answer(self, peer, answer);
    else if (rc == -EINVAL)
        s_refuse(self, peer, rc, "not a question for this view");
    else if (rc == -E2BIG)
        s_refuse(self, peer, rc, "too many events; ask for a shorter window");
    else
        s_refuse(self, peer, -EAGAIN, "the view is not usable");
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

// Those that wait.

static waiting_t *s_first(view_questions_t *self)
{
    return &self->waiting[self->first];
}

static void s_free_waiting(waiting_t *waiting)
{
    buffer_free(&waiting->peer);
    buffer_free(&waiting->question);
}

static void s_remove_first(view_questions_t *self)
{
    view_reader_end(&self->slow);
    s_free_waiting(s_first(self));
    self->first = (self->first + 1) % VIEW_QUESTIONS_MAX;
    self->count--;
}

static bool s_add_bytes(buffer_t *buffer, slice_t bytes)
{
    *buffer = (buffer_t){0};
    buffer_add(buffer, bytes.data, bytes.bytes);
    return !buffer_failed(buffer);
}

// Lets the question in hand wait. If it is the first, what its first step did
// is kept.
static void s_park(view_questions_t *self)
{
    slice_t peer = frames_at(&self->frames, PEER);
    slice_t question = frames_at(&self->frames, QUESTION);
    if (self->count == VIEW_QUESTIONS_MAX) {
        s_refuse(self, peer, -EAGAIN, "too many questions wait");
        return;
    }
    waiting_t *waiting =
        &self->waiting[(self->first + self->count) % VIEW_QUESTIONS_MAX];
    bool is_kept = s_add_bytes(&waiting->peer, peer);
    is_kept &= s_add_bytes(&waiting->question, question);
    if (!is_kept) {
        s_free_waiting(waiting);
        s_refuse(self, peer, -EAGAIN, "out of memory");
        return;
    }
    waiting->deadline_ms = actor_tick_ms() + self->config->http_deadline_ms;
    if (self->count++ == 0) {
        view_reader_t idle = self->slow;
        self->slow = self->quick;
        self->quick = idle;
    }
}

static int s_step_first(view_questions_t *self)
{
    message_t question, answer;
    const waiting_t *waiting = s_first(self);
    int rc = view_reader_is_busy(&self->slow) ? 0 : s_begin(self, &self->slow);
    if (view_store_is_full(rc))
        return rc;
    if (rc == 0) {
        // It was decoded before.
        (void)message_decode(&question, buffer_slice(&waiting->question));
        rc = view_reader_step(&self->slow, &question, &answer);
    }
    if (rc == 1)
        return 0;
    rc = s_conclude(self, buffer_slice(&waiting->peer), rc, &answer);
    s_remove_first(self);
    return rc;
}

int view_questions_step(view_questions_t *self)
{
    while (self->count > 0 && s_first(self)->deadline_ms <= actor_tick_ms()) {
        s_refuse(self, buffer_slice(&s_first(self)->peer), -ETIMEDOUT,
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

// Those that come.

// Does the first step of the question in hand, which most need alone.
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
        rc = s_conclude(self, frames_at(&self->frames, PEER), rc, &answer);
    }
    view_reader_end(&self->quick);
    return rc;
}

static int s_on_request(view_questions_t *self)
{
    slice_t peer = frames_at(&self->frames, PEER);
    slice_t body = frames_at(&self->frames, QUESTION);
    message_t question;
    // An envelope of another form has no way back.
    if (self->frames.count < REQUEST_FRAMES ||
        frames_at(&self->frames, DELIMITER).bytes > 0)
        return 0;
    if (self->frames.count > REQUEST_FRAMES ||
        body.bytes > VIEW_QUESTIONS_BYTES_MAX ||
        message_decode(&question, body) != 0) {
        s_refuse(self, peer, -EBADMSG, "not a message");
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

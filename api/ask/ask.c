#include "api/ask/ask.h"

#include "actors/transport/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define S_FAILURE_MAX 512

typedef struct {
    char *endpoint; // owned
    request_t *request;
    buffer_t recalled; // the last answer if it came from the cache
} line_t;

struct ask {
    const config_t *config;   // borrowed
    tail_t *tail;             // borrowed
    answer_cache_t *cache;    // borrowed; NULL: no cache
    ask_answerer_t *answerer; // NULL: the actors answer
    void *context;            // passed to the answerer
    line_t lines[ASK_ENDPOINTS_MAX];
    size_t count;
    buffer_t key; // of the current question
    char failure[S_FAILURE_MAX];
};

ask_t *ask_new(const config_t *config, tail_t *tail, answer_cache_t *cache)
{
    ask_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->config = config;
    self->tail = tail;
    self->cache = cache;
    return self;
}

ask_t *ask_new_answered(ask_answerer_t *answerer, void *context)
{
    ask_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->answerer = answerer;
    self->context = context;
    return self;
}

void ask_destroy(ask_t **ask)
{
    ask_t *self = *ask;
    if (!self)
        return;
    *ask = NULL;
    for (size_t i = 0; i < self->count; i++) {
        request_destroy(&self->lines[i].request);
        buffer_free(&self->lines[i].recalled);
        free(self->lines[i].endpoint);
    }
    buffer_free(&self->key);
    free(self);
}

static line_t *s_open(ask_t *ask, const char *endpoint)
{
    if (ask->count == ASK_ENDPOINTS_MAX)
        return NULL;
    line_t line = {.endpoint = strdup(endpoint),
                   .request = request_new(ask->config, endpoint)};
    if (!line.endpoint || !line.request) {
        free(line.endpoint);
        request_destroy(&line.request);
        return NULL;
    }
    ask->lines[ask->count] = line;
    return &ask->lines[ask->count++];
}

static line_t *s_find(ask_t *ask, const char *endpoint)
{
    for (size_t i = 0; i < ask->count; i++) {
        if (strcmp(ask->lines[i].endpoint, endpoint) == 0)
            return &ask->lines[i];
    }
    return s_open(ask, endpoint);
}

static int s_fail(ask_t *ask, int error, const char *endpoint, const char *what)
{
    snprintf(ask->failure, sizeof ask->failure, "%s %s", endpoint, what);
    return error;
}

// The actor understood the question but could not answer it.
static int s_refused(ask_t *ask, const message_failure_t *failure)
{
    snprintf(ask->failure, sizeof ask->failure, "%.*s",
             (int)failure->text.bytes, failure->text.data);
    return message_failure_error(failure);
}

static int s_ask_answerer(ask_t *ask, const char *endpoint,
                          const message_t *question, message_t *reply)
{
    const char *reason = "";
    int rc = ask->answerer(ask->context, endpoint, question, reply, &reason);
    if (rc < 0)
        snprintf(ask->failure, sizeof ask->failure, "%s", reason);
    return rc;
}

static int s_ask_socket(ask_t *ask, const char *endpoint,
                        const message_t *question, int deadline_ms,
                        message_t *reply)
{
    line_t *line = s_find(ask, endpoint);
    if (!line)
        return s_fail(ask, -ENOMEM, endpoint, "cannot be asked: out of memory");
    int rc = request_ask(line->request, question, deadline_ms, reply);
    if (rc == -EBADMSG)
        return s_fail(ask, rc, endpoint, "gave a damaged answer");
    return rc < 0 ? s_fail(ask, rc, endpoint, "does not answer") : 0;
}

int ask_actor(ask_t *ask, const char *endpoint, const message_t *question,
              message_kind_t expected, int deadline_ms, message_t *answer)
{
    message_t reply;
    int rc = ask->answerer
                 ? s_ask_answerer(ask, endpoint, question, &reply)
                 : s_ask_socket(ask, endpoint, question, deadline_ms, &reply);
    if (rc < 0)
        return rc;
    if (reply.kind == MESSAGE_FAILURE)
        return s_refused(ask, &reply.failure);
    if (reply.kind != expected)
        return s_fail(ask, -EBADMSG, endpoint, "answered another question");
    *answer = reply;
    return 0;
}

// Sets the cache key: endpoint and question.
static bool s_set_key(ask_t *ask, const char *endpoint,
                      const message_t *question)
{
    buffer_reset(&ask->key);
    buffer_add(&ask->key, endpoint, strlen(endpoint) + 1);
    message_encode(question, &ask->key);
    return !buffer_failed(&ask->key);
}

static bool s_recall(ask_t *ask, const char *endpoint, message_t *answer)
{
    uint64_t end;
    line_t *line = s_find(ask, endpoint);
    message_t reply;
    if (!line || !tail_end(ask->tail, &end) ||
        !answer_cache_find(ask->cache, buffer_slice(&ask->key), end,
                           &line->recalled) ||
        message_decode(&reply, buffer_slice(&line->recalled)) != 0 ||
        reply.kind != MESSAGE_VIEW_ANSWER)
        return false;
    *answer = reply;
    return true;
}

static void s_remember(ask_t *ask, const char *endpoint,
                       const message_t *answer)
{
    const message_as_of_t *as_of = &answer->view_answer.as_of;
    tail_learn(ask->tail, as_of->log_end);
    if (as_of->fresh && as_of->offset == as_of->log_end)
        answer_cache_keep(ask->cache, buffer_slice(&ask->key), as_of->offset,
                          ask_frame(ask, endpoint, 0));
}

int ask_view(ask_t *ask, const char *view, const message_t *question,
             int deadline_ms, message_t *answer)
{
    char endpoint[CONFIG_ENDPOINT_MAX];
    snprintf(endpoint, sizeof endpoint, "view-%s", view);
    if (!ask->cache)
        return ask_actor(ask, endpoint, question, MESSAGE_VIEW_ANSWER,
                         deadline_ms, answer);
    if (!s_set_key(ask, endpoint, question))
        return s_fail(ask, -ENOMEM, endpoint, "cannot be asked: out of memory");
    if (s_recall(ask, endpoint, answer))
        return 0;
    int rc = ask_actor(ask, endpoint, question, MESSAGE_VIEW_ANSWER,
                       deadline_ms, answer);
    if (rc == 0)
        s_remember(ask, endpoint, answer);
    return rc;
}

slice_t ask_frame(ask_t *ask, const char *endpoint, size_t i)
{
    const line_t *line = s_find(ask, endpoint);
    return line ? request_frame(line->request, i) : slice(NULL, 0);
}

const char *ask_failure(const ask_t *ask)
{
    return ask->failure;
}

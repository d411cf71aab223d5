#include "api/ask.h"

#include "actors/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define S_FAILURE_MAX 512

typedef struct {
    char *endpoint; // owned
    request_t *request;
} line_t;

struct ask {
    const config_t *config; // borrowed
    line_t lines[ASK_ENDPOINTS_MAX];
    size_t count;
    char failure[S_FAILURE_MAX];
};

ask_t *ask_new(const config_t *config)
{
    ask_t *self = calloc(1, sizeof *self);
    if (self)
        self->config = config;
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
        free(self->lines[i].endpoint);
    }
    free(self);
}

static request_t *s_find(const ask_t *ask, const char *endpoint)
{
    for (size_t i = 0; i < ask->count; i++) {
        if (strcmp(ask->lines[i].endpoint, endpoint) == 0)
            return ask->lines[i].request;
    }
    return NULL;
}

static request_t *s_open(ask_t *ask, const char *endpoint)
{
    if (ask->count == ASK_ENDPOINTS_MAX)
        return NULL;
    line_t line = {strdup(endpoint), request_new(ask->config, endpoint)};
    if (!line.endpoint || !line.request) {
        free(line.endpoint);
        request_destroy(&line.request);
        return NULL;
    }
    ask->lines[ask->count++] = line;
    return line.request;
}

static int s_fail(ask_t *ask, int error, const char *endpoint, const char *what)
{
    snprintf(ask->failure, sizeof ask->failure, "%s %s", endpoint, what);
    return error;
}

// The actor understood the question and could not serve it.
static int s_refused(ask_t *ask, const message_failure_t *failure)
{
    snprintf(ask->failure, sizeof ask->failure, "%.*s",
             (int)failure->text.bytes, failure->text.data);
    return failure->code > 0 && failure->code < 4096 ? -(int)failure->code
                                                     : -EIO;
}

int ask_actor(ask_t *ask, const char *endpoint, const message_t *question,
              message_kind_t expected, int deadline_ms, message_t *answer)
{
    message_t reply;
    request_t *request = s_find(ask, endpoint);
    if (!request)
        request = s_open(ask, endpoint);
    if (!request)
        return s_fail(ask, -ENOMEM, endpoint, "cannot be asked: no memory");
    int rc = request_ask(request, question, deadline_ms, &reply);
    if (rc == -EBADMSG)
        return s_fail(ask, rc, endpoint, "gave a damaged answer");
    if (rc < 0)
        return s_fail(ask, rc, endpoint, "does not answer");
    if (reply.kind == MESSAGE_FAILURE)
        return s_refused(ask, &reply.failure);
    if (reply.kind != expected)
        return s_fail(ask, -EBADMSG, endpoint, "answered another question");
    *answer = reply;
    return 0;
}

slice_t ask_frame(const ask_t *ask, const char *endpoint, size_t i)
{
    const request_t *request = s_find(ask, endpoint);
    return request ? request_frame(request, i) : slice(NULL, 0);
}

const char *ask_failure(const ask_t *ask)
{
    return ask->failure;
}

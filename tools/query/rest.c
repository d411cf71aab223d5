#include "tools/query/rest.h"

#include "api/http/dispatch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct rest {
    const config_t *config; // borrowed
    ask_t *ask;
    char *authorization; // header with the token; NULL: none required
    answer_t answer;
    parameters_t parameters;
};

rest_t *rest_new(const config_t *config, ask_t *ask)
{
    rest_t *self = calloc(1, sizeof *self);
    if (!self || !ask) {
        ask_destroy(&ask);
        free(self);
        return NULL;
    }
    self->config = config;
    self->ask = ask;
    if (config->http_token &&
        asprintf(&self->authorization, "Bearer %s", config->http_token) < 0) {
        self->authorization = NULL;
        rest_destroy(&self);
    }
    return self;
}

void rest_destroy(rest_t **rest)
{
    rest_t *self = *rest;
    if (!self)
        return;
    *rest = NULL;
    ask_destroy(&self->ask);
    if (self->authorization)
        explicit_bzero(self->authorization, strlen(self->authorization));
    free(self->authorization);
    answer_free(&self->answer);
    free(self);
}

int rest_get(rest_t *rest, int64_t now_us, const char *path, const char *query,
             slice_t *body)
{
    call_t call = {.config = rest->config,
                   .ask = rest->ask,
                   .now_us = now_us,
                   .answer = &rest->answer};
    const dispatch_request_t request = {.method = "GET",
                                        .path = path,
                                        .query = query,
                                        .authorization = rest->authorization};
    dispatch(&call, &rest->parameters, &request);
    *body = buffer_slice(&rest->answer.body);
    return buffer_failed(&rest->answer.body) ? 500 : rest->answer.status;
}

cJSON *rest_get_json(rest_t *rest, int64_t now_us, const char *path,
                     const char *query)
{
    slice_t body;
    if (rest_get(rest, now_us, path, query, &body) != 200)
        return NULL;
    return cJSON_ParseWithLength(body.data, body.bytes);
}

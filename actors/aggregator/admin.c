#include "actors/aggregator/admin.h"

#include "actors/report/report.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

// Rows of a digest per step: a few milliseconds of work.
#define DIGEST_STEP 20000

struct view_admin {
    view_engine_t *engine;
    zsock_t *socket;
    frames_t frames;
    bool is_asked;         // a digest was requested
    view_digest_t *digest; // NULL: not begun
};

static void s_answer(view_admin_t *self, const message_t *answer)
{
    // Fails if the peer is gone: nothing to do.
    (void)socket_send(self->socket, answer, false);
}

static void s_refuse(view_admin_t *self, int error, const char *text)
{
    const message_t message = {.kind = MESSAGE_FAILURE,
                               .failure = {(uint32_t)-error, slice_of(text)}};
    s_answer(self, &message);
}

void view_admin_give_up(view_admin_t *self, const char *why)
{
    if (!self || !self->is_asked)
        return;
    view_digest_destroy(&self->digest);
    self->is_asked = false;
    s_refuse(self, -EAGAIN, why);
}

static int s_conclude_digest(view_admin_t *self, int rc,
                             const view_digest_value_t *value)
{
    view_digest_destroy(&self->digest);
    self->is_asked = false;
    if (rc < 0) {
        s_refuse(self, rc, "the view cannot be read");
        return rc;
    }
    const message_t answer = {.kind = MESSAGE_VIEW_DIGEST,
                              .view_digest = {value->checkpoint.offset,
                                              value->high, value->low,
                                              value->rows}};
    s_answer(self, &answer);
    return 0;
}

int view_admin_step(view_admin_t *self)
{
    view_digest_value_t value;
    if (!self->is_asked || (!self->digest && self->engine->is_unsettled))
        return 0;
    if (!self->digest)
        self->digest = view_digest_new(self->engine->store);
    int rc = self->digest ? view_digest_step(self->digest, DIGEST_STEP, &value)
                          : -ENOMEM;
    return rc == 0 ? 0 : s_conclude_digest(self, rc, &value);
}

bool view_admin_is_busy(const view_admin_t *self)
{
    return self->is_asked;
}

static int s_adopt(view_admin_t *self, slice_t name)
{
    char generation[VIEW_GENERATION_NAME_MAX] = "";
    failure_t failure = {0};
    view_engine_t *engine = self->engine;
    if (name.bytes < sizeof generation)
        memcpy(generation, name.data, name.bytes);
    int rc = view_engine_adopt(engine, generation, &failure);
    if (rc != 0) {
        s_refuse(self, rc, failure.reason);
        return 0;
    }
    const uint64_t offset = engine->position.offset;
    report_facts(REPORT_INFO, engine->view->name,
                 REPORT_FACTS(report_text("generation", generation),
                              report_number("offset", (int64_t)offset)),
                 "serving %s from offset %" PRIu64, generation, offset);
    const message_t answer = {.kind = MESSAGE_DONE, .done = {offset}};
    s_answer(self, &answer);
    return 1;
}

int view_admin_receive(view_admin_t *self)
{
    message_t request;
    if (!frames_receive(&self->frames, self->socket))
        return 0;
    if (message_decode(&request, frames_at(&self->frames, 0)) != 0) {
        s_refuse(self, -EBADMSG, "not a message");
    } else if (request.kind == MESSAGE_VIEW_ADOPT) {
        return s_adopt(self, request.view_adopt.generation);
    } else if (request.kind == MESSAGE_VIEW_DIGEST_ASK) {
        self->is_asked = true;
        return view_engine_flush(self->engine);
    } else {
        s_refuse(self, -EINVAL, "not a request for a view");
    }
    return 0;
}

int view_admin_new(view_admin_t **self, const config_t *config,
                   const char *view, view_engine_t *engine)
{
    char name[CONFIG_ENDPOINT_MAX];
    view_admin_t *admin = calloc(1, sizeof *admin);
    if (!admin)
        return -ENOMEM;
    admin->engine = engine;
    snprintf(name, sizeof name, "admin-%s", view);
    int rc = socket_bind(&admin->socket, config, ZMQ_REP, name);
    if (rc != 0)
        view_admin_destroy(&admin);
    else
        *self = admin;
    return rc;
}

void view_admin_destroy(view_admin_t **self)
{
    view_admin_t *admin = *self;
    if (!admin)
        return;
    view_digest_destroy(&admin->digest);
    frames_close(&admin->frames);
    zsock_destroy(&admin->socket);
    free(admin);
    *self = NULL;
}

zsock_t *view_admin_socket(const view_admin_t *self)
{
    return self->is_asked ? NULL : self->socket;
}

#include "api/http/api.h"

#include "actors/report/report.h"
#include "api/http/server.h"
#include "api/tls/tls.h"

typedef struct {
    const actor_args_t *args;
    zsock_t *pipe;
    actor_beat_t *beat; // NULL while the actor cannot go on
    server_t *server;
} api_t;

static void s_fail(api_t *self, const char *reason)
{
    zstr_sendx(self->pipe, "FAILED", reason, NULL);
    actor_beat_destroy(&self->beat);
}

static void s_open(api_t *self)
{
    char reason[SERVER_REASON_MAX], port[8];
    self->beat = actor_beat_new(self->args);
    if (!self->beat) {
        s_fail(self, "no memory for its socket");
        return;
    }
    if (server_start(&self->server, self->args->config, reason) < 0) {
        s_fail(self, reason);
        return;
    }
    unsigned number = server_port(self->server);
    snprintf(port, sizeof port, "%u", number);
    zstr_send(self->pipe, "LIVE");
    zstr_sendx(self->pipe, "PORT", port, NULL);
    report_facts(REPORT_INFO, self->args->name,
                 REPORT_FACTS(report_text("host", server_host(self->server)),
                              report_number("port", number)),
                 "listening on %s://%s:%u", tls_scheme(self->args->config),
                 server_host(self->server), number);
}

// Takes one command from the host. false: it is time to go.
static bool s_on_pipe(api_t *self)
{
    char *command = zstr_recv(self->pipe);
    bool go_on = command && !streq(command, "$TERM");
    zstr_free(&command);
    return go_on;
}

static void s_loop(api_t *self)
{
    zmq_pollitem_t item = {zsock_resolve(self->pipe), 0, ZMQ_POLLIN, 0};
    bool go_on = true;
    while (go_on) {
        int wait_ms = self->beat ? actor_beat(self->beat, "live", 0, 0) : -1;
        int ready = zmq_poll(&item, 1, wait_ms);
        if (ready > 0)
            go_on = s_on_pipe(self);
        else if (ready < 0 && errno != EINTR)
            return;
    }
}

void api_actor(zsock_t *pipe, void *args)
{
    api_t self = {.args = args, .pipe = pipe};
    zsock_signal(pipe, 0);
    s_open(&self);
    s_loop(&self);
    server_stop(&self.server);
    actor_beat_destroy(&self.beat);
}

#include "api/http/api.h"

#include "actors/report/report.h"
#include "actors/runtime/shell.h"
#include "api/http/server.h"
#include "api/tls/tls.h"

typedef struct {
    shell_t shell;
    server_t *server; // its threads do the work
} api_t;

static int s_open(void *context)
{
    api_t *self = context;
    const config_t *config = self->shell.args->config;
    char port[8];
    int rc = server_start(&self->server, config, &self->shell.failure);
    if (rc < 0)
        return rc;
    unsigned number = server_port(self->server);
    snprintf(port, sizeof port, "%u", number);
    zstr_sendx(self->shell.loop.pipe, "PORT", port, NULL);
    report_facts(REPORT_INFO, self->shell.args->name,
                 REPORT_FACTS(report_text("host", server_host(self->server)),
                              report_number("port", number)),
                 "listening on %s://%s:%u", tls_scheme(config),
                 server_host(self->server), number);
    return 0;
}

static const char *s_state(const void *self, uint64_t *offset, uint64_t *end)
{
    (void)self;
    (void)offset;
    (void)end;
    return "live";
}

static void s_close(void *context)
{
    api_t *self = context;
    server_stop(&self->server);
}

void api_actor(zsock_t *pipe, void *args)
{
    static const shell_class_t s_class = {
        .open = s_open, .state = s_state, .close = s_close};
    api_t self = {0};
    shell_run(&self.shell, &s_class, &self, pipe, args);
}

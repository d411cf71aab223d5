#include "tools/sim/server.h"

#include "tools/sim/admin.h"
#include "tools/sim/refusal.h"
#include "tools/sim/request_log.h"

#include <civetweb.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

// A slow response pauses for half its time, then comes in this many pieces.
#define DROPS 20

// Handlers return a status for CivetWeb's access log, which is off.
#define HANDLED 200

struct server {
    server_options_t options;
    struct mg_context *web;
    github_t *github;
    pthread_mutex_t lock; // around github, options.log, error and under_way
    pthread_cond_t idle;  // no response is in progress
    unsigned under_way;   // responses with delivery not yet known
    atomic_bool stopping;
    char error[SERVER_ERROR_MAX]; // the first message of CivetWeb
};

static void s_read_request(const struct mg_connection *connection,
                           github_request_t *request)
{
    const struct mg_request_info *info = mg_get_request_info(connection);
    *request = (github_request_t){
        .method = info->request_method,
        .path = info->local_uri ? info->local_uri : "",
        .query = info->query_string,
        .host = mg_get_header(connection, "Host"),
        .user_agent = mg_get_header(connection, "User-Agent"),
        .accept = mg_get_header(connection, "Accept"),
        .api_version = mg_get_header(connection, "X-GitHub-Api-Version"),
        .authorization = mg_get_header(connection, "Authorization"),
        .if_none_match = mg_get_header(connection, "If-None-Match"),
        .address = info->remote_addr,
    };
}

static bool s_write(struct mg_connection *connection, slice_t bytes)
{
    return bytes.bytes == 0 ||
           mg_write(connection, bytes.data, bytes.bytes) == (int)bytes.bytes;
}

static void s_sleep_ms(const server_t *server, uint32_t ms)
{
    const struct timespec step = {0, 10000000};
    for (uint32_t i = 0; i < ms / 10 && !server->stopping; i++)
        nanosleep(&step, NULL);
}

static bool s_drip(const server_t *server, struct mg_connection *connection,
                   slice_t body)
{
    size_t drop = body.bytes / DROPS + 1;
    while (body.bytes > 0 && !server->stopping) {
        size_t bytes = body.bytes < drop ? body.bytes : drop;
        if (!s_write(connection, slice(body.data, bytes)))
            return false;
        body = slice(body.data + bytes, body.bytes - bytes);
        s_sleep_ms(server, server->options.slow_ms / 2 / DROPS);
    }
    return body.bytes == 0;
}

static slice_t s_head(const github_reply_t *reply, buffer_t *head)
{
    buffer_printf(head, "HTTP/1.1 %d %s\r\n", reply->status,
                  refusal_reason(reply->status));
    buffer_add(head, reply->headers.data, reply->headers.bytes);
    if (reply->status != 304)
        buffer_printf(head, "Content-Length: %zu\r\n", reply->body.bytes);
    buffer_add_text(head, "\r\n");
    return buffer_slice(head);
}

// true: the whole response was sent.
static bool s_send(const server_t *server, struct mg_connection *connection,
                   const github_reply_t *reply)
{
    if (reply->fault == FAULT_RESET)
        return false;
    buffer_t head = {0};
    slice_t body = buffer_slice(&reply->body);
    bool slow = reply->fault == FAULT_SLOW;
    if (slow)
        s_sleep_ms(server, server->options.slow_ms / 2);
    s_head(reply, &head);
    bool sent =
        !buffer_failed(&head) && s_write(connection, buffer_slice(&head));
    buffer_free(&head);
    if (!sent)
        return false;
    if (reply->fault == FAULT_TRUNCATED) {
        s_write(connection, slice(body.data, body.bytes / 2));
        return false;
    }
    return slow ? s_drip(server, connection, body) : s_write(connection, body);
}

static int s_answer(server_t *server, const github_request_t *request,
                    github_reply_t *reply)
{
    if (!admin_is_path(request->path)) {
        server->under_way++;
        return github_answer(server->github, request, reply);
    }
    // The client may have the last byte before we know that it was sent.
    while (admin_must_wait(request->path) && server->under_way > 0)
        pthread_cond_wait(&server->idle, &server->lock);
    return admin_answer(server->github, request, reply);
}

static void s_finish(server_t *server, const github_request_t *request,
                     const github_reply_t *reply, bool whole)
{
    if (admin_is_path(request->path))
        return;
    if (--server->under_way == 0)
        pthread_cond_broadcast(&server->idle);
    int rc = github_delivered(server->github, reply, whole);
    if (rc == 0 && server->options.log)
        rc = request_log_write(server->options.log, request, reply, whole);
    if (rc)
        fprintf(stderr, "octolog-sim: request %llu: %s\n",
                (unsigned long long)reply->number, strerror(-rc));
}

static int s_on_request(struct mg_connection *connection)
{
    server_t *server = mg_get_user_data(mg_get_context(connection));
    github_request_t request;
    github_reply_t reply = {0};
    s_read_request(connection, &request);
    pthread_mutex_lock(&server->lock);
    int rc = s_answer(server, &request, &reply);
    pthread_mutex_unlock(&server->lock);
    bool whole = rc == 0 && s_send(server, connection, &reply);
    pthread_mutex_lock(&server->lock);
    s_finish(server, &request, &reply, whole);
    pthread_mutex_unlock(&server->lock);
    github_reply_free(&reply);
    if (!whole)
        mg_disable_connection_keep_alive(connection);
    return HANDLED;
}

static int s_on_message(const struct mg_connection *connection,
                        const char *message)
{
    server_t *server = mg_get_user_data(mg_get_context(connection));
    if (!server)
        return 1;
    pthread_mutex_lock(&server->lock);
    if (!server->error[0])
        snprintf(server->error, sizeof server->error, "%s", message);
    pthread_mutex_unlock(&server->lock);
    return 1;
}

static int s_start(server_t *server)
{
    char port[32];
    char threads[8];
    snprintf(port, sizeof port, "127.0.0.1:%u", server->options.port);
    snprintf(threads, sizeof threads, "%d", SERVER_THREADS);
    const char *options[] = {"listening_ports",
                             port,
                             "num_threads",
                             threads,
                             "enable_keep_alive",
                             "yes",
                             "tcp_nodelay",
                             "1",
                             "access_control_allow_origin",
                             "",
                             NULL};
    const struct mg_callbacks callbacks = {.begin_request = s_on_request,
                                           .log_message = s_on_message};
    errno = 0;
    server->web = mg_start(&callbacks, server, options);
    if (server->web)
        return 0;
    return strstr(server->error, strerror(EADDRINUSE)) ? -EADDRINUSE : -EIO;
}

int server_start(server_t **server, const server_options_t *options,
                 github_t *github, char error[SERVER_ERROR_MAX])
{
    server_t *started = calloc(1, sizeof *started);
    if (!started)
        return -ENOMEM;
    started->options = *options;
    started->github = github;
    pthread_mutex_init(&started->lock, NULL);
    pthread_cond_init(&started->idle, NULL);
    int rc = s_start(started);
    if (rc == 0) {
        *server = started;
        return 0;
    }
    snprintf(error, SERVER_ERROR_MAX, "%s", started->error);
    pthread_cond_destroy(&started->idle);
    pthread_mutex_destroy(&started->lock);
    free(started);
    return rc;
}

uint16_t server_port(const server_t *server)
{
    struct mg_server_port port = {0};
    mg_get_server_ports(server->web, 1, &port);
    return (uint16_t)port.port;
}

void server_stop(server_t **server)
{
    if (!*server)
        return;
    (*server)->stopping = true;
    mg_stop((*server)->web);
    pthread_cond_destroy(&(*server)->idle);
    pthread_mutex_destroy(&(*server)->lock);
    free(*server);
    *server = NULL;
}

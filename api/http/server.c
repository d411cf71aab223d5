#include "api/http/server.h"

#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "api/ask/tail.h"
#include "api/handler/stream.h"
#include "api/http/dispatch.h"
#include "api/http/response.h"
#include "api/render/traffic.h"
#include "api/text/http_text.h"
#include "api/text/listen_address.h"
#include "api/tls/tls.h"

#include <civetweb.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// How much of request line and headers CivetWeb reads. It reports a longer
// request as malformed, so the bounds in dispatch.h are lower.
#define S_HEADER_BYTES_TEXT "65536"

// A request must arrive, and the client must read each piece of an answer,
// within this time. A kept-alive connection may be idle for as long.
#define S_REQUEST_MS_TEXT "5000"
#define S_IDLE_MS_TEXT    "5000"

// Time for a whole answer, so that a client that reads a byte now and then
// cannot occupy a worker forever.
#define S_ANSWER_MS   30000
#define S_PIECE_BYTES ((size_t)64 * 1024)

// Connections that may wait for a worker, in CivetWeb and in the kernel.
#define S_QUEUE_TEXT   "32"
#define S_BACKLOG_TEXT "128"

// Time between two connections that wake the listener when it must stop.
#define S_NUDGE_NS 5000000

// Larger buffers are freed between two requests of a worker.
#define S_KEEP_BYTES ((size_t)1024 * 1024)

struct server {
    const config_t *config; // borrowed
    listen_address_t address;
    uint16_t port;
    tail_t *tail;
    answer_cache_t *cache; // of the views' answers, shared by all workers
    traffic_t traffic;
    tls_t *tls; // NULL: plain HTTP
    struct mg_context *context;
    pthread_mutex_t lock; // of the next three: CivetWeb logs from any thread
    bool started;
    char logged[FAILURE_REASON_BYTES]; // its last message while starting
    bool lacks_memory;                 // it ran out of memory while starting
};

// Belongs to one thread, which creates and frees it.
typedef struct {
    server_t *server;
    ask_t *ask;
    answer_t answer;
    parameters_t parameters;
    stream_t stream;
    buffer_t head;
    buffer_t packed;
} worker_t;

static void s_worker_destroy(worker_t *worker)
{
    if (!worker)
        return;
    ask_destroy(&worker->ask);
    answer_free(&worker->answer);
    buffer_free(&worker->head);
    buffer_free(&worker->packed);
    free(worker);
}

static void *s_on_thread_begin(const struct mg_context *context, int type)
{
    if (type != 1) // not a worker
        return NULL;
    worker_t *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->server = mg_get_user_data(context);
    const server_t *server = worker->server;
    worker->ask = ask_new(server->config, server->tail, server->cache);
    if (worker->ask)
        return worker;
    s_worker_destroy(worker);
    return NULL;
}

static void s_on_thread_end(const struct mg_context *context, int type,
                            void *worker)
{
    (void)context;
    if (type == 1)
        s_worker_destroy(worker);
}

static bool s_write(struct mg_connection *connection, slice_t bytes,
                    int64_t until_ms)
{
    while (bytes.bytes > 0) {
        size_t piece =
            bytes.bytes < S_PIECE_BYTES ? bytes.bytes : S_PIECE_BYTES;
        if (clock_tick_ms() > until_ms ||
            mg_write(connection, bytes.data, piece) != (int)piece)
            return false;
        bytes = slice(bytes.data + piece, bytes.bytes - piece);
    }
    return true;
}

static void s_trim(buffer_t *buffer)
{
    if (buffer->capacity > S_KEEP_BYTES)
        buffer_free(buffer);
}

// Sends the worker's answer. A small body is sent in one packet with its head.
static void s_send(struct mg_connection *connection, worker_t *worker,
                   const response_form_t *form)
{
    int64_t until_ms = clock_tick_ms() + S_ANSWER_MS;
    slice_t body =
        response_render(&worker->answer, form, &worker->head, &worker->packed);
    if (body.bytes <= S_PIECE_BYTES) {
        buffer_add(&worker->head, body.data, body.bytes);
        body = slice("", 0);
    }
    if (!form->keep_alive)
        mg_disable_connection_keep_alive(connection);
    if (buffer_failed(&worker->answer.body) || buffer_failed(&worker->head) ||
        !s_write(connection, buffer_slice(&worker->head), until_ms) ||
        !s_write(connection, body, until_ms))
        mg_disable_connection_keep_alive(connection);
    s_trim(&worker->answer.body);
    s_trim(&worker->head);
    s_trim(&worker->packed);
}

// Sends events until the stream ends. A client that reads nothing for a few
// seconds is disconnected.
static void s_stream(struct mg_connection *connection, worker_t *worker,
                     call_t *call)
{
    buffer_t *body = &worker->answer.body;
    bool go_on = true;
    while (go_on) {
        go_on = stream_next(call, &worker->stream);
        if (buffer_failed(body) || !s_write(connection, buffer_slice(body),
                                            clock_tick_ms() + S_ANSWER_MS))
            return;
        s_trim(body);
    }
}

// Whether the connection may serve another request. Not after a request with a
// body, which is never read and would be taken for the next request, nor after
// a 401, where CivetWeb closes the connection.
static bool s_stays_open(const struct mg_connection *connection,
                         const struct mg_request_info *info,
                         const answer_t *answer)
{
    const char *wish = mg_get_header(connection, "Connection");
    if (answer->status == 401 || answer->streams || info->content_length > 0 ||
        mg_get_header(connection, "Transfer-Encoding"))
        return false;
    if (strcmp(info->http_version, "1.0") == 0)
        return http_text_lists(wish, "keep-alive");
    return !http_text_lists(wish, "close");
}

static size_t s_header_bytes(const struct mg_request_info *info)
{
    size_t bytes = 0;
    for (int i = 0; i < info->num_headers; i++)
        bytes += strlen(info->http_headers[i].name) +
                 strlen(info->http_headers[i].value);
    return bytes;
}

// A monotonic clock with a finer resolution than clock_tick_ms().
static int64_t s_tick_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Leaves out the query and the headers, because they can hold secrets.
static void s_report_request(const struct mg_request_info *info, int status,
                             int64_t spent_us)
{
    report_facts(REPORT_DEBUG, "api",
                 REPORT_FACTS(report_text("method", info->request_method),
                              report_text("path", info->local_uri_raw),
                              report_number("status", status),
                              report_number("spent_us", spent_us),
                              report_text("client", info->remote_addr)),
                 "%s %s: %d", info->request_method, info->local_uri_raw,
                 status);
}

static int s_on_request(struct mg_connection *connection)
{
    const struct mg_request_info *info = mg_get_request_info(connection);
    worker_t *worker = mg_get_thread_pointer(connection);
    if (!worker) { // out of memory when the thread started
        mg_disable_connection_keep_alive(connection);
        return 503;
    }
    const int64_t begun_us = s_tick_us();
    call_t call = {.config = worker->server->config,
                   .ask = worker->ask,
                   .tail = worker->server->tail,
                   .traffic = &worker->server->traffic,
                   .tls = worker->server->tls,
                   .stream = &worker->stream,
                   .accept = mg_get_header(connection, "Accept"),
                   .last_event_id = mg_get_header(connection, "Last-Event-ID"),
                   .now_us = clock_now_us(),
                   .begun_ms = clock_tick_ms(),
                   .answer = &worker->answer};
    const dispatch_request_t request = {
        .method = info->request_method,
        .path = info->local_uri_raw,
        .query = info->query_string,
        .authorization = mg_get_header(connection, "Authorization"),
        .header_bytes = s_header_bytes(info),
        .body_bytes = info->content_length,
    };
    const size_t route = dispatch(&call, &worker->parameters, &request);
    const response_form_t form = {
        .head = strcmp(info->request_method, "HEAD") == 0,
        .keep_alive = s_stays_open(connection, info, &worker->answer),
        .accept_encoding = mg_get_header(connection, "Accept-Encoding"),
        .if_none_match = mg_get_header(connection, "If-None-Match"),
        .now_s = call.now_us / 1000000,
    };
    const bool streams = worker->answer.streams;
    s_send(connection, worker, &form);
    const int status = worker->answer.status;
    const int64_t spent_us = s_tick_us() - begun_us;
    traffic_count(call.traffic, route, status);
    s_report_request(info, status, spent_us);
    if (!streams) {
        traffic_time(call.traffic, route, spent_us);
        return status;
    }
    if (!form.head)
        s_stream(connection, worker, &call);
    tail_leave(call.tail);
    return status;
}

// CivetWeb could not parse a request.
static int s_on_error(struct mg_connection *connection, int status,
                      const char *text)
{
    (void)text; // about CivetWeb's internals
    worker_t *worker = mg_get_thread_pointer(connection);
    if (worker) {
        const response_form_t form = {.now_s = clock_now_us() / 1000000};
        answer_detail(&worker->answer, status, "%s", http_text_reason(status));
        s_send(connection, worker, &form);
    }
    return 0;
}

static int s_on_log(const struct mg_connection *connection, const char *text)
{
    const bool lacks_memory = errno == ENOMEM;
    server_t *server = mg_get_user_context_data(connection);
    if (!server)
        return 1;
    pthread_mutex_lock(&server->lock);
    if (!server->started) {
        snprintf(server->logged, sizeof server->logged, "%s", text);
        server->lacks_memory |= lacks_memory;
    } else {
        report(REPORT_DEBUG, "api", "civetweb: %s", text);
    }
    pthread_mutex_unlock(&server->lock);
    return 1;
}

// CivetWeb asks for the context when it starts and when it stops. 1 means that
// the context belongs to octolog, which frees it.
static int s_on_tls(void **ssl_context, void *user_data)
{
    const server_t *server = user_data;
    *ssl_context = tls_context(server->tls);
    return 1;
}

static struct mg_context *s_start_civetweb(server_t *server)
{
    const struct mg_callbacks callbacks = {
        .begin_request = s_on_request,
        .http_error = s_on_error,
        .log_message = s_on_log,
        .init_thread = s_on_thread_begin,
        .exit_thread = s_on_thread_end,
        .external_ssl_ctx = server->tls ? s_on_tls : NULL,
    };
    char ports[INET_ADDRSTRLEN + 8], threads[16];
    snprintf(ports, sizeof ports, "%s:%u%s", server->address.host,
             (unsigned)server->config->http_port, server->tls ? "s" : "");
    // Each stream occupies a thread, so streams have threads of their own.
    snprintf(threads, sizeof threads, "%d",
             server->config->http_threads + server->config->http_streams);
    const char *options[] = {
        "listening_ports",
        ports,
        "num_threads",
        threads,
        "connection_queue",
        S_QUEUE_TEXT,
        "listen_backlog",
        S_BACKLOG_TEXT,
        "max_request_size",
        S_HEADER_BYTES_TEXT,
        "request_timeout_ms",
        S_REQUEST_MS_TEXT,
        "enable_keep_alive",
        "yes",
        "keep_alive_timeout_ms",
        S_IDLE_MS_TEXT,
        "tcp_nodelay",
        "1",
        "decode_url",
        "no", // parameters.c decodes
        // Off, in case a request ever gets past the callback.
        "enable_directory_listing",
        "no",
        "enable_auth_domain_check",
        "no",
        "allow_sendfile_call",
        "no",
        "cgi_pattern",
        "",
        "ssi_pattern",
        "",
        "index_files",
        "",
        "access_control_allow_origin",
        "",
        "access_control_allow_methods",
        "",
        "access_control_allow_headers",
        "",
        NULL,
    };
    return mg_start(&callbacks, server, options);
}

// Whether CivetWeb had enough memory when it started. Otherwise it may have
// started with fewer workers, and would never add the others.
static bool s_has_memory(server_t *server)
{
    pthread_mutex_lock(&server->lock);
    const bool has_memory = !server->lacks_memory;
    pthread_mutex_unlock(&server->lock);
    return has_memory;
}

static int s_listen(server_t *server, failure_t *failure)
{
    struct mg_server_port port = {0};
    // OpenSSL is loaded by mg_start(), which reports why it cannot.
    mg_init_library(0);
    server->context = s_start_civetweb(server);
    if (server->context &&
        mg_get_server_ports(server->context, 1, &port) == 1) {
        server->port = (uint16_t)port.port;
        if (s_has_memory(server))
            return 0;
    }
    int rc = s_has_memory(server)
                 ? listen_address_diagnose(&server->address, failure)
                 : 0;
    if (rc < 0)
        return rc;
    return failure_set(failure, s_has_memory(server) ? -EIO : -ENOMEM,
                       "the web server did not start: %.200s", server->logged);
}

static int s_open(server_t *server, failure_t *failure)
{
    int rc = listen_address_find(&server->address, server->config, failure);
    if (rc < 0)
        return rc;
    char note[TLS_NOTE_MAX];
    if (server->config->http_certificate)
        rc = tls_new(&server->tls, server->config, note);
    if (rc < 0)
        return failure_set(failure, rc, "%s", note);
    rc = tail_new(&server->tail, server->config);
    if (rc < 0)
        return failure_set(failure, rc, "cannot subscribe to the feed: %s",
                           strerrordesc_np(-rc));
    server->cache = answer_cache_new();
    if (!server->cache)
        return failure_set(failure, -ENOMEM, "no memory for the web server");
    return s_listen(server, failure);
}

int server_start(server_t **server, const config_t *config, failure_t *failure)
{
    server_t *self = calloc(1, sizeof *self);
    if (!self)
        return failure_set(failure, -ENOMEM, "no memory for the web server");
    self->config = config;
    pthread_mutex_init(&self->lock, NULL);
    int rc = s_open(self, failure);
    if (rc < 0) {
        server_stop(&self);
        return rc;
    }
    pthread_mutex_lock(&self->lock);
    self->started = true;
    pthread_mutex_unlock(&self->lock);
    *server = self;
    return 0;
}

const char *server_host(const server_t *server)
{
    return server->address.host;
}

uint16_t server_port(const server_t *server)
{
    return server->port;
}

static void *s_stop_civetweb(void *context)
{
    mg_stop(context);
    return NULL;
}

// Opens a connection without a request.
static void s_nudge(const server_t *server)
{
    struct sockaddr_in address = server->address.socket;
    address.sin_port = htons(server->port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    // A failure does not matter: the caller tries again.
    (void)!connect(fd, (const struct sockaddr *)&address, sizeof address);
    close(fd);
}

// CivetWeb's listener checks whether it must stop every two seconds, and
// whenever a client connects. So connect until it has stopped.
static void s_stop(server_t *server)
{
    const struct timespec pause = {.tv_nsec = S_NUDGE_NS};
    pthread_t thread;
    if (pthread_create(&thread, NULL, s_stop_civetweb, server->context) != 0) {
        mg_stop(server->context);
        return;
    }
    do {
        s_nudge(server);
        nanosleep(&pause, NULL);
    } while (pthread_tryjoin_np(thread, NULL) != 0);
}

void server_stop(server_t **server)
{
    server_t *self = *server;
    if (!self)
        return;
    *server = NULL;
    if (self->tail)
        tail_stop(self->tail);
    if (self->context)
        s_stop(self);
    tail_destroy(&self->tail);
    answer_cache_destroy(&self->cache);
    tls_destroy(&self->tls);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

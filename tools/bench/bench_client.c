#include "tools/bench/bench_client.h"

#include "tools/bench/bench_process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#define CONNECTIONS_MAX 256
#define LATENCIES_MAX   (UINT64_C(1) << 21)
#define PATIENCE_S      10
#define WARM_UP_S       0.3

static struct sockaddr_in s_local(uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

uint16_t bench_client_free_port(void)
{
    struct sockaddr_in address = s_local(0);
    socklen_t bytes = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound =
        fd >= 0 && bind(fd, (struct sockaddr *)&address, bytes) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &bytes) == 0;
    if (fd >= 0)
        close(fd);
    return bound ? ntohs(address.sin_port) : 0;
}

void bench_client_init(bench_client_t *client, uint16_t port)
{
    client->fd = -1;
    client->port = port;
    client->status = 0;
    client->body = "";
    client->used = 0;
}

void bench_client_close(bench_client_t *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

static int s_connect(bench_client_t *client)
{
    const struct sockaddr_in address = s_local(client->port);
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    const int yes = 1;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd >= 0 &&
        connect(client->fd, (const struct sockaddr *)&address,
                sizeof address) == 0 &&
        setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                   sizeof patience) == 0 &&
        setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0)
        return 0;
    bench_client_close(client);
    return -1;
}

int bench_client_send(bench_client_t *client, const char *path)
{
    char request[1024];
    const int bytes =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    if (bytes < 0 || (size_t)bytes >= sizeof request ||
        (client->fd < 0 && s_connect(client) != 0))
        return -1;
    client->used = 0;
    if (send(client->fd, request, (size_t)bytes, MSG_NOSIGNAL) == bytes)
        return 0;
    bench_client_close(client);
    return -1;
}

// 1: the response is complete; 0: not yet.
static int s_is_whole(bench_client_t *client)
{
    client->bytes[client->used] = '\0';
    const char *end = strstr(client->bytes, "\r\n\r\n");
    if (!end)
        return 0;
    const char *length = strcasestr(client->bytes, "\r\nContent-Length:");
    if (!length || length > end ||
        sscanf(client->bytes, "HTTP/1.1 %d", &client->status) != 1)
        return -1;
    client->body = end + 4;
    const size_t head = (size_t)(client->body - client->bytes);
    return client->used >= head + strtoul(length + 17, NULL, 10);
}

int bench_client_receive(bench_client_t *client)
{
    const ssize_t got = recv(client->fd, client->bytes + client->used,
                             BENCH_RESPONSE_MAX - client->used, 0);
    if (got < 0 && errno == EINTR)
        return 0;
    if (got > 0)
        client->used += (size_t)got;
    const int whole = got > 0 ? s_is_whole(client) : -1;
    if (whole < 0)
        bench_client_close(client);
    return whole;
}

int bench_client_get(bench_client_t *client, const char *path)
{
    int rc = bench_client_send(client, path);
    while (rc == 0)
        rc = bench_client_receive(client);
    return rc > 0 ? 0 : -1;
}

// Load.

typedef struct {
    int epoll;
    int connections;
    bench_target_t *target;
    const void *context; // the target's
    uint64_t asked;
    bench_client_t *clients;
    double *asked_s; // by client
    double *latencies_ms;
    uint64_t count;
    double counts_from_s; // earlier requests are the warm-up
    char *refusal;        // BENCH_REFUSAL_MAX bytes: why it failed
} loader_t;

static int __attribute__((format(printf, 2, 3)))
s_end(loader_t *loader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(loader->refusal, BENCH_REFUSAL_MAX, format, arguments);
    va_end(arguments);
    return -1;
}

static int s_ask(loader_t *loader, int i)
{
    char path[BENCH_TARGET_MAX];
    loader->target(loader->context, loader->asked++, path);
    loader->asked_s[i] = bench_now_s();
    if (bench_client_send(&loader->clients[i], path) != 0)
        return s_end(loader, "cannot send a request on connection %d", i);
    return 0;
}

static int s_begin(loader_t *loader, uint16_t port)
{
    for (int i = 0; i < loader->connections; i++) {
        bench_client_init(&loader->clients[i], port);
        if (s_ask(loader, i) != 0)
            return -1;
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (epoll_ctl(loader->epoll, EPOLL_CTL_ADD, loader->clients[i].fd,
                      &event) < 0)
            return s_end(loader, "epoll: %s", strerrordesc_np(errno));
    }
    return 0;
}

static int s_on_answer(loader_t *loader, int i)
{
    const bench_client_t *client = &loader->clients[i];
    const int whole = bench_client_receive(&loader->clients[i]);
    const double spent_ms = (bench_now_s() - loader->asked_s[i]) * 1e3;
    if (whole < 0)
        return s_end(
            loader, "connection %d was closed after %.1f ms without a response",
            i, spent_ms);
    if (whole == 0)
        return 0;
    if (client->status != 200)
        return s_end(loader, "status %d after %.1f ms: %.120s", client->status,
                     spent_ms, client->body);
    if (loader->asked_s[i] >= loader->counts_from_s &&
        loader->count < LATENCIES_MAX)
        loader->latencies_ms[loader->count++] = spent_ms;
    return s_ask(loader, i);
}

static int s_turn(loader_t *loader)
{
    struct epoll_event events[CONNECTIONS_MAX];
    const int count = epoll_wait(loader->epoll, events, loader->connections,
                                 PATIENCE_S * 1000);
    if (count < 0 && errno == EINTR)
        return 0;
    if (count <= 0)
        return s_end(loader, "no response within %d s", PATIENCE_S);
    int rc = 0;
    for (int i = 0; i < count && rc == 0; i++)
        rc = s_on_answer(loader, (int)events[i].data.u32);
    return rc;
}

static int s_load(loader_t *loader, uint16_t port, double seconds,
                  bench_load_t *load)
{
    loader->counts_from_s = bench_now_s() + WARM_UP_S;
    const double until_s = loader->counts_from_s + seconds;
    int rc = s_begin(loader, port);
    while (rc == 0 && bench_now_s() < until_s)
        rc = s_turn(loader);
    if (rc == 0 && loader->count == 0)
        rc = s_end(loader, "no response in time");
    if (rc != 0)
        return rc;
    load->per_s = (double)loader->count / seconds;
    load->p50_ms = bench_quantile(loader->latencies_ms, loader->count, 0.5);
    load->p99_ms = bench_quantile(loader->latencies_ms, loader->count, 0.99);
    return 0;
}

int bench_client_load(uint16_t port, bench_target_t *target,
                      const void *context, int connections, double seconds,
                      bench_load_t *load)
{
    const size_t count = (size_t)connections;
    loader_t loader = {
        .epoll = epoll_create1(EPOLL_CLOEXEC),
        .connections = connections,
        .target = target,
        .context = context,
        .clients = calloc(count, sizeof *loader.clients),
        .asked_s = calloc(count, sizeof *loader.asked_s),
        .latencies_ms = calloc(LATENCIES_MAX, sizeof *loader.latencies_ms),
        .refusal = load->refusal,
    };
    for (size_t i = 0; loader.clients && i < count; i++)
        loader.clients[i].fd = -1;
    int rc = s_end(&loader,
                   "not enough memory or file descriptors for %d connections",
                   connections);
    if (loader.epoll >= 0 && loader.clients && loader.asked_s &&
        loader.latencies_ms && connections <= CONNECTIONS_MAX)
        rc = s_load(&loader, port, seconds, load);
    for (size_t i = 0; loader.clients && i < count; i++)
        bench_client_close(&loader.clients[i]);
    if (loader.epoll >= 0)
        close(loader.epoll);
    free(loader.clients);
    free(loader.asked_s);
    free(loader.latencies_ms);
    return rc;
}

// Measures the time from GitHub's response until the REST service counts its
// event, with a fake GitHub that returns one event per poll and a client that
// polls the REST service.

#include "tools/bench/bench_data.h"
#include "tools/bench/bench_service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>

#define EVENTS      50
#define WARM_UP     5 // events, while the actors connect to each other
#define PATIENCE_MS 20000

typedef struct {
    int listener;
    int peer; // the fetcher's connection; -1: none
    uint16_t port;
    bench_service_t *service;
    double figures[EVENTS];
} github_t;

static int s_listen(github_t *github)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    github->peer = -1;
    github->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (github->listener < 0 ||
        bind(github->listener, (struct sockaddr *)&address, bytes) < 0 ||
        listen(github->listener, 8) < 0 ||
        getsockname(github->listener, (struct sockaddr *)&address, &bytes) < 0)
        return bench_fail("cannot listen: %s", strerrordesc_np(errno));
    github->port = ntohs(address.sin_port);
    return 0;
}

// Reads up to the end of the request's head; false: the peer has closed.
static bool s_read_request(github_t *github)
{
    char head[8192] = "";
    size_t used = 0;
    while (!strstr(head, "\r\n\r\n") && used + 1 < sizeof head) {
        const ssize_t got =
            recv(github->peer, head + used, sizeof head - 1 - used, 0);
        if (got <= 0) {
            close(github->peer);
            github->peer = -1;
            return false;
        }
        used += (size_t)got;
        head[used] = '\0';
    }
    return true;
}

// Waits for the fetcher's next request.
static int s_await_request(github_t *github)
{
    for (;;) {
        struct pollfd sockets[] = {{github->listener, POLLIN, 0},
                                   {github->peer, POLLIN, 0}};
        if (poll(sockets, 2, PATIENCE_MS) <= 0)
            return bench_fail("the fetcher sends no request");
        if (sockets[0].revents) {
            if (github->peer >= 0)
                close(github->peer);
            github->peer = accept(github->listener, NULL, NULL);
        } else if (s_read_request(github)) {
            return 0;
        }
    }
}

static int s_respond(github_t *github, int number)
{
    char body[512], response[1024];
    const int length = snprintf(
        body, sizeof body,
        "[{\"id\":\"%d\",\"type\":\"PublicEvent\",\"actor\":{\"id\":1,"
        "\"login\":\"a\"},\"repo\":{\"id\":1,\"name\":\"a/b\"},\"payload\":{},"
        "\"public\":true,\"created_at\":\"2026-08-12T14:00:00Z\"}]",
        number);
    const int bytes =
        snprintf(response, sizeof response,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "ETag: \"%d\"\r\nX-Poll-Interval: 1\r\n"
                 "X-RateLimit-Limit: 1000000\r\n"
                 "X-RateLimit-Remaining: 999999\r\n"
                 "Content-Length: %d\r\n\r\n%s",
                 number, length, body);
    if (send(github->peer, response, (size_t)bytes, MSG_NOSIGNAL) != bytes)
        return bench_fail("the fetcher closed the connection");
    return 0;
}

static int s_await_visible(github_t *github, int number)
{
    static const char path[] =
        "/v1/agg_event_counts?types=PublicEvent&start=2026-08-12T14:00:00Z"
        "&end=2026-08-12T14:00:01Z";
    const double begun_s = bench_now_s();
    while (bench_now_s() - begun_s < PATIENCE_MS / 1e3) {
        if (bench_service_get(github->service, path) != 0)
            return -1;
        if (bench_json_number(github->service->client.body, "PublicEvent") >=
            number)
            return 0;
    }
    return bench_fail("a fetched event does not appear in the REST service");
}

static int s_measure(github_t *github)
{
    for (int i = 0; i < WARM_UP + EVENTS; i++) {
        int rc = s_await_request(github);
        if (rc == 0)
            rc = s_respond(github, i + 1);
        const double sent_s = bench_now_s();
        if (rc == 0)
            rc = s_await_visible(github, i + 1);
        if (rc != 0)
            return rc;
        if (i >= WARM_UP)
            github->figures[i - WARM_UP] = (bench_now_s() - sent_s) * 1e3;
    }
    return 0;
}

int bench_freshness_round(bench_t *bench)
{
    github_t github = {0};
    char source[64];
    if (s_listen(&github) != 0)
        return -1;
    snprintf(source, sizeof source, "http://127.0.0.1:%u/events", github.port);
    bench_data_remove(bench, "fresh");
    // 20 polls a second instead of GitHub's one.
    setenv("OCTOLOG_GITHUB_TIME_SCALE", "20", 1);
    github.service = bench_service_start(bench, "fresh", source);
    unsetenv("OCTOLOG_GITHUB_TIME_SCALE");
    int rc = github.service ? s_measure(&github) : -1;
    bench_service_stop(&github.service);
    if (github.peer >= 0)
        close(github.peer);
    close(github.listener);
    if (rc == 0) {
        bench_add(bench, BENCH_FRESH_P50,
                  bench_quantile(github.figures, EVENTS, 0.5));
        bench_add(bench, BENCH_FRESH_P99,
                  bench_quantile(github.figures, EVENTS, 0.99));
    }
    return rc;
}

// The client against servers that behave in every way but the right one.
#include "actors/fetcher/github_client.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// A server for one connection: sends what it is given, then hangs up.
typedef struct {
    int listener;
    char url[64];
    const char *reply;
    size_t bytes;
    char request[4096]; // what the client sent
    pthread_t thread;
} server_t;

static void *s_serve(void *context)
{
    server_t *server = context;
    int fd = accept(server->listener, NULL, NULL);
    size_t used = 0;
    ssize_t got;
    while (!strstr(server->request, "\r\n\r\n") &&
           (got = read(fd, server->request + used,
                       sizeof server->request - 1 - used)) > 0)
        used += (size_t)got;
    for (size_t sent = 0; sent < server->bytes; sent += (size_t)got) {
        got =
            send(fd, server->reply + sent, server->bytes - sent, MSG_NOSIGNAL);
        if (got <= 0)
            break;
    }
    shutdown(fd, SHUT_WR);
    // The client hangs up first: an early close could eat what was sent.
    while (read(fd, (char[1024]){0}, 1024) > 0)
        ;
    close(fd);
    return NULL;
}

static void s_open(server_t *server, const char *reply, size_t bytes)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    *server = (server_t){.reply = reply, .bytes = bytes};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(server->listener, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(listen(server->listener, 1), 0);
    getsockname(server->listener, (struct sockaddr *)&address, &size);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d/events",
             ntohs(address.sin_port));
    pthread_create(&server->thread, NULL, s_serve, server);
}

static void s_close(server_t *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
}

#define OPTIONS                                                                \
    &(github_client_options_t)                                                 \
    {                                                                          \
        .timeout_ms = 10000, .max_body_bytes = 100000                          \
    }

// Sends the request and waits for its answer.
static github_client_answer_t s_fetch(const github_client_request_t *request,
                                      const github_client_options_t *options)
{
    github_client_t *client = NULL;
    github_client_answer_t answer;
    cr_assert_eq(github_client_new(&client, options), 0);
    cr_assert_eq(github_client_start(client, request, 7), 0);
    cr_assert_eq(github_client_active(client), 1);
    while (!github_client_next(client, &answer))
        github_client_wait(client, NULL, 0, 1000);
    cr_assert_eq(answer.tag, 7);
    cr_assert_eq(github_client_active(client), 0);
    github_client_destroy(&client);
    return answer;
}

// What the client makes of a reply.
static github_client_answer_t s_answer_to(const char *reply, size_t bytes)
{
    server_t server;
    s_open(&server, reply, bytes);
    github_client_answer_t answer =
        s_fetch(&(github_client_request_t){.url = server.url}, OPTIONS);
    s_close(&server);
    return answer;
}

Test(github_client, a_request_has_githubs_manners)
{
    server_t server;
    const char *reply = "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n";
    s_open(&server, reply, strlen(reply));
    github_client_answer_t answer =
        s_fetch(&(github_client_request_t){.url = server.url,
                                           .token = "t0ken",
                                           .etag = "W/\"e\"",
                                           .last_modified = "yesterday"},
                OPTIONS);
    s_close(&server);
    cr_assert_eq(answer.status, 304);
    cr_assert_null(answer.error);
    static const char *const lines[] = {
        "GET /events HTTP/1.1\r\n",
        "\r\nUser-Agent: octolog/",
        "\r\nAccept: application/vnd.github+json\r\n",
        "\r\nX-GitHub-Api-Version: 2022-11-28\r\n",
        "\r\nAuthorization: Bearer t0ken\r\n",
        "\r\nAccept-Encoding: gzip\r\n",
        "\r\nIf-None-Match: W/\"e\"\r\n",
        "\r\nIf-Modified-Since: yesterday\r\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_assert_not_null(strstr(server.request, lines[i]), "%s: %s", lines[i],
                           server.request);
    buffer_free(&answer.body);
}

Test(github_client, without_a_token_nothing_is_said_of_one)
{
    server_t server;
    const char *reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
    s_open(&server, reply, strlen(reply));
    github_client_answer_t answer =
        s_fetch(&(github_client_request_t){.url = server.url}, OPTIONS);
    s_close(&server);
    cr_assert_null(strstr(server.request, "Authorization"));
    cr_assert(slice_equal(buffer_slice(&answer.body), slice_of("[]")));
    buffer_free(&answer.body);
}

Test(github_client, a_header_cannot_be_smuggled_in)
{
    github_client_t *client = NULL;
    cr_assert_eq(github_client_new(&client, OPTIONS), 0);
    cr_assert_eq(github_client_start(
                     client,
                     &(github_client_request_t){.url = "http://127.0.0.1:1/",
                                                .token = "a\r\nX: b"},
                     0),
                 -EINVAL);
    cr_assert_eq(github_client_active(client), 0);
    github_client_destroy(&client);
}

Test(github_client, a_redirect_is_brought_back_and_not_followed)
{
    const char *reply = "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r"
                        "\nContent-Length: 0\r\n\r\n";
    github_client_answer_t answer = s_answer_to(reply, strlen(reply));
    cr_assert_eq(answer.status, 301);
    cr_assert_null(answer.error);
    cr_assert_str_eq(answer.headers.location, "http://127.0.0.1:1/");
    buffer_free(&answer.body);
}

Test(github_client, a_truncated_body_is_an_error)
{
    const char *reply = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{}";
    github_client_answer_t answer = s_answer_to(reply, strlen(reply));
    cr_assert_eq(answer.status, 200);
    cr_assert_not_null(answer.error);
    buffer_free(&answer.body);
}

Test(github_client, no_answer_at_all_is_an_error)
{
    github_client_answer_t answer = s_answer_to("", 0);
    cr_assert_eq(answer.status, 0);
    cr_assert_not_null(answer.error);
    buffer_free(&answer.body);
}

Test(github_client, what_is_no_http_is_an_error)
{
    github_client_answer_t answer = s_answer_to("garbage\n\n\1\2\3", 12);
    cr_assert_eq(answer.status, 0);
    cr_assert_not_null(answer.error);
    buffer_free(&answer.body);
}

Test(github_client, a_body_over_its_bound_is_an_error)
{
    static char reply[200100] = "HTTP/1.1 200 OK\r\n\r\n";
    memset(reply + strlen(reply), ' ', 200000);
    github_client_answer_t answer = s_answer_to(reply, 200000);
    cr_assert_str_eq(answer.error, "the response is longer than allowed");
    cr_assert_leq(answer.body.bytes, 100000);
    buffer_free(&answer.body);
}

Test(github_client, headers_without_end_are_an_error)
{
    static char reply[300000] = "HTTP/1.1 200 OK\r\n";
    while (strlen(reply) < 200000)
        strcat(reply, "X-Header: of no use but to fill the memory of a client, "
                      "a hundred thousand times\r\n");
    github_client_answer_t answer = s_answer_to(reply, strlen(reply));
    cr_assert_str_eq(answer.error, "the response is longer than allowed");
    buffer_free(&answer.body);
}

Test(github_client, silence_ends_at_the_time_out)
{
    server_t server;
    // Listens, and never answers.
    s_open(&server, "", 0);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    getsockname(server.listener, (struct sockaddr *)&address, &size);
    int held = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(held, (struct sockaddr *)&address, size), 0);
    github_client_answer_t answer = s_fetch(
        &(github_client_request_t){.url = server.url},
        &(github_client_options_t){.timeout_ms = 50, .max_body_bytes = 1000});
    cr_assert_eq(answer.status, 0);
    cr_assert_not_null(answer.error);
    close(held);
    s_close(&server);
    buffer_free(&answer.body);
}

Test(github_client, only_http_and_https_are_spoken)
{
    static const char *const urls[] = {"file:///etc/hostname",
                                       "ftp://127.0.0.1/", "gopher://h/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        github_client_answer_t answer =
            s_fetch(&(github_client_request_t){.url = urls[i]}, OPTIONS);
        cr_assert_eq(answer.status, 0);
        cr_assert_not_null(answer.error, "%s", urls[i]);
        buffer_free(&answer.body);
    }
}

Test(github_client, a_wait_ends_when_a_descriptor_can_be_read)
{
    github_client_t *client = NULL;
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    cr_assert_eq(github_client_new(&client, OPTIONS), 0);
    // Would outlast the test's own time-out.
    github_client_wait(client, ends, 1, 3600000);
    github_client_destroy(&client);
    close(ends[0]);
    close(ends[1]);
}

Test(github_client, what_is_under_way_can_be_ended)
{
    github_client_t *client = NULL;
    github_client_answer_t answer;
    cr_assert_eq(github_client_new(&client, OPTIONS), 0);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(
            github_client_start(
                client,
                &(github_client_request_t){.url = "http://127.0.0.1:1/"}, i),
            0);
    github_client_abort(client);
    cr_assert_eq(github_client_active(client), 0);
    cr_assert_not(github_client_next(client, &answer));
    github_client_destroy(&client);
    github_client_destroy(&client);
}

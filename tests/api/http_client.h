// http_client - HTTP by hand, so that tests see every byte.
//
// Fails the running Criterion test when the server does not speak HTTP.
// One thread.

#ifndef OCTOLOG_TESTS_API_HTTP_CLIENT_H
#define OCTOLOG_TESTS_API_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// Longer than anything here takes on a slow machine under a sanitizer.
#define HTTP_CLIENT_PATIENCE_S 30

typedef struct {
    int status;        // 0: the server closed the connection
    char head[8192];   // status line and headers, terminated
    char *body;        // owned, terminated
    size_t body_bytes; // of what came
} http_reply_t;

static inline void http_reply_free(http_reply_t *reply)
{
    free(reply->body);
    reply->body = NULL;
}

static inline int http_open(int port)
{
    const struct timeval patience = {HTTP_CLIENT_PATIENCE_S, 0};
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_geq(fd, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    cr_assert_eq(connect(fd, (const struct sockaddr *)&address, sizeof address),
                 0);
    return fd;
}

static inline void http_send_bytes(int fd, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);
        if (sent <= 0) // the server has had enough
            return;
        data += sent;
        bytes -= (size_t)sent;
    }
}

static inline void http_send(int fd, const char *text)
{
    http_send_bytes(fd, text, strlen(text));
}

// The value of a header, up to its end of line; NULL without.
static inline const char *http_header(const http_reply_t *reply,
                                      const char *name)
{
    char line[128];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *found = strcasestr(reply->head, line);
    return found ? found + strlen(line) : NULL;
}

static inline bool http_has(const http_reply_t *reply, const char *name,
                            const char *value)
{
    const char *found = http_header(reply, name);
    return found && strncmp(found, value, strlen(value)) == 0 &&
           found[strlen(value)] == '\r';
}

static inline bool s_http_read_head(int fd, http_reply_t *reply)
{
    size_t bytes = 0;
    while (bytes < 4 || memcmp(reply->head + bytes - 4, "\r\n\r\n", 4) != 0) {
        cr_assert_lt(bytes, sizeof reply->head - 1);
        ssize_t got = recv(fd, reply->head + bytes, 1, 0);
        if (got <= 0) {
            cr_assert_eq(bytes, 0, "torn: %s", reply->head);
            return false;
        }
        reply->head[++bytes] = '\0';
    }
    return true;
}

// Reads one answer. HEAD and 304 have no body whatever their length says.
static inline void http_read(int fd, bool head, http_reply_t *reply)
{
    *reply = (http_reply_t){0};
    if (!s_http_read_head(fd, reply))
        return;
    cr_assert_eq(sscanf(reply->head, "HTTP/1.1 %d ", &reply->status), 1, "%s",
                 reply->head);
    const char *length = http_header(reply, "Content-Length");
    size_t bytes = head || !length ? 0 : strtoul(length, NULL, 10);
    reply->body = calloc(1, bytes + 1);
    while (reply->body_bytes < bytes) {
        ssize_t got = recv(fd, reply->body + reply->body_bytes,
                           bytes - reply->body_bytes, 0);
        cr_assert_gt(got, 0, "%s", reply->head);
        reply->body_bytes += (size_t)got;
    }
}

// One request with more header lines ("" or each with its CRLF).
static inline void http_ask(int port, const char *method, const char *target,
                            const char *headers, http_reply_t *reply)
{
    char *request = NULL;
    int bytes = asprintf(&request,
                         "%s %s HTTP/1.1\r\nHost: localhost\r\n%s"
                         "Connection: close\r\n\r\n",
                         method, target, headers);
    cr_assert_gt(bytes, 0);
    int fd = http_open(port);
    http_send(fd, request);
    http_read(fd, strcmp(method, "HEAD") == 0, reply);
    free(request);
    close(fd);
}

static inline void http_get(int port, const char *target, http_reply_t *reply)
{
    http_ask(port, "GET", target, "", reply);
}

// GET that must answer with this status and exactly this body.
static inline void http_expect(int port, const char *target, int status,
                               const char *body)
{
    http_reply_t reply;
    http_get(port, target, &reply);
    cr_expect_eq(reply.status, status, "%s: %d", target, reply.status);
    cr_expect_str_eq(reply.body ? reply.body : "", body, "%s: %s", target,
                     reply.body);
    http_reply_free(&reply);
}

// GET that must answer 200 with JSON; the caller deletes it.
static inline cJSON *http_json(int port, const char *target)
{
    http_reply_t reply;
    http_get(port, target, &reply);
    cr_assert_eq(reply.status, 200, "%s: %d %s", target, reply.status,
                 reply.body);
    cJSON *json = cJSON_Parse(reply.body);
    cr_assert_not_null(json, "%s: %s", target, reply.body);
    http_reply_free(&reply);
    return json;
}

#endif

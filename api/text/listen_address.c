#include "api/text/listen_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool s_is_loopback(const struct sockaddr_in *address)
{
    return ntohl(address->sin_addr.s_addr) >> 24 == 127;
}

static int s_resolve(listen_address_t *address, const char *host)
{
    const struct addrinfo hints = {.ai_family = AF_INET,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, NULL, &hints, &found) != 0)
        return -EINVAL;
    memcpy(&address->socket, found->ai_addr, sizeof address->socket);
    freeaddrinfo(found);
    inet_ntop(AF_INET, &address->socket.sin_addr, address->host,
              sizeof address->host);
    return 0;
}

int listen_address_find(listen_address_t *address, const config_t *config,
                        failure_t *failure)
{
    const char *host = config->http_host;
    int port = config->http_port;
    if (strchr(host, ':')) {
        return failure_set(
            failure, -EAFNOSUPPORT,
            "cannot listen on [%s]:%d: IPv6 is not supported, give an "
            "IPv4 address",
            host, port);
    }
    if (s_resolve(address, host) < 0) {
        return failure_set(
            failure, -EINVAL,
            "cannot listen on %s:%d: no IPv4 address of that name", host, port);
    }
    address->socket.sin_port = htons(config->http_port);
    if (s_is_loopback(&address->socket) || config->http_token ||
        config->http_open)
        return 0;
    return failure_set(
        failure, -EPERM,
        "will not listen on %s:%d without a token: other machines could "
        "ask; set http.token-file or http.open-to-all",
        host, port);
}

int listen_address_diagnose(const listen_address_t *address, failure_t *failure)
{
    const int on = 1;
    int error = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Like the web server: a socket that is only closing is not in the way.
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(fd, (const struct sockaddr *)&address->socket,
             sizeof address->socket) < 0 ||
        listen(fd, 1) < 0)
        error = errno;
    if (fd >= 0)
        close(fd);
    if (error == 0)
        return 0;
    const char *words = error == EADDRINUSE
                            ? "address in use by another program"
                            : strerrordesc_np(error);
    return failure_set(failure, -error, "cannot listen on %s:%u: %s",
                       address->host, (unsigned)ntohs(address->socket.sin_port),
                       words ? words : "unknown error");
}

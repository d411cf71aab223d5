#include "actors/supervisor/service_manager.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_MS 2000
#define EXTEND_MS 10000
#define EXTEND_BY "EXTEND_TIMEOUT_USEC=60000000\n"
#define IDLE_MS   60000
#define RETRY_MS  100 // after a datagram that could not be sent

static int s_set_address(service_manager_t *self, const char *name)
{
    const size_t bytes = strlen(name);

    if (*name != '/' && *name != '@')
        return -EAFNOSUPPORT; // vsock is for virtual machines
    if (bytes < 2 || bytes >= sizeof self->address.sun_path)
        return -EINVAL;
    self->address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(self->address.sun_path, name, bytes);
    if (*name == '@')
        self->address.sun_path[0] = '\0';
    self->address_bytes =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
    return 0;
}

// A number from the environment; 0: not set, or not a number.
static uint64_t s_number(const char *variable)
{
    const char *text = getenv(variable);

    if (!text || !*text || text[strspn(text, "0123456789")])
        return 0;
    errno = 0;
    const unsigned long long number = strtoull(text, NULL, 10);
    return errno ? 0 : number;
}

static void s_set_watchdog(service_manager_t *self)
{
    const uint64_t interval_ms = s_number("WATCHDOG_USEC") / 1000;
    const uint64_t pid = s_number("WATCHDOG_PID");

    if (interval_ms == 0 || interval_ms > INT32_MAX ||
        (pid && pid != (uint64_t)getpid()))
        return;
    self->watchdog_ms = interval_ms < 3 ? 1 : (int64_t)interval_ms / 3;
}

int service_manager_open(service_manager_t *self)
{
    const char *name = getenv("NOTIFY_SOCKET");
    int rc = 0;

    *self = (service_manager_t){.socket = -1};
    if (name && *name) {
        rc = s_set_address(self, name);
        if (rc == 0) {
            self->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            rc = self->socket < 0 ? -errno : 0;
        }
        s_set_watchdog(self);
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return rc;
}

// Whether it was sent.
static bool s_send(const service_manager_t *self, const char *lines)
{
    return sendto(self->socket, lines, strlen(lines),
                  MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)&self->address,
                  self->address_bytes) >= 0;
}

// Whether all of it was sent.
static bool s_tell_state(service_manager_t *self,
                         const service_manager_news_t *news)
{
    if (news->stopping && !self->stopping)
        self->stopping = s_send(self, "STOPPING=1\n");
    if (news->ready && !self->ready && !news->stopping)
        self->ready = s_send(self, "READY=1\n");
    return self->stopping || (!news->stopping && self->ready >= news->ready);
}

static void s_tell_status(service_manager_t *self, int64_t now_ms,
                          const service_manager_news_t *news)
{
    char lines[HEALTH_TEXT_MAX + 16];
    const bool turned = news->ready != self->status_is_ready;

    if (strcmp(news->status, self->status) == 0 ||
        (now_ms < self->status_due_ms && !turned))
        return;
    snprintf(lines, sizeof lines, "STATUS=%s\n", news->status);
    self->status_due_ms = now_ms + STATUS_MS;
    self->status_is_ready = news->ready;
    if (s_send(self, lines))
        snprintf(self->status, sizeof self->status, "%s", news->status);
}

// Sends lines that are repeated at an interval, if they are due.
static void s_repeat(service_manager_t *self, const char *lines, int64_t now_ms,
                     int64_t every_ms, int64_t *due_ms)
{
    if (now_ms >= *due_ms)
        *due_ms = now_ms + (s_send(self, lines) ? every_ms : RETRY_MS);
}

static int64_t s_sooner(int64_t wait_ms, int64_t due_ms, int64_t now_ms)
{
    return due_ms - now_ms < wait_ms ? due_ms - now_ms : wait_ms;
}

int64_t service_manager_tell(service_manager_t *self, int64_t now_ms,
                             const service_manager_news_t *news)
{
    int64_t wait_ms = IDLE_MS;

    if (self->socket < 0)
        return wait_ms;
    if (!s_tell_state(self, news))
        wait_ms = RETRY_MS;
    s_tell_status(self, now_ms, news);
    if (strcmp(news->status, self->status) != 0)
        wait_ms = s_sooner(wait_ms, self->status_due_ms, now_ms);
    if (!news->alive)
        return wait_ms;
    if (self->watchdog_ms > 0) {
        s_repeat(self, "WATCHDOG=1\n", now_ms, self->watchdog_ms,
                 &self->watchdog_due_ms);
        wait_ms = s_sooner(wait_ms, self->watchdog_due_ms, now_ms);
    }
    if (!self->ready && !news->stopping) {
        s_repeat(self, EXTEND_BY, now_ms, EXTEND_MS, &self->extend_due_ms);
        wait_ms = s_sooner(wait_ms, self->extend_due_ms, now_ms);
    }
    return wait_ms;
}

void service_manager_close(service_manager_t *self)
{
    if (self->socket >= 0)
        close(self->socket);
    self->socket = -1;
}

// A service manager starts octolog, hears how it is, and stops it.

#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WATCHDOG_MS 600

static char s_heard[4096]; // the last datagram

static int s_listen(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64], interval[24];
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(name, sizeof name, "@octolog-service-%ld", (long)getpid());
    memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                  strlen(name))),
                 0, "%s", strerror(errno));
    snprintf(interval, sizeof interval, "%d", WATCHDOG_MS * 1000);
    setenv("NOTIFY_SOCKET", name, 1);
    setenv("WATCHDOG_USEC", interval, 1);
    return fd;
}

// Whether a datagram comes within this time; it is in s_heard then.
static bool s_hear(int fd, int wait_ms)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};

    s_heard[0] = '\0';
    if (poll(&item, 1, wait_ms) <= 0)
        return false;
    ssize_t bytes = recv(fd, s_heard, sizeof s_heard - 1, 0);
    s_heard[bytes > 0 ? bytes : 0] = '\0';
    return true;
}

// Waits for a datagram that begins so.
static void s_await(int fd, const char *words)
{
    const long long until = e2e_tick_ms() + E2E_PATIENCE_MS;

    do {
        cr_assert_lt(e2e_tick_ms(), until, "no %s, last %s", words, s_heard);
        s_hear(fd, E2E_PATIENCE_MS);
    } while (strncmp(s_heard, words, strlen(words)) != 0);
}

static void s_drain(int fd)
{
    while (s_hear(fd, 0))
        ;
}

// A view that has not heard from the journal for some beats is not ready for
// that moment, which a slow machine may bring about.
static void s_await_ready(int port)
{
    const long long until = e2e_tick_ms() + E2E_PATIENCE_MS;

    while (e2e_get(port, "/readyz", NULL) != 200) {
        cr_assert_lt(e2e_tick_ms(), until, "/readyz stays unready");
        e2e_nap();
    }
}

static void s_expect_unset(pid_t pid, const char *variable)
{
    char path[64], environment[65536];

    snprintf(path, sizeof path, "/proc/%ld/environ", (long)pid);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    const size_t bytes = fread(environment, 1, sizeof environment, file);
    fclose(file);
    cr_assert(bytes > 0);
    cr_expect_null(memmem(environment, bytes, variable, strlen(variable)));
}

Test(service, it_is_told_what_readyz_says_and_the_watchdog_is_fed,
     .timeout = 180)
{
    e2e_service_t service;
    char *data = e2e_folder();
    int fd = s_listen();

    E2E_UP(&service, data, "--no-fetch");
    s_await(fd, "READY=1");
    s_await_ready(service.port);
    const pid_t journal = e2e_actor(&service, "journal");
    s_expect_unset(journal, "NOTIFY_SOCKET=");
    s_expect_unset(journal, "WATCHDOG_USEC=");

    s_drain(fd);
    s_await(fd, "WATCHDOG=1");
    kill(journal, SIGSTOP); // it no longer is what it was
    s_await(fd, "WATCHDOG=1");
    kill(journal, SIGKILL);
    s_await(fd, "STATUS=journal is ");
    s_await(fd, "STATUS=ready");
    s_await_ready(service.port);

    // A supervisor whose loop stands still feeds no watchdog.
    kill(service.process.pid, SIGSTOP);
    s_hear(fd, WATCHDOG_MS); // what was on its way
    s_drain(fd);
    cr_expect_not(s_hear(fd, 2 * WATCHDOG_MS), "%s", s_heard);
    kill(service.process.pid, SIGCONT);
    s_await(fd, "WATCHDOG=1");
    e2e_signal(&service.process, SIGTERM);
    s_await(fd, "STOPPING=1");
    cr_expect_eq(e2e_end(&service.process), 0);
    e2e_gone(&service);
    close(fd);
    e2e_remove(data);
    free(data);
}

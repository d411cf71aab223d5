// What systemd is told, over a real datagram socket.

#include "actors/supervisor/service_manager.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char s_heard[64 * 1024];

// A manager that listens at a name of its own: a path, or "@" for abstract.
static int s_listen(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const socklen_t bytes =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    memcpy(address.sun_path, name, strlen(name));
    if (*name == '@')
        address.sun_path[0] = '\0';
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, bytes), 0, "%s: %s",
                 name, strerror(errno));
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

// All that came since, one after another.
static const char *s_hear(int fd)
{
    size_t used = 0;
    ssize_t bytes;

    while ((bytes = recv(fd, s_heard + used, sizeof s_heard - used - 1, 0)) > 0)
        used += (size_t)bytes;
    s_heard[used] = '\0';
    return s_heard;
}

static const char *s_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "@octolog-test-%ld", (long)getpid());
    return name;
}

static const service_manager_news_t
    s_starting = {.alive = true, .status = "api is starting"},
    s_catching_up = {.alive = true, .status = "a view is catching up"},
    s_ready = {.alive = true, .ready = true, .status = "ready"},
    s_stuck = {.ready = true, .status = "ready"},
    s_stopping = {
        .alive = true, .ready = true, .stopping = true, .status = "stopping"};

Test(service_manager, each_thing_is_told_once)
{
    service_manager_t manager;
    int fd = s_listen(s_name());

    cr_assert_eq(service_manager_open(&manager), 0);
    cr_expect_null(getenv("NOTIFY_SOCKET"), "no child may have it");
    service_manager_tell(&manager, 1000, &s_starting);
    cr_expect_str_eq(s_hear(fd), "STATUS=api is starting\n"
                                 "EXTEND_TIMEOUT_USEC=60000000\n");
    service_manager_tell(&manager, 1001, &s_starting);
    cr_expect_str_eq(s_hear(fd), "");
    int64_t wait_ms = service_manager_tell(&manager, 1500, &s_catching_up);
    cr_expect_str_eq(s_hear(fd), "", "words change once in 2 s");
    cr_expect_eq(wait_ms, 1500);
    service_manager_tell(&manager, 3000, &s_catching_up);
    cr_expect_str_eq(s_hear(fd), "STATUS=a view is catching up\n");
    cr_expect_eq(service_manager_tell(&manager, 3001, &s_ready), 60000);
    cr_expect_str_eq(s_hear(fd), "READY=1\nSTATUS=ready\n", "but not these");
    service_manager_tell(&manager, 90000, &s_ready);
    cr_expect_str_eq(s_hear(fd), "");
    service_manager_tell(&manager, 90001, &s_stopping);
    cr_expect_str_eq(s_hear(fd), "STOPPING=1\nSTATUS=stopping\n");
    service_manager_tell(&manager, 90002, &s_stopping);
    cr_expect_str_eq(s_hear(fd), "");
    service_manager_close(&manager);
    close(fd);
}

Test(service_manager, the_watchdog_is_fed_while_nothing_hangs)
{
    service_manager_t manager;
    int fd = s_listen(s_name());

    setenv("WATCHDOG_USEC", "30000000", 1);
    cr_assert_eq(service_manager_open(&manager), 0);
    cr_expect_null(getenv("WATCHDOG_USEC"));
    cr_expect_eq(service_manager_tell(&manager, 50000, &s_ready), 10000);
    cr_expect_not_null(strstr(s_hear(fd), "WATCHDOG=1\n"));
    cr_expect_eq(service_manager_tell(&manager, 59999, &s_ready), 1);
    cr_expect_str_eq(s_hear(fd), "");
    cr_expect_eq(service_manager_tell(&manager, 60000, &s_ready), 10000);
    cr_expect_str_eq(s_hear(fd), "WATCHDOG=1\n");
    service_manager_tell(&manager, 80000, &s_stuck);
    cr_expect_str_eq(s_hear(fd), "");
    service_manager_tell(&manager, 80001, &s_ready);
    cr_expect_str_eq(s_hear(fd), "WATCHDOG=1\n");
    service_manager_close(&manager);
    close(fd);
}

Test(service_manager, a_watchdog_of_another_process_or_no_number_is_none)
{
    static const char *const wrong[] = {"",  "-5",  "1e6",
                                        "0", "999", "99999999999999999999999"};
    service_manager_t manager;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv("NOTIFY_SOCKET", s_name(), 1);
        setenv("WATCHDOG_USEC", wrong[i], 1);
        cr_assert_eq(service_manager_open(&manager), 0);
        cr_expect_eq(manager.watchdog_ms, 0, "%s", wrong[i]);
        service_manager_close(&manager);
    }
    setenv("NOTIFY_SOCKET", s_name(), 1);
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    cr_assert_eq(service_manager_open(&manager), 0);
    cr_expect_eq(manager.watchdog_ms, 0);
    service_manager_close(&manager);
}

// A socket's queue is short: what does not fit is told later, not lost.
Test(service_manager, what_found_no_room_is_told_again)
{
    service_manager_t manager;
    int fd = s_listen(s_name());
    int64_t now_ms = 0;

    setenv("WATCHDOG_USEC", "3000", 1);
    cr_assert_eq(service_manager_open(&manager), 0);
    while (service_manager_tell(&manager, now_ms, &s_starting) < 100 &&
           now_ms < 100000)
        now_ms++;
    cr_assert_lt(now_ms, 100000, "the queue never fills");
    cr_expect_eq(service_manager_tell(&manager, now_ms, &s_ready), 100);
    s_hear(fd);
    service_manager_tell(&manager, now_ms + 100, &s_ready);
    cr_expect_not_null(strstr(s_hear(fd), "READY=1\n"));
    service_manager_close(&manager);
    close(fd);
}

Test(service_manager, a_path_serves_as_well)
{
    char folder[] = "/tmp/octolog-notify-XXXXXX", path[64];
    service_manager_t manager;

    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    int fd = s_listen(path);
    cr_assert_eq(service_manager_open(&manager), 0);
    service_manager_tell(&manager, 0, &s_ready);
    cr_expect_str_eq(s_hear(fd), "READY=1\nSTATUS=ready\n");
    service_manager_close(&manager);
    close(fd);
    unlink(path);
    rmdir(folder);
}

Test(service_manager, no_socket_or_one_it_cannot_use_is_nobody)
{
    service_manager_t manager;
    char longest[200] = "/";

    unsetenv("NOTIFY_SOCKET");
    cr_expect_eq(service_manager_open(&manager), 0);
    cr_expect_eq(service_manager_tell(&manager, 0, &s_ready), 60000);
    service_manager_close(&manager);
    setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
    cr_expect_eq(service_manager_open(&manager), -EAFNOSUPPORT);
    memset(longest + 1, 'x', sizeof longest - 2);
    setenv("NOTIFY_SOCKET", longest, 1);
    cr_expect_eq(service_manager_open(&manager), -EINVAL);
    cr_expect_eq(service_manager_tell(&manager, 0, &s_ready), 60000);
    service_manager_close(&manager);
}

Test(health, is_ready_when_all_serve_and_have_caught_up)
{
    health_part_t parts[] = {{"journal", "live", true, 0},
                             {"pr_interval", "live", true, 10000}};
    char text[HEALTH_TEXT_MAX];

    cr_expect(health_is_ready(parts, 2));
    health_describe(parts, 2, text);
    cr_expect_str_eq(text, "ready");
    parts[1].behind++;
    parts[0] = (health_part_t){"journal", "restarting", false, 0};
    cr_expect_not(health_is_ready(parts, 2));
    health_describe(parts, 2, text);
    cr_expect_str_eq(text, "journal is restarting; pr_interval is live, 10001 "
                           "events behind");
}

Test(health, words_for_many_are_cut)
{
    health_part_t parts[40];
    char text[HEALTH_TEXT_MAX];

    for (size_t i = 0; i < 40; i++)
        parts[i] = (health_part_t){"event_counts", "starting", false, 0};
    health_describe(parts, 40, text);
    cr_expect_eq(strlen(text), sizeof text - 1);
}

// octolog status, as a program, once and watched.

#include "actors/runtime/clock.h"
#include "tests/tools/program.h"
#include "tools/status/status_screen.h"

#include <sys/ioctl.h>

// The screen.

#define NOW 1767225600 // 2026-01-01T00:00:00Z

static char *s_screen(const char *json, bool colour)
{
    char *text = NULL;
    size_t bytes;
    cJSON *document = cJSON_Parse(json);
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(document && out);
    status_screen_print(out, document, NOW, colour);
    fclose(out);
    cJSON_Delete(document);
    return text;
}

static const char s_document[] =
    "{\"running\":true,\"data\":\"/srv/o\",\"disk_free_bytes\":1073741824,"
    "\"started_at\":\"2025-12-31T20:48:00Z\",\"events_per_second\":12.34,"
    "\"rate_over\":\"over the last 40 s\",\"log\":{\"first_offset\":5,"
    "\"end_offset\":1234567,\"bytes\":1048576,\"duplicates\":7,\"rejects\":3,"
    "\"oldest_event_at\":\"2025-01-01T00:00:00Z\",\"newest_event_at\":null,"
    "\"last_journaled_at\":\"2025-12-31T23:59:58.5Z\",\"retention\":{"
    "\"age_seconds\":2592000,\"bytes\":0,\"keep_offset\":9000,\"sealed\":{"
    "\"event_counts\":8000}}},\"actors\":[{\"name\":"
    "\"journal\",\"pid\":42,\"state\":\"restarting\",\"restarts\":2,"
    "\"started_at\":\"2025-12-31T23:00:00Z\",\"offset\":1234567,\"lag\":1000,"
    "\"last_exit\":\"signal 9\"}],\"fetching\":true,\"sources\":[{\"name\":"
    "\"https://x/events\",\"state\":\"backing off\",\"error\":\"no "
    "\\u001b[31mroute\",\"quota\":{\"limit\":5000,\"remaining\":4312},"
    "\"coverage\":0.985,\"gaps\":2,\"events\":900,\"last_poll_at\":"
    "\"2025-12-31T23:59:00Z\",\"next_poll_at\":\"2026-01-01T00:00:05Z\"}]}";

Test(status_screen, everything_is_on_it)
{
    static const char *const lines[] = {
        "octolog is running, up 3 h 12 min, on /srv/o\n",
        "rate     12.3 events/s (over the last 40 s)\n",
        "log      offsets 5 to 1,234,567, 1.0 MiB, disk free 1.0 GiB\n",
        "         7 duplicates dropped, 3 dead letters\n",
        "events   2025-01-01T00:00:00Z to -, last arrived 2 s ago\n",
        "kept     30 d, from offset 9,000; snapshots to event_counts 8,000\n",
        "ACTOR         STATE           PID RESTARTS          UP          LAG  "
        "LAST EXIT\n"
        "journal       restarting       42        2         1 h        1,000  "
        "signal 9\n",
        "SOURCE        POLLED AGO     NEXT IN        QUOTA LEFT COVERED  GAPS "
        "    EVENTS\n"
        "backing off        1 min         5 s    4,312 of 5,000  98.5 %     2 "
        "       900\n"
        "  https://x/events\n"
        "  no ?[31mroute\n",
    };
    char *text = s_screen(s_document, false);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_expect(program_has(text, lines[i]), "no %s in:\n%s", lines[i], text);
    cr_expect(eq(ptr, strchr(text, '\033'), NULL));
    free(text);
    text = s_screen(s_document, true);
    cr_expect(program_has(text, "\033[33mrestarting"), "%s", text);
    free(text);
}

Test(status_screen, what_is_missing_is_unknown)
{
    char *text = s_screen("{}", false);
    cr_expect(program_has(text, "octolog is not running, on -\n"));
    cr_expect(program_has(text, "log      there is no log yet\n"));
    free(text);
    text = s_screen("{\"running\":true,\"log\":null,\"sources\":[{}]}", false);
    cr_expect(program_has(text, "up -"), "%s", text);
    cr_expect(program_has(text, "the journal does not answer"), "%s", text);
    free(text);
}

// The program.

TestSuite(command_status, .init = program_setup, .fini = program_teardown);

Test(command_status, running_or_not_it_tells_what_the_log_holds)
{
    cr_expect(eq(int, program_run("status --data d"), 3));
    cr_expect(program_has(program_out, "there is no log yet"), "%s",
              program_out);
    program_shell("test ! -e d");
    program_events("a.json", 0, 1500);
    cr_assert(eq(int, program_run("import --data d a.json"), 0));
    cr_expect(eq(int, program_run("status --data d"), 3));
    cr_expect(program_has(program_out, "offsets 0 to 1,500"), "%s",
              program_out);
    pid_t pid = program_up();
    // From the start on the supervisor answers; the others a moment later.
    const int64_t end_ms = clock_tick_ms() + PROGRAM_PATIENCE_MS;
    while (program_run("status --data d") != 0 ||
           !program_has(program_out, "offsets 0 to 1,500"))
        cr_assert(clock_tick_ms() < end_ms, "%s%s", program_out, program_err);
    cr_expect(program_has(program_out, "octolog is running, up "));
    cr_expect(program_has(program_out, "\nrepo_activity "), "%s", program_out);
    // A line a look, until nobody reads.
    program_shell("'%s' status --data d --watch=1 --json | head -n 2 >two; "
                  "test $(grep -c '^{\"running\":true,.*}$' two) = 2",
                  getenv("OCTOLOG_BIN"));
    program_down(pid);
}

// Appends what a terminal shows to program_out until `words` are in it; at its
// end, whatever was there.
static bool s_read_until(int terminal, const char *words)
{
    const int64_t end_ms = clock_tick_ms() + PROGRAM_PATIENCE_MS;
    for (;;) {
        size_t used = strlen(program_out);
        if (words && program_has(program_out, words))
            return true;
        struct pollfd item = {.fd = terminal, .events = POLLIN};
        cr_assert(clock_tick_ms() < end_ms, "waited for %s in %s",
                  words ? words : "the end", program_out);
        if (poll(&item, 1, 100) == 0)
            continue;
        ssize_t got =
            read(terminal, program_out + used, sizeof program_out - 1 - used);
        if (got <= 0)
            return false;
        program_out[used + (size_t)got] = '\0';
    }
}

Test(command_status, a_watch_takes_the_screen_and_gives_it_back)
{
    struct winsize size = {.ws_row = 5, .ws_col = 24};
    char data[128];
    int terminal, status;
    snprintf(data, sizeof data, "%s/d", program_folder);
    setenv("TERM", "xterm", 1);
    const char *const argv[] = {"octolog", "status", "--watch=86400",
                                "--data",  data,     NULL};
    pid_t pid = program_on_terminal(argv, &size, &terminal);
    program_out[0] = '\0';
    cr_assert(s_read_until(terminal, "\033[J"));
    cr_expect(eq(int, strncmp(program_out, "\033[?1049h", 8), 0));
    // Cut to the width, and cleared before it is written.
    cr_expect(
        program_has(program_out, "\n\033[Klog      there is no log\033[m\r"),
        "%s", program_out);
    cr_expect(program_has(program_out, "not running"), "%s", program_out);
    // Redrawn at once when the screen changes, not in a day.
    program_out[0] = '\0';
    size.ws_row = 6;
    cr_assert(eq(int, ioctl(terminal, TIOCSWINSZ, &size), 0));
    cr_assert(s_read_until(terminal, "\033[J"));
    cr_expect(eq(int, strncmp(program_out, "\033[H", 3), 0));
    // Ctrl-C.
    cr_assert(eq(sz, (size_t)write(terminal, "\003", 1), 1));
    cr_expect(not(s_read_until(terminal, NULL)));
    cr_expect(program_has(program_out, "\033[?1049l"), "%s", program_out);
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    cr_expect(eq(int, status, 0));
    close(terminal);
}

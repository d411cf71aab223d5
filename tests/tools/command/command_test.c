// What the subcommands share.

#include "tools/command/command.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(command, .init = cr_redirect_stderr);

Test(command, a_position_is_an_offset_or_a_time)
{
    uint64_t position = 1;
    bool is_time = true;

    cr_expect_eq(command_parse_position("0", &position, &is_time), 0);
    cr_expect_eq(position, 0);
    cr_expect_not(is_time);
    cr_expect_eq(
        command_parse_position("18446744073709551615", &position, &is_time), 0);
    cr_expect_eq(position, UINT64_MAX);
    cr_expect_eq(
        command_parse_position("1970-01-02T00:00:00Z", &position, &is_time), 0);
    cr_expect_eq(position, 86400);
    cr_expect(is_time);
}

Test(command, what_is_neither_is_refused_and_changes_nothing)
{
    static const char *const wrong[] = {"",    "-1",  "yesterday",
                                        "1e3", "12 ", "18446744073709551616"};
    uint64_t position = 7;
    bool is_time = true;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_eq(command_parse_position(wrong[i], &position, &is_time),
                     -EINVAL, "%s", wrong[i]);
    cr_expect_eq(position, 7);
    cr_expect(is_time);
}

Test(command, a_flags_mistake_is_usage_and_names_the_flag)
{
    const command_setting_t setting = {"--listen", "http.listen", "nowhere"};
    config_t *config = NULL;

    cr_expect_eq(command_configure(&config, "up", NULL, &setting, 1),
                 COMMAND_USAGE);
    cr_expect_null(config);
    cr_assert_stderr_eq_str(
        "octolog up: --listen: \"nowhere\" is not HOST:PORT\n");
}

Test(command, a_view_nobody_wrote_is_a_mistake)
{
    config_t *config = NULL;

    setenv("OCTOLOG_VIEW_NAME", "event_counts,weather", 1);
    cr_expect_eq(command_configure(&config, "up", NULL, NULL, 0),
                 COMMAND_FAILED);
    cr_assert_stderr_eq_str(
        "octolog up: view.name: unknown view \"weather\"\n");
}

Test(command, progress_is_silent_where_nobody_looks)
{
    command_progress_t progress;

    command_progress_start(&progress, "import", "events");
    progress.begun_ms -= 5000;
    command_progress(&progress, 10, 100);
    command_progress_end(&progress);
    cr_assert_stderr_eq_str("");
}

Test(command, progress_keeps_to_its_line)
{
    const struct winsize size = {.ws_row = 5, .ws_col = 18};
    const uint64_t mib = 1024 * 1024;
    command_progress_t progress;
    int master, terminal;
    static const char wanted[] = "\r\033[Kimport: 7.0 MiB, \r\033[K";
    char shown[sizeof wanted] = "";
    size_t bytes = 0;

    cr_assert_eq(openpty(&master, &terminal, NULL, NULL, &size), 0);
    cr_assert_eq(dup2(terminal, STDERR_FILENO), STDERR_FILENO);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    command_progress_start(&progress, "import", "bytes");
    progress.begun_ms -= 5000;
    command_progress(&progress, 7 * mib, 20 * mib);
    command_progress_end(&progress);
    while (bytes < sizeof wanted - 1) {
        ssize_t got = read(master, shown + bytes, sizeof wanted - 1 - bytes);
        cr_assert_gt(got, 0);
        bytes += (size_t)got;
    }
    cr_expect_str_eq(shown, wanted);
    close(terminal);
    close(master);
}

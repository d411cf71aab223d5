// What the subcommands share.

#include "tools/command.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

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
        "octolog up: view.name: there is no view \"weather\"\n");
}

Test(command, the_nearest_command_is_offered)
{
    static const char *const known[] = {"import", "verify", NULL};

    cr_expect_eq(command_unknown("", "command", "improt", known),
                 COMMAND_USAGE);
    cr_assert_stderr_eq_str(
        "octolog: unknown command \"improt\", did you mean \"import\"?\n");
}

static const char *s_bad_flag(char *argument)
{
    static const struct option flags[] = {{"data", required_argument, 0, 'd'},
                                          {"json", no_argument, 0, 'j'},
                                          {0}};
    char *argv[] = {(char *)"up", argument, NULL};

    opterr = 0;
    optind = 0;
    int answer = getopt_long(2, argv, ":", flags, NULL);
    cr_expect_eq(command_bad_flag("up", answer, argv), COMMAND_USAGE);
    return argument;
}

Test(command, a_bad_flag_is_said_as_it_was_typed)
{
    s_bad_flag((char *)"--nonsense");
    s_bad_flag((char *)"--data");
    s_bad_flag((char *)"--json=5");
    s_bad_flag((char *)"-x");
    cr_assert_stderr_eq_str(
        "octolog up: bad flag --nonsense (see octolog up --help)\n"
        "octolog up: no value for --data (see octolog up --help)\n"
        "octolog up: bad flag --json=5 (see octolog up --help)\n"
        "octolog up: bad flag -x (see octolog up --help)\n");
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

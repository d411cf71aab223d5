// octolog tail, as a program: what its lines say of an event.

#include "tests/tools/program.h"
#include "tools/cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

TestSuite(command_tail, .init = program_setup, .fini = program_teardown);

static const struct {
    const char *type, *payload, *line;
} s_cases[] = {
    {"PushEvent", "{\"ref\":\"refs/heads/main\",\"size\":2}",
     "main, 2 commits"},
    {"PushEvent", "{\"ref\":\"refs/tags/v1\"}", "refs/tags/v1"},
    {"PullRequestEvent",
     "{\"action\":\"opened\",\"number\":7,\"pull_request\":{\"title\":\"Mend "
     "it\"}}",
     "opened #7 Mend it"},
    {"IssuesEvent",
     "{\"action\":\"closed\",\"issue\":{\"number\":8,\"title\":\"a\\u001b[2Jb "
     "\\u00e9\"}}",
     "closed #8 a?[2Jb \xc3\xa9"},
    {"CreateEvent", "{\"ref\":\"topic\",\"ref_type\":\"branch\"}",
     "branch topic"},
    {"CreateEvent", "{\"ref\":null,\"ref_type\":\"repository\"}", "repository"},
    {"ForkEvent", "{\"forkee\":{\"full_name\":\"me/mine\"}}", "to me/mine"},
    {"ReleaseEvent",
     "{\"action\":\"published\",\"release\":{\"tag_name\":\"v2\"}}",
     "published v2"},
    {"MemberEvent", "{\"action\":\"added\",\"member\":{\"login\":\"someone\"}}",
     "added someone"},
    {"WatchEvent", "{\"action\":\"started\"}", "started"},
    {"TeleportEvent", "{\"issue\":[1],\"pull_request\":\"x\"}", ""},
};
#define CASES (sizeof s_cases / sizeof *s_cases)

static void s_import(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/a.json", program_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    for (size_t i = 0; i < CASES; i++)
        fprintf(file,
                "{\"id\":\"%zu\",\"type\":\"%s\",\"actor\":{\"id\":1,"
                "\"login\":\"octo\"},\"repo\":{\"id\":2,\"name\":\"o/r\"},"
                "\"payload\":%s,\"created_at\":\"2016-01-01T00:00:%02zuZ\"}\n",
                i + 1, s_cases[i].type, s_cases[i].payload, i);
    cr_assert(eq(int, fclose(file), 0));
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
}

Test(command_tail, a_line_says_what_happened)
{
    s_import();
    cr_assert(eq(int, program_run("tail --data d"), 0), "%s", program_err);
    char *line = strtok(program_out, "\n");
    for (size_t i = 0; i < CASES; i++) {
        char type[32], expected[256];
        snprintf(type, sizeof type, "%.*s", (int)strlen(s_cases[i].type) - 5,
                 s_cases[i].type);
        snprintf(expected, sizeof expected,
                 "%10zu  2016-01-01T00:00:%02zuZ  %-17s  %-32s  %-16s  %s", i,
                 i, type, "o/r", "octo", s_cases[i].line);
        cr_assert(line != NULL);
        cr_expect(eq(str, line, expected));
        line = strtok(NULL, "\n");
    }
}

Test(command_tail, types_may_be_named_as_they_are_printed)
{
    s_import();
    cr_assert(eq(int, program_run("tail --data d --type pullrequest"), 0));
    cr_expect(program_has(program_out, "opened #7"), "%s", program_out);
    cr_expect(not(program_has(program_out, "closed #8")), "%s", program_out);
}

Test(command_tail, colours_are_told_or_left_out)
{
    s_import();
    cr_assert(eq(int, program_run("tail --data d --color=always"), 0));
    cr_expect(program_has(program_out, "\033[32mPush\033[0m"), "%s",
              program_out);
    cr_assert(eq(int, program_run("tail --data d"), 0)); // into a pipe
    cr_expect(eq(ptr, strchr(program_out, '\033'), NULL));
    cr_expect(eq(int, program_run("tail --data d --color red"), 2));
    cr_expect(program_has(program_err, "auto, always, never"), "%s",
              program_err);
}

// What tail prints on a terminal of so many columns, into program_out.
static void s_tail_on_terminal(unsigned short columns)
{
    const struct winsize size = {.ws_row = 20, .ws_col = columns};
    char data[128];
    size_t used = 0;
    ssize_t got;
    int terminal, status;
    snprintf(data, sizeof data, "%s/d", program_folder);
    const char *const argv[] = {"octolog", "tail", "--color=never",
                                "--data",  data,   NULL};
    pid_t pid = program_on_terminal(argv, &size, &terminal);
    // At its end a terminal gives an error, not 0.
    while ((got = read(terminal, program_out + used,
                       sizeof program_out - 1 - used)) > 0)
        used += (size_t)got;
    program_out[used] = '\0';
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    cr_expect(eq(int, status, 0));
    close(terminal);
}

Test(command_tail, a_narrow_terminal_still_shows_the_repository)
{
    s_import();
    s_tail_on_terminal(120);
    cr_expect(program_has(program_out, "         0  2016-01-01T00:00:00Z  "),
              "%s", program_out);
    s_tail_on_terminal(80);
    cr_expect(program_has(program_out, "         0  00:00:00Z  Push          "
                                       "o/r                       octo"),
              "%s", program_out);
    s_tail_on_terminal(40);
    cr_expect(program_has(program_out, "00:00:00Z  Push          o/r"), "%s",
              program_out);
    cr_expect(not(program_has(program_out, "octo")), "%s", program_out);
}

// A terminal of 60 columns, to ask about; closed by the end of the test.
static int s_open_terminal(void)
{
    const struct winsize size = {.ws_row = 20, .ws_col = 60};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(ge(int, master, 0));
    cr_assert(eq(int, grantpt(master), 0));
    cr_assert(eq(int, unlockpt(master), 0));
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert(ge(int, terminal, 0));
    cr_assert(eq(int, ioctl(master, TIOCSWINSZ, &size), 0));
    return terminal;
}

Test(command_tail, a_terminal_has_colours_unless_it_is_told_not_to)
{
    const int terminal = s_open_terminal();
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    cr_expect(terminal_wants_colour(terminal, NULL));
    cr_expect(not(terminal_wants_colour(terminal, "never")));
    cr_expect(eq(int, terminal_columns(terminal), 60));
    cr_expect(eq(int, terminal_lines(terminal), 20));
    setenv("NO_COLOR", "1", 1);
    cr_expect(not(terminal_wants_colour(terminal, NULL)));
    cr_expect(terminal_wants_colour(terminal, "always"));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    cr_expect(not(terminal_wants_colour(terminal, "auto")));
}

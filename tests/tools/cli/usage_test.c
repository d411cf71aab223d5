// What a command line may be, by its table, and what is said when it is not.

#include "tools/cli/usage.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *data;
    const char *kind;
    int loud;
} taken_t;

static const char *s_take(void *context, int letter, const char *value)
{
    taken_t *taken = context;
    if (letter == 'd' && strcmp(value, "bad") == 0)
        return "it is bad";
    if (letter == 'd')
        taken->data = value;
    else if (letter == 'k')
        taken->kind = value;
    else
        taken->loud++;
    return NULL;
}

static const usage_t s_usage = {
    .name = "tool do",
    .summary = "do it",
    .arguments = "FILE...",
    .least = 1,
    .most = 2,
    .about = "Does it, and says so at some length, for a line of text that has "
             "to be broken.\n\nTwice.",
    .flags =
        (const usage_flag_t[]){
            {.letter = 'd', .name = "data", .value = "DIR", .about = "where"},
            {.about = "manner"},
            {.letter = 'k',
             .name = "kind",
             .value = "KIND",
             .words = "plain fancy",
             .about = "how"},
            {.letter = 'l', .name = "loud", .repeats = true, .about = "louder"},
            {0}},
    .exits = (const usage_item_t[]){{"0", "done"}, {0}},
    .examples = (const usage_item_t[]){{"tool do it", "does it"}, {0}},
};

#define ARGUMENTS_MAX 8

// Parses blank-separated words; the index of the first argument, or -1.
static int s_parse_by(const usage_t *usage, const char *line, taken_t *taken,
                      int *status)
{
    static char words[256];
    static char *argv[ARGUMENTS_MAX + 1];
    int argc = 0;
    *taken = (taken_t){0};
    snprintf(words, sizeof words, "do %s", line);
    for (char *word = strtok(words, " "); word && argc < ARGUMENTS_MAX;
         word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return usage_parse(usage, argc, argv, s_take, taken, status);
}

static int s_parse(const char *line, taken_t *taken, int *status)
{
    return s_parse_by(&s_usage, line, taken, status);
}

Test(usage, flags_come_anywhere_and_arguments_are_left)
{
    taken_t taken;
    int status;
    cr_expect_eq(
        s_parse("one --data d --loud two --kind=fancy --loud", &taken, &status),
        5 + 1);
    cr_expect_eq(status, 0);
    cr_expect_str_eq(taken.data, "d");
    cr_expect_str_eq(taken.kind, "fancy");
    cr_expect_eq(taken.loud, 2);
}

Test(usage, each_mistake_is_one_line_that_says_what_to_do,
     .init = cr_redirect_stderr)
{
    static const char *const lines[] = {
        "x --dtaa d",   "x --data", "x --loud=5",    "x -x",       "--loud",
        "x --data bad", "x y z",    "x --kind fncy", "x --zzzzzz",
    };
    taken_t taken;
    int status;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_expect_eq(s_parse(lines[i], &taken, &status), -1, "%s", lines[i]);
        cr_expect_eq(status, USAGE_WRONG, "%s", lines[i]);
    }
    cr_assert_stderr_eq_str(
        "tool do: --dtaa: unknown flag, did you mean --data?\n"
        "tool do: --data: requires a value (see tool do --help)\n"
        "tool do: --loud=5: takes no value (see tool do --help)\n"
        "tool do: -x: unknown flag (see tool do --help)\n"
        "tool do: missing argument: FILE... (see tool do --help)\n"
        "tool do: --data \"bad\": it is bad\n"
        "tool do: z: unexpected argument (see tool do --help)\n"
        "tool do: unknown --kind \"fncy\", did you mean \"fancy\"?\n"
        "tool do: --zzzzzz: unknown flag (see tool do --help)\n");
}

Test(usage, a_flag_that_is_needed_is_asked_for, .init = cr_redirect_stderr)
{
    static const usage_flag_t flags[] = {
        {.letter = 'd', .name = "data", .value = "DIR", .about = "where"},
        {.about = "manner"},
        {.letter = 'k',
         .name = "kind",
         .value = "KIND",
         .about = "how",
         .needed = true},
        {0}};
    usage_t usage = s_usage;
    taken_t taken;
    int status;
    usage.flags = flags;
    cr_expect_eq(s_parse_by(&usage, "--kind k file", &taken, &status), 3);
    cr_expect_eq(status, 0);
    cr_expect_eq(s_parse_by(&usage, "--data d file", &taken, &status), -1);
    cr_expect_eq(status, USAGE_WRONG);
    usage_help(&usage, NULL, stderr);
    fflush(stderr);
    char said[2048];
    FILE *text = cr_get_redirected_stderr();
    const size_t bytes = fread(said, 1, sizeof said - 1, text);
    said[bytes] = '\0';
    cr_expect_not_null(strstr(said, "tool do: missing flag: --kind KIND "
                                    "(see tool do --help)\n"));
    cr_expect_not_null(strstr(said, "[--data DIR] --kind KIND FILE...\n"), "%s",
                       said);
}

Test(usage, help_is_the_table)
{
    static const usage_item_t commands[] = {
        {NULL, "commands"}, {"again", "once more"}, {0}};
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    usage_help(&s_usage, commands, out);
    fclose(out);
    cr_expect_str_eq(
        text,
        "usage: tool do [--data DIR] [--kind KIND] [--loud]... COMMAND "
        "[FLAG]... FILE...\n"
        "\n"
        "Does it, and says so at some length, for a line of text that has to "
        "be broken.\n"
        "\n"
        "Twice.\n"
        "\n"
        "commands\n"
        "  again  once more\n"
        "\n"
        "  --data DIR   where\n"
        "\n"
        "manner\n"
        "  --kind KIND  how\n"
        "  --loud       louder\n"
        "  --help       print this help\n"
        "\n"
        "exit status\n"
        "  0  done\n"
        "\n"
        "examples\n"
        "  tool do it\n"
        "      does it\n",
        "%s", text);
    free(text);
}

Test(usage, help_is_a_result_and_ends_the_program_well,
     .init = cr_redirect_stdout)
{
    taken_t taken;
    int status = 1;
    cr_expect_eq(s_parse("--help", &taken, &status), -1);
    cr_expect_eq(status, 0);
}

Test(usage, a_number_is_digits_in_range_and_nothing_else)
{
    static const char *const wrong[] = {"",
                                        "0",
                                        "11",
                                        "-1",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "0x1",
                                        "1.5",
                                        "ten",
                                        "18446744073709551616"};
    uint64_t number = 77;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_not(usage_number(wrong[i], 1, 10, &number), "%s", wrong[i]);
    cr_expect_eq(number, 77);
    cr_expect(usage_number("1", 1, 10, &number));
    cr_expect(usage_number("010", 1, 10, &number));
    cr_expect_eq(number, 10);
    cr_expect(usage_number("18446744073709551615", 0, UINT64_MAX, &number));
    cr_expect_eq(number, UINT64_MAX);
}

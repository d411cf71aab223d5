// The commands of octolog, as their tables say.

#include "actors/views/registry.h"
#include "proto/event/event.h"
#include "tools/main/command_table.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

static void s_redirect(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
}

TestSuite(command_table, .init = s_redirect);

#define RUN(...) s_run((const char *[]){"octolog", __VA_ARGS__, NULL})

static int s_run(const char *const *argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    return command_table_run(argc, (char **)argv);
}

Test(command_table, every_command_explains_itself)
{
    for (size_t i = 0; command_table[i]; i++) {
        const usage_t *usage = &command_table[i]->usage;
        cr_expect(usage->about && usage->flags && usage->exits &&
                      usage->examples,
                  "%s", usage->name);
        cr_expect_eq(strncmp(usage->name, "octolog ", 8), 0, "%s", usage->name);
        cr_expect(usage->examples[0].about, "%s", usage->name);
    }
}

Test(command_table, no_letter_and_no_name_is_used_twice)
{
    for (size_t i = 0; command_table[i]; i++) {
        const usage_flag_t *flags = command_table[i]->usage.flags;
        for (const usage_flag_t *a = flags; a->about; a++) {
            for (const usage_flag_t *b = flags; b < a; b++)
                cr_expect(!a->name || !b->name ||
                              (a->letter != b->letter &&
                               strcmp(a->name, b->name) != 0),
                          "%s --%s", command_table[i]->usage.name, a->name);
        }
    }
}

Test(command_table, commands_and_subcommands_are_found_by_their_words)
{
    cr_expect_eq(RUN("help"), COMMAND_OK);
    cr_expect_eq(RUN("help", "config", "check"), COMMAND_OK);
    cr_expect_eq(RUN("config", "--help"), COMMAND_OK);
    cr_expect_eq(RUN("--version"), COMMAND_OK);
    cr_expect_eq(RUN("config", "check", "/nonexistent"), COMMAND_FAILED);
}

Test(command_table, what_is_no_command_is_usage)
{
    cr_expect_eq(RUN("improt"), COMMAND_USAGE);
    cr_expect_eq(RUN("config", "chekc"), COMMAND_USAGE);
    cr_expect_eq(RUN("help", "improt"), COMMAND_USAGE);
    cr_expect_eq(RUN("--hlep"), COMMAND_USAGE);
    fflush(stderr);
    cr_assert_stderr_eq_str(
        "octolog: unknown command \"improt\", did you mean \"import\"?\n"
        "octolog config: unknown command \"chekc\", did you mean \"check\"?\n"
        "octolog: unknown command \"improt\", did you mean \"import\"?\n"
        "octolog: unknown flag \"--hlep\", did you mean \"--help\"?\n");
}

static const usage_flag_t *s_flag(const command_t *command, const char *name)
{
    const usage_flag_t *flag = command->usage.flags;
    while (flag->about && !(flag->name && strcmp(flag->name, name) == 0))
        flag++;
    cr_assert(flag->about, "no --%s", name);
    return flag;
}

// Whether the words are those names, in any order of neither.
static void s_expect_word(const char *words, const char *name)
{
    const char *at = strstr(words, name);
    const size_t length = strlen(name);
    while (at && !((at == words || at[-1] == ' ') &&
                   (at[length] == ' ' || at[length] == '\0')))
        at = strstr(at + 1, name);
    cr_expect(at, "no %s in %s", name, words);
}

static size_t s_count_words(const char *words)
{
    size_t count = 1;
    while ((words = strchr(words, ' '))) {
        words++;
        count++;
    }
    return count;
}

Test(command_table, words_of_flags_are_what_the_tables_of_others_hold)
{
    const char *views = s_flag(&command_replay, "view")->words;
    size_t count = 0;
    for (; registry_views[count]; count++)
        s_expect_word(views, registry_views[count]->name);
    cr_expect_eq(s_count_words(views), count);
    for (uint8_t type = 1; type <= EVENT_TYPE_WATCH; type++)
        s_expect_word(COMMAND_EVENT_TYPES, event_type_name(type));
    cr_expect_eq(s_count_words(COMMAND_EVENT_TYPES), EVENT_TYPE_WATCH);
}

// octolog completion, octolog manual - print documents made from the tables of
// commands.

#include "tools/cli/completion.h"
#include "tools/cli/manual.h"
#include "tools/command/program.h"
#include "tools/config/config_text.h"
#include "tools/main/command_table.h"

#include <stdio.h>
#include <string.h>

#define PROGRAMS "octolog octolog-bench octolog-sim"
#define SETTINGS "octolog.cfg"

// Whether another program is meant, which has its own tables.
static bool s_is_other(const char *program)
{
    return program && strcmp(program, command_table_program.name) != 0;
}

// Collects the listed commands.
static void s_list(const usage_t *commands[COMMAND_TABLE_MAX])
{
    size_t count = 0;
    for (size_t i = 0; command_table[i]; i++) {
        if (command_table[i]->usage.summary && count + 1 < COMMAND_TABLE_MAX)
            commands[count++] = &command_table[i]->usage;
    }
    commands[count] = NULL;
}

static const char *s_take(void *context, int letter, const char *value)
{
    const char **text = context;
    (void)letter;
    *text = value;
    return NULL;
}

static int s_complete(int argc, char **argv)
{
    const usage_t *commands[COMMAND_TABLE_MAX];
    const char *program = NULL;
    int status;
    const int first = usage_parse(&command_completion.usage, argc, argv, s_take,
                                  &program, &status);
    if (first < 0)
        return status;
    const char *const asked[] = {"--completion", argv[first], NULL};
    if (s_is_other(program))
        return program_become("completion", program, asked);
    s_list(commands);
    completion_write(stdout, argv[first], &command_table_program, commands);
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

static int s_manual(int argc, char **argv)
{
    const usage_t *commands[COMMAND_TABLE_MAX];
    manual_t manual = {.program = &command_table_program,
                       .commands = commands,
                       .see_also = "Xr octolog-bench 1 ,\n"
                                   ".Xr octolog-sim 1 ,\n"
                                   ".Xr octolog.cfg 5"};
    int status;
    const int first = usage_parse(&command_manual.usage, argc, argv, s_take,
                                  &manual.date, &status);
    if (first < 0)
        return status;
    if (!manual.date)
        return command_error(COMMAND_USAGE, "manual", "--date is required");
    if (strcmp(argv[first], SETTINGS) == 0) {
        config_text_write_manual(stdout, manual.date);
        return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
    }
    const char *const asked[] = {"--manual", manual.date, NULL};
    if (s_is_other(argv[first]))
        return program_become("manual", argv[first], asked);
    s_list(commands);
    manual_write(stdout, &manual);
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

#define EXITS                                                                  \
    (const usage_item_t[])                                                     \
    {                                                                          \
        {"0", "success"}, {"1", "failure"}, {"2", "wrong usage"},              \
        {                                                                      \
            0                                                                  \
        }                                                                      \
    }

const command_t command_completion = {
    .usage =
        {
            .name = "octolog completion",
            .summary = "print a shell completion script",
            .arguments = "SHELL",
            .least = 1,
            .most = 1,
            .words = COMPLETION_SHELLS,
            .about = "Prints the script with which bash, zsh or fish completes "
                     "commands, flags and their values. The package installs "
                     "these scripts.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'p',
                     .name = "program",
                     .value = "NAME",
                     .words = PROGRAMS,
                     .about = "the program: octolog (the default), "
                              "octolog-bench or octolog-sim"},
                    {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"source <(octolog completion bash)",
                     "put this into ~/.bashrc"},
                    {"octolog completion zsh >~/.zfunc/_octolog",
                     "write it to a folder of $fpath"},
                    {"octolog completion fish | source",
                     "put this into ~/.config/fish/config.fish"},
                    {0}},
        },
    .run = s_complete,
};

const command_t command_manual = {
    .usage =
        {
            .name = "octolog manual",
            .arguments = "PAGE",
            .least = 1,
            .most = 1,
            .words = PROGRAMS " " SETTINGS,
            .about = "Prints the man page of a program or of the configuration "
                     "file, in mdoc. The build installs these pages.",
            .flags = (const usage_flag_t[]){{.letter = 'd',
                                             .name = "date",
                                             .value = "DATE",
                                             .about = "date of the page"},
                                            {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog manual octolog --date 'May 1, 2026' | man -l -",
                     "read the page"},
                    {0}},
        },
    .run = s_manual,
};

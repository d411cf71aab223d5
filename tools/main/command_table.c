#include "tools/main/command_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const command_t *const command_table[] = {
#define COMMAND(name) &command_##name,
#include "tools/command/commands.def"
#undef COMMAND
    NULL,
};

const usage_t command_table_program = {
    .name = "octolog",
    .summary = "exact, replayable log of GitHub's events, with live views",
    .about = "Polls the GitHub Events API, stores every event exactly once in "
             "a replayable log, and maintains exact views that answer queries "
             "over any window of time.",
    .flags =
        (const usage_flag_t[]){
            {.letter = 'v', .name = "version", .about = "print the version"},
            {0}},
    .notes =
        (const usage_item_t[]){
            {NULL, "environment"},
            {"OCTOLOG_SECTION_KEY", "a setting; overrides the file: "
                                    "http.listen is OCTOLOG_HTTP_LISTEN"},
            {"OCTOLOG_GITHUB_TOKENS", "tokens for GitHub, separated by commas: "
                                      "5000 requests an hour each"},
            {"OCTOLOG_HTTP_TOKEN", "the bearer token that clients must send"},
            {"NO_COLOR", "if set, no colours and no progress display"},
            {0}},
    .exits =
        (const usage_item_t[]){
            {"0", "success"},
            {"1", "failure, or a check found something wrong"},
            {"2", "wrong usage; nothing was done"},
            {"3", "status: octolog is not running"},
            {0}},
    .examples =
        (const usage_item_t[]){
            {"octolog up", "start: poll GitHub, serve 127.0.0.1:8000"},
            {"octolog help up", "all flags of octolog up"},
            {"octolog tail --follow", "print events as they arrive"},
            {0}},
};

static const char *s_last_word(const char *name)
{
    return strrchr(name, ' ') + 1;
}

void command_table_list(const char *parent,
                        usage_item_t rows[COMMAND_TABLE_MAX])
{
    size_t count = 0;

    rows[count++] = (usage_item_t){NULL, "commands"};
    for (size_t i = 0; command_table[i]; i++) {
        const usage_t *usage = &command_table[i]->usage;
        if (!usage->summary || !usage_is_child(usage->name, parent))
            continue;
        assert(count + 1 < COMMAND_TABLE_MAX);
        rows[count++] =
            (usage_item_t){s_last_word(usage->name), usage->summary};
    }
    rows[count] = (usage_item_t){0};
}

static const command_t *s_find(const char *parent, const char *word)
{
    for (size_t i = 0; command_table[i]; i++) {
        const char *name = command_table[i]->usage.name;
        if (usage_is_child(name, parent) &&
            strcmp(s_last_word(name), word) == 0)
            return command_table[i];
    }
    return NULL;
}

static int s_help(const usage_t *usage, FILE *out)
{
    usage_item_t rows[COMMAND_TABLE_MAX];

    command_table_list(usage->name, rows);
    usage_help(usage, rows[1].about ? rows : NULL, out);
    return fflush(out) ? COMMAND_FAILED : COMMAND_OK;
}

static int s_unknown(const usage_t *parent, const char *word)
{
    static const char *const flags[] = {"--help", "--version", NULL};
    const char *known[COMMAND_TABLE_MAX] = {0};
    usage_item_t rows[COMMAND_TABLE_MAX];

    if (*word == '-')
        return usage_unknown(parent, "flag", word, flags);
    command_table_list(parent->name, rows);
    for (size_t i = 1; rows[i].about; i++)
        known[i - 1] = rows[i].term;
    return usage_unknown(parent, "command", word, known);
}

// The command named by the words from argv[1]; *used is how many of them.
static const command_t *s_walk(int argc, char **argv, int *used)
{
    const command_t *command = NULL;
    const char *parent = command_table_program.name;

    *used = 0;
    while (*used + 1 < argc) {
        const command_t *next = s_find(parent, argv[*used + 1]);
        if (!next)
            break;
        command = next;
        parent = next->usage.name;
        ++*used;
    }
    return command;
}

static bool s_is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

// `usage` has subcommands, but the command line names none of them.
static int s_teach(const usage_t *usage, const char *word)
{
    if (!word) { // a mistake, so on standard error
        s_help(usage, stderr);
        return COMMAND_USAGE;
    }
    return s_is_help(word) ? s_help(usage, stdout) : s_unknown(usage, word);
}

int command_table_run(int argc, char **argv)
{
    int used;
    const command_t *command = s_walk(argc, argv, &used);

    if (!command && argc > 1 && strcmp(argv[1], "--version") == 0)
        return printf("octolog %s\n", OCTOLOG_VERSION) < 0;
    if (!command || !command->run)
        return s_teach(command ? &command->usage : &command_table_program,
                       argv[used + 1]);
    return command->run(argc - used, argv + used);
}

// octolog help - the same texts, by name.

static int s_run_help(int argc, char **argv)
{
    int status, used;

    if (usage_parse(&command_help.usage, argc, argv, NULL, NULL, &status) < 0)
        return status;
    const command_t *command = s_walk(argc, argv, &used);
    const usage_t *usage = command ? &command->usage : &command_table_program;
    if (used + 1 < argc)
        return s_unknown(usage, argv[used + 1]);
    return s_help(usage, stdout);
}

const command_t command_help = {
    .usage =
        {
            .name = "octolog help",
            .summary = "explain a command",
            .arguments = "[COMMAND]...",
            .most = 2,
            .about = "Prints the description, flags, exit status and examples "
                     "of a command; without COMMAND, the list of commands.",
            .flags = (const usage_flag_t[]){{0}},
            .exits = (const usage_item_t[]){{"0", "printed"},
                                            {"2", "no such command"},
                                            {0}},
            .examples =
                (const usage_item_t[]){{"octolog help import",
                                        "the same as octolog import --help"},
                                       {0}},
        },
    .run = s_run_help,
};

// octolog - one program, a subcommand a file (tools/command.h).

#include "tools/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const command_t s_commands[] = {
    {"up", "start everything and keep it running", command_up},
    {"import", "put the events of archives into the log", command_import},
    {"replay", "rebuild and compare views, send history again", command_replay},
    {"tail", "print the log, and follow it", command_tail},
    {"export", "write the log as hourly archives", command_export},
    {"verify", "check every byte of log and views", command_verify},
    {"status", "what runs, and how far it is", command_status},
    {"config", "check a configuration file", command_config},
    {"bench", "measure this machine", command_bench},
    {"actor", NULL, command_actor}, // the supervisor's, not listed
};

#define COMMANDS (sizeof s_commands / sizeof *s_commands)

static int s_help(void)
{
    printf("usage: octolog COMMAND [FLAG]...\n"
           "\n"
           "Watches GitHub: an exact, replayable log of events, and live views "
           "of it.\n"
           "\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (s_commands[i].summary)
            printf("  %-8s %s\n", s_commands[i].name, s_commands[i].summary);
    }
    printf("\n"
           "octolog COMMAND --help tells more; octolog --version tells the "
           "version.\n"
           "Begin with: octolog up\n");
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

static int s_unknown(const char *word)
{
    const char *known[COMMANDS + 1] = {0};
    size_t count = 0;

    for (size_t i = 0; i < COMMANDS; i++) {
        if (s_commands[i].summary)
            known[count++] = s_commands[i].name;
    }
    return command_unknown("", *word == '-' ? "flag" : "command", word, known);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        s_help();
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return s_help();
    if (strcmp(argv[1], "--version") == 0)
        return printf("octolog %s\n", OCTOLOG_VERSION) < 0;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], s_commands[i].name) == 0) {
            opterr = 0; // each command says what is wrong in its own words
            return s_commands[i].run(argc - 1, argv + 1);
        }
    }
    return s_unknown(argv[1]);
}

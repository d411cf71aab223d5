// octolog config check - every mistake of a configuration file at once.

#include "tools/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char s_help[] =
    "usage: octolog config check FILE\n"
    "\n"
    "Checks a configuration file as octolog up would read it, environment\n"
    "included, and says everything that is wrong with it, by line.\n"
    "\n"
    "exit status: 0 it is good, 1 it has mistakes, 2 bad usage\n"
    "\n"
    "example: octolog config check octolog.cfg\n";

int command_config(int argc, char **argv)
{
    static const struct option flags[] = {{"help", no_argument, NULL, 'h'},
                                          {0}};
    static const char *const known[] = {"check", NULL};
    int flag = getopt_long(argc, argv, ":", flags, NULL);

    if (flag == 'h')
        return fputs(s_help, stdout) < 0 ? COMMAND_FAILED : COMMAND_OK;
    if (flag != -1)
        return command_bad_flag("config", flag, argv);
    if (optind < argc && strcmp(argv[optind], "check") != 0)
        return command_unknown("config", "command", argv[optind], known);
    if (optind + 2 != argc)
        return command_error(COMMAND_USAGE, "config",
                             "give one FILE: octolog config check FILE");

    config_t *config = command_load_config("config", argv[optind + 1], NULL);
    if (!config)
        return COMMAND_FAILED;
    config_destroy(&config);
    return printf("%s: ok\n", argv[optind + 1]) < 0 ? COMMAND_FAILED
                                                    : COMMAND_OK;
}

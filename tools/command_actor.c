// octolog actor - one actor in this process. Not listed: the supervisor's.

#include "actors/actor.h"
#include "tools/actor_table.h"
#include "tools/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

static const char s_help[] =
    "usage: octolog actor NAME --config FILE [--parent PID]\n"
    "\n"
    "Runs one actor. octolog up starts all of them this way; by hand it is of\n"
    "use to run an actor on another machine, or in a debugger.\n"
    "\n"
    "  --config FILE  the settings of all actors: run/effective.cfg\n"
    "  --parent PID   end when this process, which must be the parent, is "
    "gone\n"
    "\n"
    "exit status: 0 stopped as told, 1 cannot start, 2 bad usage, 3 failed\n"
    "while it ran, 4 no room on the disk\n";

static int s_parse_pid(const char *text, int64_t *pid)
{
    char *end;

    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || *end || end == text || value <= 0)
        return -EINVAL;
    *pid = value;
    return 0;
}

static int s_run(const char *name, const char *file, int64_t parent)
{
    actor_class_t actor;

    if (!actor_table_find(name, &actor))
        return command_error(COMMAND_USAGE, "actor", "unknown actor \"%s\"",
                             name);
    config_t *config = command_load_config("actor", file, NULL);
    if (!config)
        return COMMAND_FAILED;
    int status = actor_host(&actor, config, parent);
    config_destroy(&config);
    return status;
}

int command_actor(int argc, char **argv)
{
    static const struct option flags[] = {
        {"config", required_argument, NULL, 'c'},
        {"parent", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    const char *file = NULL;
    int64_t parent = 0;
    int flag;

    while ((flag = getopt_long(argc, argv, ":", flags, NULL)) != -1) {
        if (flag == 'h')
            return fputs(s_help, stdout) < 0;
        if (flag == 'c')
            file = optarg;
        else if (flag == 'p' && s_parse_pid(optarg, &parent))
            return command_error(COMMAND_USAGE, "actor",
                                 "--parent: \"%s\" is no process", optarg);
        else if (flag != 'p')
            return command_bad_flag("actor", flag, argv);
    }
    if (optind != argc - 1)
        return command_error(COMMAND_USAGE, "actor", "give one NAME");
    return s_run(argv[optind], file, parent);
}

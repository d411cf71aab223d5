// octolog actor - runs one actor in this process. Not listed in help: it is for
// the supervisor.

#include "actors/report/report.h"
#include "actors/runtime/actor.h"
#include "tools/command/command.h"
#include "tools/up/actor_table.h"

#include <stdlib.h>

typedef struct {
    const char *file;
    uint64_t parent; // 0: none
} flags_t;

static int s_run(const char *name, const char *file, int64_t parent)
{
    actor_class_t actor;

    if (!actor_table_find(name, &actor))
        return command_error(COMMAND_USAGE, "actor", "unknown actor \"%s\"",
                             name);
    const command_place_t place = {.config = file};
    config_t *config = command_load_config("actor", &place);
    if (!config)
        return COMMAND_FAILED;
    report_set_up(config->report_level, config->report_format);
    int status = actor_host(&actor, config, parent);
    config_destroy(&config);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;

    if (letter == 'p')
        return usage_number(value, 1, INT32_MAX, &flags->parent)
                   ? NULL
                   : "not a process id";
    flags->file = value;
    return NULL;
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {0};
    int status;
    const int first =
        usage_parse(&command_actor.usage, argc, argv, s_take, &flags, &status);

    return first < 0 ? status
                     : s_run(argv[first], flags.file, (int64_t)flags.parent);
}

const command_t command_actor = {
    .usage =
        {
            .name = "octolog actor",
            .arguments = "NAME",
            .least = 1,
            .most = 1,
            .about = "Runs one actor. octolog up starts every actor this way. "
                     "Run it by hand to run an actor on another machine or in "
                     "a debugger.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'c',
                     .name = "config",
                     .value = "FILE",
                     .about = "the settings of all actors, run/effective.cfg"},
                    {.letter = 'p',
                     .name = "parent",
                     .value = "PID",
                     .about = "exit when this process, which must be the "
                              "parent, ends"},
                    {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "stopped by a signal or by the supervisor"},
                    {"1", "could not start"},
                    {"2", "wrong usage"},
                    {"3", "failed while running"},
                    {"4", "no space left on the disk"},
                    {"5", "out of memory"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog actor journal --config d/run/effective.cfg",
                     "the journal alone"},
                    {0}},
        },
    .run = s_main,
};

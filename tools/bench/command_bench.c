// octolog bench - starts octolog-bench, which does the work: the program that
// runs as a service carries neither that nor the simulator. The table is here
// because help, man page and completion of octolog explain it, too.

#include "tools/command/command.h"
#include "tools/command/program.h"

#include <string.h>

#define NAME          "bench"
#define ARGUMENTS_MAX 128

static int s_run(int argc, char **argv)
{
    char self[PROGRAM_PATH_MAX];
    const char *arguments[ARGUMENTS_MAX] = {"--program", self};
    if (argc + 2 > ARGUMENTS_MAX)
        return command_error(COMMAND_USAGE, NAME, "too many arguments");
    const int rc = program_self(self);
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "/proc/self/exe: %s",
                             strerror(-rc));
    for (int i = 1; i < argc; i++)
        arguments[i + 1] = argv[i];
    return program_become(NAME, "octolog-bench", arguments);
}

const command_t command_bench = {
    .usage =
        {
            .name = "octolog bench",
            .summary = "measure this machine",
            .about =
                "Measures import, append over the spine, replay, REST, "
                "freshness, start, recovery, memory, disk and what a grown log "
                "costs, on events of a seeded generator, with a round to warm "
                "up before those that count. Prints the median, the least and "
                "the most of each, beside its targets, and, on a virtual "
                "machine, which part of the processor's time its host gave to "
                "others meanwhile. Works in a folder of its own in $TMPDIR, "
                "which is removed; measure where the log will be, and when "
                "nothing else runs.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'e',
                     .name = "events",
                     .value = "N",
                     .about = "events of the archive, in the shape of 2016 "
                              "(100000)"},
                    {.letter = 'l',
                     .name = "long-events",
                     .value = "N",
                     .about = "events of the long log that replay and growth "
                              "take; its payloads are short (5000000)"},
                    {.letter = 'r',
                     .name = "rounds",
                     .value = "N",
                     .about = "rounds that count, 1 to 100 (5)"},
                    {.letter = 'o',
                     .name = "only",
                     .value = "NAME",
                     .repeats = true,
                     .words = "import spine replay replay-all rest "
                              "freshness start recovery memory growth",
                     .about = "import, spine, replay (into two views), "
                              "replay-all, rest, freshness, start, recovery, "
                              "memory or growth"},
                    {.letter = 'p',
                     .name = "program",
                     .value = "FILE",
                     .about = "the octolog to measure (octolog bench: itself; "
                              "octolog-bench: the one beside it, or in $PATH)"},
                    {.letter = 'v', .name = "version", .about = "the version"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits = (const usage_item_t[]){{"0", "measured"},
                                            {"1", "something failed"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"TMPDIR=/srv octolog bench --only import --only rest",
                     "two of the measures, on the disk of /srv"},
                    {0}},
        },
    .run = s_run,
};

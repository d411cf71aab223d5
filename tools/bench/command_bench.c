// octolog bench - starts octolog-bench, a separate program so that the service
// contains neither it nor the simulator. The usage table is here because
// octolog's help, man page and completion include it, too.

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
            .summary = "benchmark octolog on this machine",
            .about =
                "Measures import, append through the journal, replay, REST, "
                "freshness, start, recovery, memory, disk and the cost of a "
                "growing log, on generated events. Each measure has a warm-up "
                "round, which does not count. Prints median, minimum and "
                "maximum next to the targets and, on a virtual machine, the "
                "share of processor time that its host gave to others. Uses a "
                "temporary folder in $TMPDIR. Set it to the disk that will "
                "hold the log, and run nothing else meanwhile.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'e',
                     .name = "events",
                     .value = "N",
                     .about = "number of events in the archive, in the format "
                              "of 2016 (100000)"},
                    {.letter = 'l',
                     .name = "long-events",
                     .value = "N",
                     .about = "number of events in the long log for replay and "
                              "growth, with short payloads (5000000)"},
                    {.letter = 'r',
                     .name = "rounds",
                     .value = "N",
                     .about = "number of rounds, 1 to 100 (5)"},
                    {.letter = 'o',
                     .name = "only",
                     .value = "NAME",
                     .repeats = true,
                     .words = "import spine replay replay-all rest "
                              "freshness start recovery memory growth",
                     .about =
                         "run only this: import, spine (append through the "
                         "journal), replay (into two views), replay-all, rest, "
                         "freshness, start, recovery, memory or growth"},
                    {.letter = 'p',
                     .name = "program",
                     .value = "FILE",
                     .about = "the octolog to measure (octolog bench: itself; "
                              "octolog-bench: the one beside it or in $PATH)"},
                    {.letter = 'v',
                     .name = "version",
                     .about = "print the version"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits = (const usage_item_t[]){{"0", "success"},
                                            {"1", "failure"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"TMPDIR=/srv octolog bench --only import --only rest",
                     "two scenarios, on the disk of /srv"},
                    {0}},
        },
    .run = s_run,
};

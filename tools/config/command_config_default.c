// octolog config default - prints octolog.cfg with every setting explained.

#include "tools/command/command.h"
#include "tools/config/config_text.h"

#include <stdio.h>

static const char *s_take(void *context, int letter, const char *value)
{
    const char **data_dir = context;
    (void)letter;
    *data_dir = value;
    return NULL;
}

static int s_main(int argc, char **argv)
{
    const char *data_dir = NULL;
    int status;
    const int first = usage_parse(&command_config_default.usage, argc, argv,
                                  s_take, &data_dir, &status);
    if (first < 0)
        return status;
    config_text_write(stdout, data_dir);
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

const command_t command_config_default = {
    .usage =
        {
            .name = "octolog config default",
            .summary = "print octolog.cfg with every setting explained",
            .about =
                "Prints a configuration file with every setting, its "
                "explanation and its default, as a starting point for your "
                "own. octolog.cfg(5) has the same content as a man page.",
            .flags = (const usage_flag_t[]){{.letter = 'd',
                                             .name = "data",
                                             .value = "DIR",
                                             .about = "the value of data.dir"},
                                            {0}},
            .exits =
                (const usage_item_t[]){{"0", "printed"},
                                       {"1", "the output could not be written"},
                                       {"2", "wrong usage"},
                                       {0}},
            .examples =
                (const usage_item_t[]){{"octolog config default >octolog.cfg",
                                        "then change what you need"},
                                       {0}},
        },
    .run = s_main,
};

// octolog config - what is configured, and what is wrong with it.

#include "api/tls/tls.h"
#include "tools/command/command.h"

#include <stdio.h>

const command_t command_config = {
    .usage =
        {
            .name = "octolog config",
            .summary = "check and show the configuration",
            .about = "Looks at a configuration as octolog up would read it: "
                     "the defaults, over them a file, over it the environment "
                     "(OCTOLOG_SECTION_KEY), over that the flags.",
            .flags = (const usage_flag_t[]){{0}},
            .exits = (const usage_item_t[]){{"0", "it is good"},
                                            {"1", "it has mistakes"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){{"octolog config check octolog.cfg",
                                        "every mistake at once, with its line"},
                                       {0}},
        },
};

// octolog config check - every mistake of a configuration file at once.

static int s_check(int argc, char **argv)
{
    int status;
    const int first = usage_parse(&command_config_check.usage, argc, argv, NULL,
                                  NULL, &status);
    if (first < 0)
        return status;
    const command_place_t place = {.config = argv[first]};
    config_t *config = command_load_config("config check", &place);
    if (!config)
        return COMMAND_FAILED;
    char note[TLS_NOTE_MAX];
    const int rc = tls_check(config, note);
    config_destroy(&config);
    if (*note)
        command_error(COMMAND_FAILED, "config check", "%s%s",
                      rc < 0 ? "" : "warning: ", note);
    if (rc < 0)
        return COMMAND_FAILED;
    return printf("%s: ok\n", argv[first]) < 0 ? COMMAND_FAILED : COMMAND_OK;
}

const command_t command_config_check = {
    .usage =
        {
            .name = "octolog config check",
            .summary = "say every mistake of a file at once",
            .arguments = "FILE",
            .least = 1,
            .most = 1,
            .about = "Checks a configuration file as octolog up would read it, "
                     "environment included, and says everything that is wrong "
                     "with it, by line.",
            .flags = (const usage_flag_t[]){{0}},
            .exits = (const usage_item_t[]){{"0", "it is good"},
                                            {"1", "it has mistakes"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog config check octolog.cfg",
                     "before octolog up --config octolog.cfg"},
                    {0}},
        },
    .run = s_check,
};

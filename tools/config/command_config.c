// octolog config - checks and shows the configuration.

#include "api/tls/tls.h"
#include "tools/command/command.h"

#include <stdio.h>

const command_t command_config = {
    .usage =
        {
            .name = "octolog config",
            .summary = "check and show the configuration",
            .about = "Checks or shows a configuration as octolog up reads it: "
                     "the defaults, overridden by a file, by the environment "
                     "(OCTOLOG_SECTION_KEY) and by flags, in this order.",
            .flags = (const usage_flag_t[]){{0}},
            .exits = (const usage_item_t[]){{"0", "no mistakes found"},
                                            {"1", "the configuration has "
                                                  "mistakes"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog config check octolog.cfg",
                     "report all mistakes, with line numbers"},
                    {0}},
        },
};

// octolog config check - reports all mistakes of a configuration file.

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
            .summary = "report all mistakes in a configuration file",
            .arguments = "FILE",
            .least = 1,
            .most = 1,
            .about = "Checks a configuration file as octolog up reads it, "
                     "environment included, and reports every mistake with its "
                     "line.",
            .flags = (const usage_flag_t[]){{0}},
            .exits =
                (const usage_item_t[]){{"0", "no mistakes found"},
                                       {"1", "the configuration has mistakes"},
                                       {"2", "wrong usage"},
                                       {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog config check octolog.cfg",
                     "check before octolog up --config octolog.cfg"},
                    {0}},
        },
    .run = s_check,
};

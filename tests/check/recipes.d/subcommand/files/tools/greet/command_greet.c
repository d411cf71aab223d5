// octolog greet - says hello.

#include "tools/command/command.h"

#include <stdio.h>

static const char *s_take(void *context, int letter, const char *value)
{
    const char **name = context;
    (void)letter;
    *name = value;
    return NULL;
}

static int s_main(int argc, char **argv)
{
    const char *name = "world";
    int status;
    if (usage_parse(&command_greet.usage, argc, argv, s_take, &name, &status) <
        0)
        return status;
    return printf("hello, %s\n", name) < 0 ? COMMAND_FAILED : COMMAND_OK;
}

const command_t command_greet = {
    .usage =
        {
            .name = "octolog greet",
            .summary = "say hello",
            .about = "Says hello.",
            .flags = (const usage_flag_t[]){{.letter = 't',
                                             .name = "to",
                                             .value = "NAME",
                                             .about = "whom to greet"},
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "said"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog greet --to octocat", "a friendly word"}, {0}},
        },
    .run = s_main,
};

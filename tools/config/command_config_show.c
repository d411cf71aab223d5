// octolog config show - prints the effective settings and their origins.

#include "actors/config/keys.h"
#include "tools/cli/figures.h"
#include "tools/command/command.h"

#include <cjson/cJSON.h>
#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "config show"

#define KEY_WIDTH   30
#define VALUE_WIDTH 36

#define NOT_SHOWN "(not shown)"

// A path and a line number.
#define FROM_MAX (4096 + 32)

// Where to print: a table, or a JSON list.
typedef struct {
    const config_t *config;
    cJSON *list; // NULL: a table
} show_t;

static void s_print(const show_t *show, const char *key, const char *value,
                    const char *from)
{
    if (show->list) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "key", key);
        if (strcmp(value, NOT_SHOWN) == 0)
            cJSON_AddNullToObject(item, "value");
        else
            cJSON_AddStringToObject(item, "value", value);
        cJSON_AddStringToObject(item, "from", from);
        cJSON_AddItemToArray(show->list, item);
        return;
    }
    printf("%-*s ", KEY_WIDTH, key);
    figure_print_name(stdout, slice_of(value), 0, false);
    const int width = *value ? (int)strlen(value) : 1;
    printf("%*s %s\n", width < VALUE_WIDTH ? VALUE_WIDTH - width : 0, "", from);
}

// "default", "octolog.cfg:12", "OCTOLOG_HTTP_LISTEN" or "flag".
static void s_name_place(const config_t *config, const config_place_t *place,
                         const char *variable, char from[FROM_MAX])
{
    switch (place->origin) {
    case CONFIG_ORIGIN_DEFAULT:
        snprintf(from, FROM_MAX, "default");
        break;
    case CONFIG_ORIGIN_FILE:
        snprintf(from, FROM_MAX, "%s:%d", config->file, place->line);
        break;
    case CONFIG_ORIGIN_ENVIRONMENT:
        snprintf(from, FROM_MAX, "%s", variable);
        break;
    case CONFIG_ORIGIN_FLAG:
        snprintf(from, FROM_MAX, "flag");
        break;
    }
}

// The value of the next line `name = "value"`; NULL after the last.
static char *s_next_value(char **lines)
{
    char *line = strsep(lines, "\n");
    char *value = line ? strstr(line, " = ") : NULL;
    if (!value)
        return NULL;
    value += 3;
    const size_t length = strlen(value);
    if (length >= 2 && (*value == '"' || *value == '\'')) {
        value[length - 1] = '\0';
        value++;
    }
    return value;
}

// Shows a key; config_keys_write() writes a line per value.
static int s_show_key(const show_t *show, const config_key_t *key)
{
    char variable[CONFIG_KEYS_VARIABLE_MAX], from[FROM_MAX];
    char *text = NULL, *value;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return -ENOMEM;
    config_keys_write(key, show->config, "", out);
    if (fclose(out) != 0) {
        free(text);
        return -ENOMEM;
    }
    config_keys_variable(key, variable);
    s_name_place(show->config, &show->config->places[key - config_keys],
                 variable, from);
    char *lines = text;
    while ((value = s_next_value(&lines)))
        s_print(show, key->path, value, from);
    free(text);
    return 0;
}

// The environment variable, if set, takes precedence over the file.
static void s_show_secret(const show_t *show, const char *name, bool there,
                          const char *variable, const char *file)
{
    const char *value = getenv(variable);
    if (there)
        s_print(show, name, NOT_SHOWN, value && *value ? variable : file);
}

static void s_show_rest(const show_t *show)
{
    const config_t *config = show->config;
    zhashx_t *endpoints = config->endpoints;
    char key[CONFIG_ENDPOINT_MAX], from[FROM_MAX];
    for (const config_override_t *own = zhashx_first(endpoints); own;
         own = zhashx_next(endpoints)) {
        snprintf(key, sizeof key, "endpoint.%s",
                 (const char *)zhashx_cursor(endpoints));
        s_name_place(config, &own->place, NULL, from); // no variable sets one
        s_print(show, key, own->address, from);
    }
    s_show_secret(show, "github tokens", config->token_count > 0,
                  "OCTOLOG_GITHUB_TOKENS", config->token_file);
    s_show_secret(show, "http token", config->http_token != NULL,
                  "OCTOLOG_HTTP_TOKEN", config->http_token_file);
}

static int s_show(const show_t *show)
{
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (s_show_key(show, key) != 0)
            return command_error(COMMAND_FAILED, NAME, "out of memory");
    }
    s_show_rest(show);
    if (!show->list)
        return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
    char *text = cJSON_Print(show->list);
    if (!text)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    puts(text);
    cJSON_free(text);
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

static const char *s_take(void *context, int letter, const char *value)
{
    command_take_place(context, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    command_place_t place = {0};
    int status;
    const int first = usage_parse(&command_config_show.usage, argc, argv,
                                  s_take, &place, &status);
    if (first < 0)
        return status;
    if (first < argc)
        place.config = argv[first];
    config_t *config = command_load_config(NAME, &place);
    if (!config)
        return COMMAND_FAILED;
    const show_t show = {config, place.json ? cJSON_CreateArray() : NULL};
    status = s_show(&show);
    cJSON_Delete(show.list);
    config_destroy(&config);
    return status;
}

const command_t command_config_show = {
    .usage =
        {
            .name = "octolog config show",
            .summary = "print every setting and its origin",
            .arguments = "[FILE]",
            .most = 1,
            .about = "Prints the effective settings and the origin of each: "
                     "default, line of the file, environment variable or flag. "
                     "Without FILE, if octolog runs on the data directory, "
                     "prints the settings it runs with. Tokens are not shown, "
                     "only their origin.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "printed"},
                                            {"1", "the configuration has "
                                                  "mistakes"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog config show octolog.cfg",
                     "the settings of octolog up --config octolog.cfg"},
                    {"octolog config show --data d | grep -v default",
                     "settings that differ from the defaults"},
                    {0}},
        },
    .run = s_main,
};

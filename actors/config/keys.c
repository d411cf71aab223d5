#include "actors/config/keys.h"

#include "actors/fetch/kind.h"
#include "actors/report/report.h"
#include "actors/views/registry.h"
#include "proto/base/spelling.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MIB    (1024.0 * 1024)
#define GIB    (1024.0 * MIB)
#define DAY_S  86400.0
#define DAY_MS (DAY_S * 1000)
#define AGE_S  (DAY_S * 36500) // a century: longer than any useful age

// These macros expand to initializers, which parentheses would break.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define AT(field) .offset = offsetof(config_t, field)

// The field of a row's value; a listen address has two fields.
#define AT_TEXT(field) AT(field)
#define AT_PATH(field) AT(field)
#define AT_LISTEN(field)                                                       \
    AT(field##_host), .more_offset = offsetof(config_t, field##_port)
#define AT_SWITCH(field) AT(field)
#define AT_INT(field)    AT(field)
#define AT_U32(field)    AT(field)
#define AT_BYTES(field)  AT(field)
#define AT_TIME(field)   AT(field)
#define AT_REAL(field)   AT(field)

#define CONFIG_KEY(type, field, path, value, least, most, text)                \
    {path, CONFIG_##type, value, least, most, AT_##type(field), .about = text},
#define CONFIG_CHOICE(field, path, value, choices, text)                       \
    {path,                                                                     \
     CONFIG_WORD,                                                              \
     value,                                                                    \
     .offset = offsetof(config_t, field),                                      \
     .words = choices,                                                         \
     .about = text},
#define CONFIG_LIST(type, items, item, path, value, most, text)                \
    {path,                                                                     \
     CONFIG_##type,                                                            \
     value,                                                                    \
     0,                                                                        \
     most,                                                                     \
     AT(items),                                                                \
     .more_offset = offsetof(config_t, item##_count),                          \
     .origin_offset = offsetof(config_t, item##_origin),                       \
     .about = text},
// NOLINTEND(bugprone-macro-parentheses)

const config_key_t config_keys[CONFIG_KEYS_COUNT + 1] = {
#include "actors/config/settings.def"
    {0},
};

const config_key_t *config_keys_find(const char *path)
{
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (strcmp(key->path, path) == 0)
            return key;
    }
    return NULL;
}

bool config_keys_is_text(const config_key_t *key)
{
    return key->type == CONFIG_TEXT || key->type == CONFIG_PATH ||
           key->type == CONFIG_LISTEN;
}

const char *config_keys_nearest(const char *path)
{
    spelling_t spelling;

    spelling_start(&spelling, path);
    for (const config_key_t *key = config_keys; key->path; key++)
        spelling_consider(&spelling, key->path);
    return spelling.nearest;
}

void config_keys_variable(const config_key_t *key,
                          char variable[CONFIG_KEYS_VARIABLE_MAX])
{
    int length =
        snprintf(variable, CONFIG_KEYS_VARIABLE_MAX, "OCTOLOG_%s", key->path);

    assert(length > 0 && length < CONFIG_KEYS_VARIABLE_MAX);
    for (char *c = variable; *c; c++) {
        if (*c == '.' || *c == '-')
            *c = '_';
        else
            *c = (char)toupper((unsigned char)*c);
    }
}

bool config_keys_writable(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (iscntrl((unsigned char)*c))
            return false;
    }
    return !(strchr(text, '"') && strchr(text, '\'')) &&
           strlen(text) <= CONFIG_KEYS_VALUE_MAX;
}

bool config_keys_is_loopback(const char *host)
{
    struct in_addr address;

    if (strcmp(host, "localhost") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 &&
           ntohl(address.s_addr) >> 24 == 127;
}

// -EINVAL with "PATH: ..." in reason.
static int s_wrong(const config_key_t *key, const char *what, const char *value,
                   char *reason)
{
    snprintf(reason, CONFIG_KEYS_REASON_MAX, "%s: \"%.200s\" %s", key->path,
             value, what);
    return -EINVAL;
}

static int s_set_text(char **field, const char *text)
{
    char *copy = *text ? strdup(text) : NULL;

    if (*text && !copy)
        return -ENOMEM;
    free(*field);
    *field = copy;
    return 0;
}

static void *s_at(config_t *config, size_t offset)
{
    return (char *)config + offset;
}

static const void *s_look(const config_t *config, size_t offset)
{
    return (const char *)config + offset;
}

static int s_parse_listen(const config_key_t *key, config_t *config,
                          const char *text, char *reason)
{
    const char *colon = strrchr(text, ':');
    struct in_addr address;
    char host[64], *end;

    if (*text == '[' || (colon && strchr(text, ':') != colon))
        return s_wrong(key, "is IPv6, which is not supported: use IPv4", text,
                       reason);
    if (!colon || colon == text || (size_t)(colon - text) >= sizeof host ||
        !isdigit((unsigned char)colon[1]))
        return s_wrong(key, "is not HOST:PORT", text, reason);

    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end || port > UINT16_MAX)
        return s_wrong(key, "has no port between 0 and 65535", text, reason);
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    if (strcmp(host, "localhost") != 0 &&
        inet_pton(AF_INET, host, &address) != 1)
        return s_wrong(key,
                       "has a host that is neither an IPv4 address nor "
                       "localhost",
                       text, reason);
    if (s_set_text(s_at(config, key->offset), host))
        return -ENOMEM;
    *(uint16_t *)s_at(config, key->more_offset) = (uint16_t)port;
    return 0;
}

static int s_parse_switch(const config_key_t *key, bool *field,
                          const char *text, char *reason)
{
    static const char *const words[] = {"no",  "yes", "false", "true",
                                        "off", "on",  "0",     "1"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            *field = i % 2;
            return 0;
        }
    }
    return s_wrong(key, "is neither yes nor no", text, reason);
}

static int s_parse_word(const config_key_t *key, int *field, const char *text,
                        char *reason)
{
    char words[80] = "is none of";

    for (int i = 0; key->words[i]; i++) {
        if (strcasecmp(text, key->words[i]) == 0) {
            *field = i;
            return 0;
        }
        const size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s %s", i ? "," : "",
                 key->words[i]);
    }
    return s_wrong(key, words, text, reason);
}

typedef struct {
    const char *name;
    double factor;
} unit_t;

static const unit_t s_sizes[] = {
    {"", 1}, {"KiB", 1024}, {"MiB", MIB}, {"GiB", GIB}, {0}};
static const unit_t s_times[] = {{"", 1},     {"s", 1},     {"min", 60},
                                 {"h", 3600}, {"d", DAY_S}, {0}};

// The factor of a unit; 0: unknown unit.
static double s_factor(const unit_t *units, const char *name)
{
    while (*name == ' ')
        name++;
    for (; units->name; units++) {
        if (strcasecmp(name, units->name) == 0)
            return units->factor;
    }
    return 0;
}

static int s_parse_number(const config_key_t *key, const char *text,
                          double *number, char *reason)
{
    char *end, range[80];
    // strtod() would also accept hexadecimal, "inf" and leading blanks.
    bool begins_well = isdigit((unsigned char)*text) || *text == '-';
    double value = strtod(text, &end);

    if (!begins_well || !isfinite(value) || strpbrk(text, "xX"))
        return s_wrong(key, "is not a number", text, reason);
    if (key->type == CONFIG_BYTES || key->type == CONFIG_TIME) {
        bool size = key->type == CONFIG_BYTES;
        double factor = s_factor(size ? s_sizes : s_times, end);

        if (factor == 0)
            return s_wrong(key,
                           size ? "has an unknown unit: use KiB, MiB or GiB"
                                : "has an unknown unit: use s, min, h or d",
                           text, reason);
        value *= factor;
    } else if (*end) {
        return s_wrong(key, "is not a number", text, reason);
    }
    if (key->type != CONFIG_REAL && value != floor(value))
        return s_wrong(key, "is not a whole number", text, reason);
    if (value < key->min || value > key->max) {
        snprintf(range, sizeof range, "is not between %.12g and %.12g",
                 key->min, key->max);
        return s_wrong(key, range, text, reason);
    }
    *number = value;
    return 0;
}

static int s_store_number(const config_key_t *key, void *field,
                          const char *text, char *reason)
{
    double number = 0;
    int rc = s_parse_number(key, text, &number, reason);

    if (rc)
        return rc;
    if (key->type == CONFIG_INT)
        *(int *)field = (int)number;
    else if (key->type == CONFIG_U32)
        *(uint32_t *)field = (uint32_t)number;
    else if (key->type == CONFIG_BYTES)
        *(size_t *)field = (size_t)number;
    else if (key->type == CONFIG_TIME)
        *(int64_t *)field = (int64_t)number;
    else
        *(double *)field = number;
    return 0;
}

static const char *s_item_mistake(const config_key_t *key, const char *text)
{
    if (key->type == CONFIG_NAMES) {
        bool ok = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
                      strlen(text) &&
                  strlen(text) <= 32 && *text;
        return ok ? NULL : "is not a name of a-z, 0-9 and _";
    }
    return fetch_kind_mistake(text);
}

static void s_clear_list(char **items, size_t *count)
{
    while (*count > 0) {
        free(items[--*count]);
        items[*count] = NULL;
    }
}

static int s_add_item(const config_key_t *key, config_t *config,
                      const char *text, char *reason)
{
    char **items = s_at(config, key->offset);
    size_t *count = s_at(config, key->more_offset);
    const char *mistake = s_item_mistake(key, text);

    if (mistake)
        return s_wrong(key, mistake, text, reason);
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(items[i], text) == 0)
            return s_wrong(key, "is listed twice", text, reason);
    }
    if (*count >= (size_t)key->max)
        return s_wrong(key, "is one too many", text, reason);
    items[*count] = strdup(text);
    if (!items[*count])
        return -ENOMEM;
    (*count)++;
    return 0;
}

// One value may have several items, separated by blanks or commas.
static int s_parse_list(const config_key_t *key, config_t *config,
                        config_origin_t origin, const char *text, char *reason)
{
    int *had = s_at(config, key->origin_offset);
    char *copy = strdup(text), *rest = copy, *item;
    int rc = copy ? 0 : -ENOMEM;

    if (rc == 0 && *had < (int)origin) {
        s_clear_list(s_at(config, key->offset), s_at(config, key->more_offset));
        *had = (int)origin;
    }
    while (rc == 0 && (item = strsep(&rest, ", "))) {
        if (*item)
            rc = s_add_item(key, config, item, reason);
    }
    free(copy);
    return rc;
}

int config_keys_parse(const config_key_t *key, config_t *config,
                      config_origin_t origin, const char *text,
                      char reason[CONFIG_KEYS_REASON_MAX])
{
    void *field = s_at(config, key->offset);

    if (!config_keys_writable(text))
        return s_wrong(key,
                       "has control characters, both kinds of quotes, or "
                       "over 1000 bytes",
                       text, reason);
    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        return s_set_text(field, text);
    case CONFIG_LISTEN:
        return s_parse_listen(key, config, text, reason);
    case CONFIG_SWITCH:
        return s_parse_switch(key, field, text, reason);
    case CONFIG_WORD:
        return s_parse_word(key, field, text, reason);
    case CONFIG_SOURCES:
    case CONFIG_NAMES:
        return s_parse_list(key, config, origin, text, reason);
    default:
        return s_store_number(key, field, text, reason);
    }
}

void config_keys_write_text(const char *indent, const char *name,
                            const char *text, FILE *file)
{
    char quote = strchr(text, '"') ? '\'' : '"';

    fprintf(file, "%s%s = %c%s%c\n", indent, name, quote, text, quote);
}

static void s_write_list(const config_key_t *key, const config_t *config,
                         const char *indent, const char *name, FILE *file)
{
    char *const *items = s_look(config, key->offset);
    size_t count = *(const size_t *)s_look(config, key->more_offset);

    for (size_t i = 0; i < count; i++)
        config_keys_write_text(indent, name, items[i], file);
    if (count == 0) // an empty list is not the default one
        config_keys_write_text(indent, name, "", file);
}

void config_keys_write(const config_key_t *key, const config_t *config,
                       const char *indent, FILE *file)
{
    const void *field = s_look(config, key->offset);
    const char *dot = strchr(key->path, '.');
    const char *name = dot ? dot + 1 : key->path;
    const char *text;

    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        text = *(char *const *)field;
        config_keys_write_text(indent, name, text ? text : "", file);
        break;
    case CONFIG_LISTEN:
        fprintf(file, "%s%s = \"%s:%u\"\n", indent, name, *(char *const *)field,
                (unsigned)*(const uint16_t *)s_look(config, key->more_offset));
        break;
    case CONFIG_SWITCH:
        text = *(const bool *)field ? "yes" : "no";
        config_keys_write_text(indent, name, text, file);
        break;
    case CONFIG_WORD:
        text = key->words[*(const int *)field];
        config_keys_write_text(indent, name, text, file);
        break;
    case CONFIG_INT:
        fprintf(file, "%s%s = %d\n", indent, name, *(const int *)field);
        break;
    case CONFIG_U32:
        fprintf(file, "%s%s = %u\n", indent, name, *(const uint32_t *)field);
        break;
    case CONFIG_BYTES:
        fprintf(file, "%s%s = %zu\n", indent, name, *(const size_t *)field);
        break;
    case CONFIG_TIME:
        fprintf(file, "%s%s = %" PRId64 "\n", indent, name,
                *(const int64_t *)field);
        break;
    case CONFIG_REAL:
        fprintf(file, "%s%s = %.17g\n", indent, name, *(const double *)field);
        break;
    case CONFIG_SOURCES:
    case CONFIG_NAMES:
        s_write_list(key, config, indent, name, file);
        break;
    }
}

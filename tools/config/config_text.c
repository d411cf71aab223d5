#include "tools/config/config_text.h"

#include "actors/config/keys.h"
#include "proto/base/slice.h"
#include "tools/cli/manual.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COLUMNS 80

static const char s_rules[] =
    "A section starts at the left margin; its settings are indented by 4 "
    "spaces. Quote a value that contains # or that begins or ends with a "
    "blank. Omitted settings have their default. Environment variables "
    "override the file: http.listen is OCTOLOG_HTTP_LISTEN, "
    "github.min-interval-s is OCTOLOG_GITHUB_MIN_INTERVAL_S. Flags override "
    "both. Units of sizes are KiB, MiB and GiB; units of ages are s, min, h "
    "and d. A name ending in -ms is in milliseconds, in -s in seconds. "
    "Switches are yes or no.";

static const char s_endpoints[] =
    "Address of a single socket, for actors on several machines. The sockets "
    "are ingest, feed, log, admin-log, fetcher, beats, supervisor, view-NAME "
    "and admin-NAME. One actor binds each; others connect to it.";

#define SAMPLE "feed = \"tcp://192.0.2.7:7001\""

static const struct {
    const char *what, *command;
} s_commands[] = {
    {"Start with it", "octolog up --config octolog.cfg"},
    {"Check it", "octolog config check octolog.cfg"},
    {"Write one", "octolog config default >octolog.cfg"},
};
#define COMMANDS (sizeof s_commands / sizeof *s_commands)

// Length of the section's name in a key's path; 0: no section.
static size_t s_section(const config_key_t *key)
{
    const char *dot = strchr(key->path, '.');
    return dot ? (size_t)(dot - key->path) : 0;
}

static const char *s_name(const config_key_t *key)
{
    const size_t section = s_section(key);
    return key->path + section + (section > 0);
}

static bool s_begins_section(const config_key_t *key)
{
    const size_t section = s_section(key);
    return section > 0 &&
           (key == config_keys || s_section(key - 1) != section ||
            strncmp(key[-1].path, key->path, section) != 0);
}

static bool s_is_quoted(const config_key_t *key)
{
    return config_keys_is_text(key) || key->type == CONFIG_SOURCES ||
           key->type == CONFIG_NAMES;
}

// Cuts the next value off a default; the values of a list are separated by
// blanks. data is NULL after the last.
static slice_t s_next_value(const config_key_t *key, const char **rest)
{
    const bool list = key->type == CONFIG_SOURCES || key->type == CONFIG_NAMES;
    const char *at = *rest;
    if (!at)
        return slice(NULL, 0);
    const size_t bytes = list ? strcspn(at, " ") : strlen(at);
    *rest = at[bytes] ? at + bytes + 1 : NULL;
    return slice(at, bytes);
}

// Writes a comment of the file, wrapped at COLUMNS.
static void s_write_comment(FILE *out, const char *indent, const char *text)
{
    size_t column = 0;
    while (*text) {
        const size_t bytes = strcspn(text, " ");
        if (column > 0 && column + 1 + bytes > COLUMNS) {
            fputc('\n', out);
            column = 0;
        }
        if (column == 0)
            column = (size_t)fprintf(out, "%s#  ", indent);
        column += (size_t)fprintf(out, " %.*s", (int)bytes, text);
        text += bytes;
        text += *text == ' ';
    }
    fputc('\n', out);
}

static void s_write_values(FILE *out, const char *indent,
                           const config_key_t *key, const char *values)
{
    const char *quote = s_is_quoted(key) ? "\"" : "";
    slice_t value;
    while ((value = s_next_value(key, &values)).data)
        fprintf(out, "%s%s = %s%.*s%s\n", indent, s_name(key), quote,
                (int)value.bytes, value.data, quote);
}

void config_text_write(FILE *out, const char *data_dir)
{
    fputs("#   octolog.cfg - every setting of octolog, with its default.\n#\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "#   %s:%*s%s\n", s_commands[i].what,
                18 - (int)strlen(s_commands[i].what), "",
                s_commands[i].command);
    fputs("#\n", out);
    s_write_comment(out, "", s_rules);
    for (const config_key_t *key = config_keys; key->path; key++) {
        const char *indent = s_section(key) > 0 ? "    " : "";
        const bool is_dir = data_dir && strcmp(key->path, "data.dir") == 0;
        if (s_begins_section(key))
            fprintf(out, "\n%.*s\n", (int)s_section(key), key->path);
        else if (s_section(key) == 0)
            fputc('\n', out);
        if (key->about)
            s_write_comment(out, indent, key->about);
        s_write_values(out, indent, key, is_dir ? data_dir : key->value);
    }
    fputc('\n', out);
    s_write_comment(out, "", s_endpoints);
    fputs("#\n#   endpoint\n#       " SAMPLE "\n", out);
}

// 65536 bytes is "64 KiB", 86400 seconds is "1 d".
static void s_write_number(FILE *out, const config_key_t *key, double number)
{
    static const struct {
        config_type_t type;
        double factor;
        const char *unit;
    } units[] = {{CONFIG_BYTES, 1 << 30, " GiB"},
                 {CONFIG_BYTES, 1 << 20, " MiB"},
                 {CONFIG_BYTES, 1 << 10, " KiB"},
                 {CONFIG_TIME, 86400, " d"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const double count = number / units[i].factor;
        if (units[i].type == key->type && count >= 1 && count == floor(count)) {
            fprintf(out, "%.12g%s", count, units[i].unit);
            return;
        }
    }
    fprintf(out, "%.12g", number);
}

static void s_write_bounds(FILE *out, const config_key_t *key)
{
    if (s_is_quoted(key) || key->max == 0)
        return;
    fputs(".Pq from ", out);
    s_write_number(out, key, key->min);
    fputs(" to ", out);
    s_write_number(out, key, key->max);
    fputc('\n', out);
}

// A key's lines in the man page: defaults, environment variable, bounds.
static void s_write_item(FILE *out, const config_key_t *key)
{
    char variable[CONFIG_KEYS_VARIABLE_MAX];
    const char *values = key->value;
    slice_t value;
    while ((value = s_next_value(key, &values)).data) {
        fputs(".It Cm ", out);
        manual_write_escaped(out, key->path, strlen(key->path));
        fputs(" No = Li \"", out);
        manual_write_escaped(out, value.data, value.bytes);
        fputs("\"\n", out);
    }
    config_keys_variable(key, variable);
    fprintf(out, ".Pq Ev %s\n", variable);
    s_write_bounds(out, key);
}

void config_text_write_manual(FILE *out, const char *date)
{
    fprintf(out,
            ".Dd %s\n.Dt OCTOLOG.CFG 5\n.Os\n.Sh NAME\n.Nm octolog.cfg\n"
            ".Nd settings of octolog\n.Sh DESCRIPTION\n",
            date);
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(out, "%s%s:\n.Dl ", i > 0 ? ".Pp\n" : "", s_commands[i].what);
        manual_write_escaped(out, s_commands[i].command,
                             strlen(s_commands[i].command));
        fputc('\n', out);
    }
    fputs(".Pp\n", out);
    manual_write_text(out, s_rules);
    fputs(".Sh SETTINGS\n.Bl -tag -width Ds\n", out);
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (s_begins_section(key))
            fprintf(out, ".El\n.Ss %.*s\n.Bl -tag -width Ds\n",
                    (int)s_section(key), key->path);
        s_write_item(out, key);
        const char *about = key->about;
        if (key[1].path && !key[1].about)
            continue; // one text for both keys, under the second
        for (const config_key_t *one = key; !about; one--)
            about = one->about;
        fputs(".Pp\n", out);
        manual_write_text(out, about);
    }
    fputs(".El\n.Ss endpoint\n", out);
    manual_write_text(out, s_endpoints);
    fputs(".Bd -literal -offset indent\nendpoint\n    ", out);
    manual_write_escaped(out, SAMPLE, strlen(SAMPLE));
    fputs("\n.Ed\n.Sh SEE ALSO\n.Xr octolog 1\n", out);
}

#include "actors/config/file.h"

#include "actors/config/keys.h"

#include <ctype.h>
#include <czmq.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// zconfig silently cuts lines at 1024 bytes.
#define LINE_MAX_BYTES 1024
#define INDENT         4

// The state of reading one file.
typedef struct {
    const char *file;
    config_file_each_t *each;
    config_report_t *report;
    void *context;
    int *lines;   // the line of each setting, in order; owned
    size_t count; // of lines
    size_t next;  // index of the setting that comes next in the tree
    int mistakes;
} walk_t;

static void s_mistake(walk_t *walk, int line, const char *text)
{
    walk->mistakes++;
    if (walk->report)
        walk->report(walk->context, walk->file, line, text);
}

static bool s_is_name(char c)
{
    // The characters zconfig accepts, except '/', which it takes for a path.
    return isalnum((unsigned char)c) || (c && strchr("$-_@.&+", c));
}

// What is wrong after "name", or NULL. Sets *is_section if there is no value.
static const char *s_value_mistake(const char *at, bool *is_section)
{
    at += strspn(at, " \t\r");
    *is_section = *at == '\0' || *at == '#';
    if (*is_section)
        return NULL;
    if (*at != '=')
        return "\"=\" is missing after the name";
    at++;
    at += strspn(at, " \t\r");
    if (*at != '"' && *at != '\'')
        return NULL;

    const char *end = strchr(at + 1, *at);
    if (!end)
        return "the closing quote is missing";
    end++;
    end += strspn(end, " \t\r");
    return *end && *end != '#' ? "something follows the closing quote" : NULL;
}

// What is wrong with a line, or NULL. *depth is the depth of the last valid
// setting or section before it, and is set to that of this line; *has_setting
// is set to whether the line is more than a comment.
static const char *s_line_mistake(const char *line, int *depth, bool *can_nest,
                                  bool *has_setting)
{
    size_t indent = strspn(line, " ");
    const char *at = line + indent;
    bool is_section;

    *has_setting = false;
    if (strlen(line) >= LINE_MAX_BYTES)
        return "the line is longer than 1023 bytes";
    if (at[strspn(at, " \t\r")] == '\0' || *at == '#')
        return NULL;
    if (*at == '\t')
        return "indented with a tab: use 4 spaces";
    if (indent % INDENT != 0)
        return "not indented by a multiple of 4 spaces";
    if ((int)indent / INDENT > *depth + (*can_nest ? 1 : 0))
        return "indented deeper than the section above it allows";
    if (!s_is_name(*at))
        return "a name is missing at the start";
    while (s_is_name(*at))
        at++;

    const char *mistake = s_value_mistake(at, &is_section);
    if (mistake)
        return mistake;
    *depth = (int)indent / INDENT;
    *can_nest = is_section;
    *has_setting = true;
    return NULL;
}

// Checks every line, records those with settings, and blanks invalid ones.
static int s_check_lines(walk_t *walk, char *text)
{
    int number = 0, depth = 0;
    bool can_nest = false, has_setting;
    char *end;

    for (char *line = text; *line; line = end) {
        number++;
        end = line + strcspn(line, "\n");
        char kept = *end;
        *end = '\0';
        const char *mistake =
            s_line_mistake(line, &depth, &can_nest, &has_setting);
        if (mistake) {
            s_mistake(walk, number, mistake);
            memset(line, ' ', strlen(line));
            *line = '#';
        }
        *end = kept;
        end += kept ? 1 : 0;
        if (!has_setting)
            continue;

        int *more = realloc(walk->lines, (walk->count + 1) * sizeof *more);
        if (!more)
            return -ENOMEM;
        walk->lines = more;
        walk->lines[walk->count++] = number;
    }
    return 0;
}

// Passes on one item of the tree and those below it. zconfig keeps the order of
// the file, so items and lines with settings correspond one to one.
static void s_walk_item(walk_t *walk, zconfig_t *item, const char *prefix)
{
    char path[LINE_MAX_BYTES];
    zconfig_t *child = zconfig_child(item);
    const char *value = zconfig_value(item);
    int line = walk->next < walk->count ? walk->lines[walk->next] : 0;

    walk->next++;
    snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "",
             zconfig_name(item));
    if (!child || (value && *value))
        walk->each(walk->context, line, path, value ? value : "");
    for (; child; child = zconfig_next(child))
        s_walk_item(walk, child, path);
}

// Reads the whole stream into data, NUL-terminated. A NUL byte, which would
// hide the rest, is replaced with a byte that is invalid in names and values.
static int s_fill(FILE *stream, char *data)
{
    size_t bytes = fread(data, 1, CONFIG_FILE_MAX_BYTES + 1, stream);

    if (ferror(stream))
        return errno == EISDIR ? -EISDIR : -EIO;
    if (bytes > CONFIG_FILE_MAX_BYTES)
        return -EFBIG;
    for (size_t i = 0; i < bytes; i++) {
        if (data[i] == '\0')
            data[i] = '\1';
    }
    data[bytes] = '\0';
    return 0;
}

// The whole file; the caller frees it. NULL: *rc has the error.
static char *s_slurp(const char *file, int *rc)
{
    FILE *stream = fopen(file, "re");

    if (!stream) {
        *rc = -errno;
        return NULL;
    }
    char *data = malloc(CONFIG_FILE_MAX_BYTES + 1);
    *rc = data ? s_fill(stream, data) : -ENOMEM;
    fclose(stream);
    if (*rc) {
        free(data);
        data = NULL;
    }
    return data;
}

static int s_read(walk_t *walk, char *text)
{
    int rc = s_check_lines(walk, text);

    if (rc)
        return rc;
    zconfig_t *root = zconfig_str_load(text);
    if (!root) // out of memory: the lines are valid
        return -ENOMEM;
    for (zconfig_t *item = zconfig_child(root); item; item = zconfig_next(item))
        s_walk_item(walk, item, "");
    zconfig_destroy(&root);
    return walk->mistakes ? -EINVAL : 0;
}

int config_file_read(const char *file, config_file_each_t *each,
                     config_report_t *report, void *context)
{
    walk_t walk = {
        .file = file, .each = each, .report = report, .context = context};
    int rc;
    char *text = s_slurp(file, &rc);

    if (!text) {
        char reason[CONFIG_KEYS_REASON_MAX];

        snprintf(reason, sizeof reason, "cannot be read: %s", strerror(-rc));
        s_mistake(&walk, 0, reason);
        return rc;
    }
    rc = s_read(&walk, text);
    free(walk.lines);
    free(text);
    return rc;
}

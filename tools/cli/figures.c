#include "tools/cli/figures.h"

#include "proto/base/utf8.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

const char *figure_count(figure_t *figure, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *at = figure->text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return figure->text;
}

// Two units; the smaller one is left out if it is 0.
static const char *s_two_units(figure_t *figure, uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = 0;
    while (seconds < units[i].seconds && i < 3)
        i++;
    int used = snprintf(figure->text, sizeof figure->text, "%" PRIu64 " %s",
                        seconds / units[i].seconds, units[i].name);
    if (i < 3 && seconds % units[i].seconds / units[i + 1].seconds > 0)
        snprintf(figure->text + used, sizeof figure->text - (size_t)used,
                 " %" PRIu64 " %s",
                 seconds % units[i].seconds / units[i + 1].seconds,
                 units[i + 1].name);
    return figure->text;
}

const char *figure_duration(figure_t *figure, double seconds)
{
    if (seconds < 0.9995)
        snprintf(figure->text, sizeof figure->text, "%.0f ms", seconds * 1000);
    else if (seconds < 59.95)
        snprintf(figure->text, sizeof figure->text, "%.3g s", seconds);
    else if (seconds < 1e15)
        return s_two_units(figure, (uint64_t)(seconds + 0.5));
    else
        snprintf(figure->text, sizeof figure->text, "forever");
    return figure->text;
}

const char *figure_bytes(figure_t *figure, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t i = 0;
    while (bytes >= 1023.95 && i + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        i++;
    }
    snprintf(figure->text, sizeof figure->text, i ? "%.1f %s" : "%.0f %s",
             bytes, units[i]);
    return figure->text;
}

// Length of the character at the start of `text`, which is not empty; 0 for
// control characters and invalid UTF-8, which must not reach a terminal.
static size_t s_character(slice_t text)
{
    const size_t bytes = utf8_bytes(text.data, text.bytes);
    return bytes > 0 && utf8_is_control(text.data) ? 0 : bytes;
}

int figure_print_name(FILE *out, slice_t name, int columns, int fill)
{
    int printed = 0;
    if (name.bytes == 0)
        name = slice_of("-");
    while (name.bytes > 0 && (columns == 0 || printed < columns)) {
        size_t bytes = s_character(name);
        if (bytes == 0)
            fputc('?', out);
        else
            fwrite(name.data, 1, bytes, out);
        bytes += bytes == 0;
        name = slice(name.data + bytes, name.bytes - bytes);
        printed++;
    }
    if (fill && printed < columns)
        printed += fprintf(out, "%*s", columns - printed, "");
    return printed;
}

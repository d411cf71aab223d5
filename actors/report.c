#include "actors/report.h"

#include "proto/time_text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static _Atomic int s_level = REPORT_INFO;

void report_set_level(report_level_t level)
{
    atomic_store(&s_level, (int)level);
}

// Copies text into a quoted logfmt value. Room for the closing quote and the
// line's end is kept, so that a long text is cut off and still a whole line.
static size_t s_quote(char *out, size_t room, const char *text)
{
    size_t used = 0;

    out[used++] = '"';
    for (const char *c = text; *c && used + 6 < room; c++) {
        unsigned char byte = (unsigned char)*c;

        if (byte == '"' || byte == '\\') {
            out[used++] = '\\';
            out[used++] = *c;
        } else if (byte < 0x20 || byte == 0x7f) {
            used += (size_t)snprintf(out + used, room - used, "\\x%02x", byte);
        } else {
            out[used++] = *c;
        }
    }
    out[used++] = '"';
    return used;
}

void report(report_level_t level, const char *actor, const char *format, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    char now[TIME_TEXT_US_BYTES];
    struct timespec clock;

    if ((int)level > atomic_load(&s_level))
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    clock_gettime(CLOCK_REALTIME, &clock);
    time_text_format_us((int64_t)clock.tv_sec * 1000000 + clock.tv_nsec / 1000,
                        now);
    // Cut to milliseconds: "2026-01-01T00:00:00.000" and a Z.
    int used = snprintf(line, sizeof line, "time=%.23sZ level=%s actor=%.64s ",
                        now, names[level], actor);
    used += snprintf(line + used, sizeof line - (size_t)used, "text=");
    size_t bytes = (size_t)used;
    bytes += s_quote(line + bytes, sizeof line - bytes, text);
    line[bytes++] = '\n';

    // Nothing can be done where standard error cannot be written to.
    ssize_t written = write(STDERR_FILENO, line, bytes);
    (void)written;
}

#include "tools/cli/watch.h"

#include "tools/cli/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Switches to the alternate screen without a cursor, and back.
#define S_TAKE "\033[?1049h\033[?25l"
#define S_GIVE "\033[?25h\033[?1049l"

static sigset_t s_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGWINCH);
    return signals;
}

static void s_measure(watch_t *watch)
{
    watch->lines = terminal_lines(STDOUT_FILENO);
    watch->columns = terminal_columns(STDOUT_FILENO);
}

void watch_begin(watch_t *watch)
{
    const sigset_t signals = s_signals();
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    watch->terminal = isatty(STDOUT_FILENO) == 1 && !terminal_is_dumb();
    s_measure(watch);
    if (watch->terminal)
        fputs(S_TAKE, stdout);
}

// The number of bytes of a line that fit into `columns`; colours take none.
static size_t s_cut(const char *line, size_t bytes, int columns)
{
    bool in_colour = false;
    int shown = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (line[i] == '\033')
            in_colour = true;
        else if (in_colour)
            in_colour = line[i] != 'm';
        else if ((line[i] & 0xc0) != 0x80 && shown++ == columns)
            return i;
    }
    return bytes;
}

// Clears each line before writing it: after a line that fills the width, the
// cursor is still on the last character.
static void s_draw_line(const watch_t *watch, const char *line, size_t bytes)
{
    const size_t fit =
        watch->columns > 0 ? s_cut(line, bytes, watch->columns) : bytes;
    fputs("\033[K", stdout);
    fwrite(line, 1, fit, stdout);
    if (fit < bytes)
        fputs("\033[m", stdout); // the end of a colour may be cut off
}

// Overwrites the previous frame instead of clearing it, to avoid flicker.
static void s_draw(const watch_t *watch, const char *frame, size_t bytes)
{
    const char *end = frame + bytes;
    fputs("\033[H", stdout);
    for (int line = 1; frame < end; line++) {
        const char *feed = memchr(frame, '\n', (size_t)(end - frame));
        const char *stop = feed ? feed : end;
        s_draw_line(watch, frame, (size_t)(stop - frame));
        frame = feed ? feed + 1 : end;
        if (line == watch->lines)
            return;
        fputs("\r\n", stdout);
    }
    fputs("\033[J", stdout);
}

bool watch_show(const watch_t *watch, const char *frame, size_t bytes)
{
    if (watch->terminal)
        s_draw(watch, frame, bytes);
    else
        fwrite(frame, 1, bytes, stdout);
    return fflush(stdout) == 0;
}

bool watch_wait(watch_t *watch, int seconds)
{
    const sigset_t signals = s_signals();
    const struct timespec wait = {.tv_sec = seconds};
    const int got = sigtimedwait(&signals, NULL, &wait);
    s_measure(watch);
    return got != SIGINT && got != SIGTERM;
}

void watch_end(watch_t *watch)
{
    if (watch->terminal)
        fputs(S_GIVE, stdout);
    fflush(stdout);
}

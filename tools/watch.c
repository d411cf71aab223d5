#include "tools/watch.h"

#include "tools/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// The alternate screen, without a cursor, and without going on in a next line
// where one ends; and back.
#define S_TAKE "\033[?1049h\033[?25l\033[?7l"
#define S_GIVE "\033[?7h\033[?25h\033[?1049l"

static sigset_t s_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGWINCH);
    return signals;
}

void watch_begin(watch_t *watch)
{
    const sigset_t signals = s_signals();
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    watch->terminal = isatty(STDOUT_FILENO) == 1;
    watch->lines = terminal_lines(STDOUT_FILENO);
    if (watch->terminal)
        fputs(S_TAKE, stdout);
}

// Over what was there: no blink.
static void s_draw(const watch_t *watch, const char *frame, size_t bytes)
{
    const char *end = frame + bytes;
    fputs("\033[H", stdout);
    for (int line = 1; frame < end; line++) {
        const char *feed = memchr(frame, '\n', (size_t)(end - frame));
        const char *stop = feed ? feed : end;
        fwrite(frame, 1, (size_t)(stop - frame), stdout);
        fputs("\033[K", stdout);
        frame = feed ? feed + 1 : end;
        if (line == watch->lines || frame == end)
            break;
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
    watch->lines = terminal_lines(STDOUT_FILENO);
    return got != SIGINT && got != SIGTERM;
}

void watch_end(watch_t *watch)
{
    if (watch->terminal)
        fputs(S_GIVE, stdout);
    fflush(stdout);
}

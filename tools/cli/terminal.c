#include "tools/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") == 0;
}

bool terminal_is_plain(void)
{
    const char *no_color = getenv("NO_COLOR");
    return (no_color && *no_color) || terminal_is_dumb();
}

bool terminal_wants_colour(int fd, const char *when)
{
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return isatty(fd) && !terminal_is_plain();
}

static struct winsize s_size(int fd)
{
    struct winsize size = {0};
    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
        return (struct winsize){0};
    return size;
}

int terminal_columns(int fd)
{
    return s_size(fd).ws_col;
}

int terminal_lines(int fd)
{
    return s_size(fd).ws_row;
}

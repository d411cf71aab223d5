// watch - shows something again and again, in place, until it is interrupted.
//
// On a terminal it takes the alternate screen, leaves it as it was, and draws
// anew when its size changes; elsewhere, and where TERM is dumb, each frame
// follows the one before.
//
// Threads   Main only: it takes SIGINT, SIGTERM and SIGWINCH.

#ifndef OCTOLOG_TOOLS_CLI_WATCH_H
#define OCTOLOG_TOOLS_CLI_WATCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool terminal; // of standard output
    int lines;     // of the terminal; 0: not known
    int columns;   // the same
} watch_t;

// Takes the screen and the signals.
void watch_begin(watch_t *watch);

// Shows one frame, of whole lines; what does not fit the screen is cut. false:
// nobody reads it any more.
bool watch_show(const watch_t *watch, const char *frame, size_t bytes);

// Waits for the next one to be due. false: it was interrupted.
bool watch_wait(watch_t *watch, int seconds);

// Gives the screen back.
void watch_end(watch_t *watch);

#endif

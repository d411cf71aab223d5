// watch - redraws a screen in place until interrupted.
//
// On a terminal, uses the alternate screen, redraws when the size changes, and
// restores the screen at the end. Otherwise, and if TERM is dumb, prints one
// frame after the other.
//
// Threads   Main only: handles SIGINT, SIGTERM and SIGWINCH.

#ifndef OCTOLOG_TOOLS_CLI_WATCH_H
#define OCTOLOG_TOOLS_CLI_WATCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool terminal; // standard output is one
    int lines;     // of the terminal; 0: unknown
    int columns;   // the same
} watch_t;

// Takes over the screen and the signals.
void watch_begin(watch_t *watch);

// Shows one frame of whole lines, cut to the screen. false: standard output is
// closed.
bool watch_show(const watch_t *watch, const char *frame, size_t bytes);

// Waits until the next frame is due. false: interrupted.
bool watch_wait(watch_t *watch, int seconds);

// Restores the screen.
void watch_end(watch_t *watch);

#endif

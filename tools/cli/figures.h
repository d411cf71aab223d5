// figures - numbers, durations and amounts as people read them.
//
// Memory    Each figure is written into the caller's text, which it returns.
// Threads   Any. Pure, but for the stream that is printed to.

#ifndef OCTOLOG_TOOLS_CLI_FIGURES_H
#define OCTOLOG_TOOLS_CLI_FIGURES_H

#include "proto/base/slice.h"

#include <stdint.h>
#include <stdio.h>

#define FIGURES_MAX 32

typedef struct {
    char text[FIGURES_MAX];
} figure_t;

// "1,234,567".
const char *figure_count(figure_t *figure, uint64_t count);

// "350 ms", "12.5 s", "4 min 10 s", "3 h 12 min", "5 d 2 h".
const char *figure_duration(figure_t *figure, double seconds);

// "812 B", "1.5 MiB".
const char *figure_bytes(figure_t *figure, double bytes);

// Prints a name that may come from anywhere: at most `columns` characters of
// it (0: all), each control character as "?". With `fill`, blanks up to
// `columns`. An empty name is "-". Returns the characters printed.
int figure_print_name(FILE *out, slice_t name, int columns, int fill);

#endif

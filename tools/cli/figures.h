// figures - formats numbers, durations and sizes for people.
//
// Memory    Each function writes into the caller's figure_t and returns its
//           text.
// Threads   Any. Pure except for the stream.

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

// Prints an untrusted name: at most `columns` characters of it (0: all),
// control characters as "?". fill: pads with blanks to `columns`. An empty name
// is "-". Returns the number of characters printed.
int figure_print_name(FILE *out, slice_t name, int columns, int fill);

#endif

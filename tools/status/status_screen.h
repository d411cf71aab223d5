// status_screen - the health of an octolog on one screen.
//
// Shows the document that `octolog status --json` prints, in lines of fewer
// than 80 columns but for addresses and errors. Members that are missing show
// as unknown.
//
// Threads   Any. Pure, but for the stream.

#ifndef OCTOLOG_TOOLS_STATUS_STATUS_SCREEN_H
#define OCTOLOG_TOOLS_STATUS_STATUS_SCREEN_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// now: seconds since 1970, to tell ages by.
void status_screen_print(FILE *out, const cJSON *document, int64_t now,
                         bool colour);

#endif

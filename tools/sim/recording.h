// recording - recorded events, read from a file.
//
// The file contains events (NDJSON or concatenated JSON), or polls: one JSON
// array per line, each the response to one poll of a feed. Either may be
// gzipped.
//
// Errors    0 or a negative errno, with one line of explanation.
// Memory    The whole file is in memory; recordings are limited to
//           RECORDING_MAX_BYTES of text.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_RECORDING_H
#define OCTOLOG_TOOLS_SIM_RECORDING_H

#include "tools/sim/sim_event.h"

#define RECORDING_MAX_BYTES ((size_t)1024 * 1024 * 1024)
#define RECORDING_ERROR_MAX 512

typedef struct {
    sim_event_t **events;
    size_t count;
    size_t capacity;
} recording_list_t;

typedef struct {
    recording_list_t all;    // owns the events, in the order of the file
    recording_list_t *polls; // one list per line; NULL: a plain sequence
    size_t poll_count;
} recording_t; // zeroed: empty

// Reads the whole file. On failure `error` says what is wrong and in which
// line: -ENOENT, -EACCES, -EBADMSG (not events), -EFBIG, -EIO, -ENOMEM.
int recording_load(recording_t *recording, const char *path,
                   char error[RECORDING_ERROR_MAX]);

void recording_free(recording_t *recording);

// -ENOMEM.
int recording_list_insert(recording_list_t *list, size_t at,
                          sim_event_t *event);

#endif

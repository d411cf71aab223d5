// local_answers - what the actors would answer, out of a data directory.
//
// For a command that works where no octolog runs, or that asks for an earlier
// moment: takes the part of the aggregators and of the journal's statistics in
// api/ask/ask.h. A view is opened beside whoever may write it; at an earlier
// moment, or where there is none yet, it is folded from the log, into a folder
// in $TMPDIR that is removed.
//
// Errors    0 or a negative errno, with one line in *reason.
// Memory    A view: view.cache-bytes, and while it is folded
//           view.pending-bytes.
// Threads   One.

#ifndef OCTOLOG_TOOLS_QUERY_LOCAL_ANSWERS_H
#define OCTOLOG_TOOLS_QUERY_LOCAL_ANSWERS_H

#include "actors/config/config.h"
#include "api/ask/ask.h"

#include <stdbool.h>
#include <stdint.h>

#define LOCAL_ANSWERS_REASON_MAX 512

typedef struct local_answers local_answers_t;

// The moment asked for; a zeroed one is now.
typedef struct {
    bool given;
    bool is_time;
    uint64_t position; // seconds since 1970: what was journaled before; or an
                       // offset: what lies before
} local_moment_t;

// Opens the log. `config` is borrowed for the object's life. -ENOENT: there is
// no log. -ERANGE: the moment is after the end of the log, or before what is
// kept of it.
int local_answers_new(local_answers_t **answers, const config_t *config,
                      const local_moment_t *moment,
                      char reason[LOCAL_ANSWERS_REASON_MAX]);
void local_answers_destroy(local_answers_t **answers);

// An ask_answerer_t on a local_answers_t: "view-NAME", and "log" for its
// statistics, with what the seals of the views are found to hold. The answer's
// slices are the object's, until the next call.
int local_answers_ask(void *answers, const char *endpoint,
                      const message_t *question, message_t *answer,
                      const char **reason);

#endif

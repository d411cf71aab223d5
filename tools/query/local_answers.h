// local_answers - answers in place of the actors, from a data directory.
//
// For commands that work without a running octolog or ask for an earlier
// moment: stands in for the aggregators and the journal's statistics in
// api/ask/ask.h. A view is opened read-only, even while another process writes
// it. For an earlier moment, or if the view does not exist yet, it is folded
// from the log into a folder in $TMPDIR, which is removed afterwards.
//
// Errors    0 or a negative errno, with one line in *reason.
// Memory    Per view: view.cache-bytes, plus view.pending-bytes while it is
//           folded.
// Threads   One.

#ifndef OCTOLOG_TOOLS_QUERY_LOCAL_ANSWERS_H
#define OCTOLOG_TOOLS_QUERY_LOCAL_ANSWERS_H

#include "actors/config/config.h"
#include "api/ask/ask.h"
#include "proto/base/failure.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct local_answers local_answers_t;

// The moment asked for; zeroed: now.
typedef struct {
    bool given;
    bool is_time;
    uint64_t position; // seconds since 1970, or an offset: events journaled
                       // before it count
} local_moment_t;

// Opens the log. `config` is borrowed for the lifetime of the object. -ENOENT:
// there is no log. -ERANGE: the moment is after the end of the log or before
// its start.
int local_answers_new(local_answers_t **answers, const config_t *config,
                      const local_moment_t *moment, failure_t *failure);
void local_answers_destroy(local_answers_t **answers);

// An ask_answerer_t on a local_answers_t: answers "view-NAME", and "log" for
// its statistics, including the offsets of the views' snapshots. The answer's
// slices belong to the object and are valid until the next call.
int local_answers_ask(void *answers, const char *endpoint,
                      const message_t *question, message_t *answer,
                      const char **reason);

#endif

// unknown_names - the unknown names in the log: names of types and actions that
// have no code (proto/event/event.h). Limits their number.
//
// Views keep a count of each name for ever, so a producer that kept inventing
// names would make them grow without limit. GitHub has added a few dozen in
// fifteen years. Beyond UNKNOWN_NAMES_MAX, an event with a new name becomes a
// dead letter.
//
// The log has a cursor for each name, "strange:K" and the 32 hex digits of the
// XXH3-128 of the name, where K is t for a type and a for an action; its value
// is the name. It is committed with the first event that has the name.
//
// Errors    0 or a negative errno: the log's, or -ENOMEM. After an error of
//           unknown_names_admit() the log accepts no more, and the object can
//           only be freed.
// Threads   One: the log's writer.

#ifndef OCTOLOG_ACTORS_JOURNAL_UNKNOWN_NAMES_H
#define OCTOLOG_ACTORS_JOURNAL_UNKNOWN_NAMES_H

#include "log/event_log.h"
#include "proto/base/failure.h"
#include "proto/base/key_set.h"
#include "proto/batch/batch.h"

#define UNKNOWN_NAMES_MAX 1000

typedef struct {
    event_log_t *log; // borrowed
    key_set_t known;  // committed or staged
} unknown_names_t;

// Loads the names in the log, which must outlive the object. A zeroed object
// may be freed too.
int unknown_names_load(unknown_names_t *names, event_log_t *log,
                       failure_t *failure);
void unknown_names_free(unknown_names_t *names);

// Adds the names of event i and stages those that are new. 1: it has one too
// many, and nothing was staged.
int unknown_names_admit(unknown_names_t *names, const batch_t *batch,
                        uint32_t i, failure_t *failure);

#endif

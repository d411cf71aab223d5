// strange_names - the names of types and actions without a code
// (proto/event/event.h) that the log has, and a bound of how many there may be.
//
// Views keep a count of each name for ever, so that whoever could send ever
// new ones would let them grow without end. GitHub has added some dozens in
// fifteen years: past STRANGE_NAMES_MAX an event with yet another name is a
// dead letter.
//
// Known to the log: a cursor for each, "strange:K" and the 32 hex digits of the
// XXH3-128 of the name, where K is t for a type and a for an action; its value
// is the name. It commits with the first event that has it.
//
// Errors    0 or a negative errno: the log's, -ENOMEM. After one of
//           strange_names_admit() the log takes no more, and what it keeps
//           here is of no use.
// Threads   One: the log's writer.

#ifndef OCTOLOG_ACTORS_JOURNAL_UNKNOWN_NAMES_H
#define OCTOLOG_ACTORS_JOURNAL_UNKNOWN_NAMES_H

#include "log/event_log.h"
#include "proto/base/key_set.h"
#include "proto/batch/batch.h"

#define STRANGE_NAMES_MAX 1000

typedef struct {
    event_log_t *log; // borrowed
    key_set_t known;  // committed or staged
} strange_names_t;

// Loads those that the log has. The log must outlive it. A zeroed one may be
// freed, too.
int strange_names_load(strange_names_t *names, event_log_t *log);
void strange_names_free(strange_names_t *names);

// Takes in the names of event i, staging those that are new. 1: it has one too
// many, and nothing was staged.
int strange_names_admit(strange_names_t *names, const batch_t *batch,
                        uint32_t i);

#endif

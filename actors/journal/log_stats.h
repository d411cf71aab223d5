// log_stats - makes the LOG_STATS message of a log, for the process that has it
// open: the journal, or a tool when octolog is not running. Pure.
//
// Memory    The message borrows `sealed`.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_JOURNAL_LOG_STATS_H
#define OCTOLOG_ACTORS_JOURNAL_LOG_STATS_H

#include "actors/config/config.h"
#include "log/event_log.h"
#include "proto/message.h"

// keep: the first offset that retention keeps. sealed: a list of SEALED, one
// per configured view.
message_t log_stats_message(const event_log_stats_t *log,
                            const config_t *config, uint64_t keep,
                            slice_t sealed);

#endif

// log_stats - what LOG_STATS says of a log, whoever has it open: the journal
// when octolog runs, a tool when it does not. Pure.
//
// Memory    The message borrows `sealed`.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_JOURNAL_LOG_STATS_H
#define OCTOLOG_ACTORS_JOURNAL_LOG_STATS_H

#include "actors/config/config.h"
#include "log/event_log.h"
#include "proto/message.h"

// keep: the first offset that retention keeps. sealed: a list of SEALED, one a
// configured view.
message_t log_stats_message(const event_log_stats_t *log,
                            const config_t *config, uint64_t keep,
                            slice_t sealed);

#endif

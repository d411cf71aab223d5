#include "actors/journal/log_stats.h"

message_t log_stats_message(const event_log_stats_t *log,
                            const config_t *config, uint64_t keep,
                            slice_t sealed)
{
    return (message_t){.kind = MESSAGE_LOG_STATS,
                       .log_stats = {
                           .first = log->first,
                           .end = log->end,
                           .events = log->end - log->first,
                           .bytes = log->bytes,
                           .duplicates = log->duplicates,
                           .rejects = log->rejects,
                           .rejected = log->rejected,
                           .oldest_created_at = log->oldest_created_at,
                           .newest_created_at = log->newest_created_at,
                           .first_journaled_at_us = log->first_journaled_at_us,
                           .last_journaled_at_us = log->last_journaled_at_us,
                           .dropped_created_at = log->dropped_created_at,
                           .retention_age_s = config->retention_age_s,
                           .retention_bytes = config->retention_bytes,
                           .reject_bytes = config->reject_bytes,
                           .dedupe_margin_s = config->dedupe_margin_s,
                           .keep = keep,
                           .sealed = sealed,
                       }};
}

#include "actors/journal/retention.h"

// How often it checks what may be dropped.
#define INTERVAL_MS 1000
// At least this fraction (1/STEPS) of the log is dropped at a time.
#define STEPS 64
// Keys of the log checked in one sweep: takes some milliseconds.
#define SWEEP_KEYS 16384

#define US_PER_S INT64_C(1000000)

void retention_begin(retention_t *self, const config_t *config,
                     event_log_t *log, int64_t now_us, int64_t now_ms)
{
    *self = (retention_t){
        .config = config,
        .log = log,
        .began_us = now_us,
        .began_ms = now_ms,
        .keep = event_log_first(log),
    };
}

uint64_t retention_plan(uint64_t keep, uint64_t first, uint64_t end,
                        uint64_t wanted)
{
    if (keep < first)
        keep = first;
    if (wanted <= keep || wanted - keep < (end - first) / STEPS)
        return keep;
    return wanted;
}

// The first offset to keep according to the settings.
static int s_find_wanted(const retention_t *self, int64_t now_us,
                         uint64_t *wanted, failure_t *failure)
{
    const config_t *config = self->config;
    uint64_t aged = 0, sized = 0;
    int rc = 0;
    if (config->retention_age_s > 0)
        rc = event_log_seek_journaled(
            self->log, now_us - config->retention_age_s * US_PER_S, &aged,
            failure);
    if (rc == 0 && config->retention_bytes > 0)
        rc = event_log_seek_bytes(self->log, config->retention_bytes, &sized,
                                  failure);
    *wanted = aged > sized ? aged : sized;
    return rc;
}

static int s_drop_letters(retention_t *self, int64_t now_us, failure_t *failure)
{
    const config_t *config = self->config;
    const int64_t until_us = config->retention_age_s > 0
                                 ? now_us - config->retention_age_s * US_PER_S
                                 : EVENT_LOG_NO_TIME;
    int more = event_log_trim_rejects(
        self->log, config->reject_bytes ? config->reject_bytes : UINT64_MAX,
        until_us, failure);
    self->letters = more > 0;
    return more < 0 ? more : 0;
}

int retention_work(retention_t *self, int64_t now_ms, uint64_t sealed,
                   failure_t *failure)
{
    const int64_t now_us = self->began_us + (now_ms - self->began_ms) * 1000;
    const int64_t margin_us = self->config->dedupe_margin_s * US_PER_S;
    uint64_t wanted;
    int rc = 0;
    if (now_ms >= self->due_ms) {
        self->due_ms = now_ms + INTERVAL_MS;
        self->letters = true;
        rc = s_find_wanted(self, now_us, &wanted, failure);
        if (rc == 0) {
            self->keep = retention_plan(self->keep, event_log_first(self->log),
                                        event_log_end(self->log), wanted);
            rc = event_log_trim(self->log,
                                sealed < self->keep ? sealed : self->keep,
                                now_us, margin_us, failure);
        }
    }
    if (rc == 0)
        rc = event_log_sweep(self->log, SWEEP_KEYS, failure);
    if (rc >= 0 && self->letters)
        rc = s_drop_letters(self, now_us, failure);
    return rc < 0 ? rc : 0;
}

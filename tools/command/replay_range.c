#include "tools/command/replay_range.h"

#include "log/log_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

const replay_range_t replay_range_all = {0, UINT64_MAX, 0, UINT64_MAX};

bool replay_range_is_all(const replay_range_t *range)
{
    return replay_range_is_prefix(range) && range->until == UINT64_MAX;
}

bool replay_range_is_prefix(const replay_range_t *range)
{
    return range->from == 0 && range->time_from == 0 &&
           range->time_until == UINT64_MAX;
}

bool replay_range_is_kept(const replay_range_t *range, event_log_t *log)
{
    event_log_stats_t stats;
    return range->from >= event_log_first(log) ||
           (event_log_stats(log, &stats) == 0 &&
            range->time_from > stats.dropped_created_at);
}

typedef struct {
    const replay_range_t *range;
    replay_each_t *each;
    void *context;
    command_progress_t *progress;
    uint64_t start; // of the walk
    uint64_t end;
    failure_t *failure;
} walk_t;

static bool s_is_in_time(const replay_range_t *range, uint64_t created_at)
{
    return created_at >= range->time_from && created_at < range->time_until;
}

// Calls `each` for the runs of events in [from, until) that are in time.
static int s_take_runs(const walk_t *walk, const batch_t *batch, uint32_t from,
                       uint32_t until)
{
    uint32_t begun = from;
    int rc = 0;
    for (uint32_t i = from; i < until && rc == 0; i++) {
        if (s_is_in_time(walk->range, batch_created_at(batch, i)))
            continue;
        if (begun < i)
            rc = walk->each(walk->context, batch, begun, i);
        begun = i + 1;
    }
    if (rc == 0 && begun < until)
        rc = walk->each(walk->context, batch, begun, until);
    return rc;
}

static int s_take_batch(const walk_t *walk, const batch_t *batch)
{
    const replay_range_t *range = walk->range;
    uint32_t from = range->from > batch->offset
                        ? (uint32_t)(range->from - batch->offset)
                        : 0;
    uint32_t until = range->until - batch->offset < batch->count
                         ? (uint32_t)(range->until - batch->offset)
                         : batch->count;
    if (from >= until || batch->created_max < range->time_from ||
        batch->created_min >= range->time_until)
        return 0;
    if (s_is_in_time(range, batch->created_min) &&
        s_is_in_time(range, batch->created_max))
        return walk->each(walk->context, batch, from, until);
    return s_take_runs(walk, batch, from, until);
}

static int s_walk(const walk_t *walk, log_reader_t *reader)
{
    log_record_t record;
    int rc = log_reader_seek(reader, walk->start);
    while (rc == 0 && (rc = log_reader_next(reader, &record)) == 1) {
        batch_t batch;
        const char *why;
        if (record.first >= walk->end)
            return 0;
        rc = batch_open(&batch, record.head, &why);
        if (rc != 0) {
            return failure_set(walk->failure, -EUCLEAN,
                               "the batch at offset %" PRIu64 " of the log: %s",
                               record.first, why);
        }
        rc = s_take_batch(walk, &batch);
        if (rc != 0)
            return rc;
        if (walk->progress)
            command_progress(walk->progress,
                             record.first + record.count - walk->start,
                             walk->end - walk->start);
    }
    return rc < 0
               ? failure_set(walk->failure, rc, "%s", log_reader_reason(reader))
               : 0;
}

// The first offset that can be in the range.
static int s_find_start(event_log_t *log, const replay_range_t *range,
                        uint64_t *start, failure_t *failure)
{
    *start =
        range->from > event_log_first(log) ? range->from : event_log_first(log);
    if (range->time_from == 0)
        return 0;
    uint64_t offset = event_log_end(log);
    if (range->time_from <= UINT32_MAX) {
        int rc = event_log_seek_created(log, (uint32_t)range->time_from,
                                        &offset, failure);
        if (rc != 0)
            return rc;
    }
    if (offset > *start)
        *start = offset;
    return 0;
}

int replay_range_walk(event_log_t *log, const replay_range_t *range,
                      replay_each_t *each, void *context,
                      command_progress_t *progress, failure_t *failure)
{
    walk_t walk = {range,  each, context, progress, 0, event_log_end(log),
                   failure};
    if (range->until < walk.end)
        walk.end = range->until;
    int rc = s_find_start(log, range, &walk.start, failure);
    if (rc != 0)
        return failure_explain(failure, rc);
    if (walk.start >= walk.end)
        return 0;
    log_reader_t *reader;
    rc = log_reader_new(&reader, log, false);
    if (rc != 0)
        return failure_explain(failure, rc);
    rc = s_walk(&walk, reader);
    log_reader_destroy(&reader);
    return rc ? failure_explain(failure, rc) : 0;
}

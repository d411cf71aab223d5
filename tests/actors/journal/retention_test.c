// When retention acts, by a clock of the test's.
#include "actors/journal/retention.h"
#include "log/folder.h"
#include "tests/actors/spine_fixture.h"

// An empty log, and what retention is told of it.
typedef struct {
    char path[64];
    event_log_t *log;
    config_t *config;
    retention_t retention;
    int64_t now_ms;
} bench_t;

static void s_open(bench_t *bench)
{
    failure_t failure = {0};
    *bench =
        (bench_t){.path = "/tmp/octolog-keep-XXXXXX", .config = config_new()};
    cr_assert(mkdtemp(bench->path) != NULL);
    cr_assert(eq(int,
                 event_log_open(&bench->log, bench->path, EVENT_LOG_WRITE, NULL,
                                &failure),
                 0),
              "%s", failure.reason);
    retention_begin(&bench->retention, bench->config, bench->log, 0, 0);
}

static void s_close(bench_t *bench)
{
    event_log_close(&bench->log);
    config_destroy(&bench->config);
    cr_assert_eq(folder_remove(bench->path), 0);
}

// One batch of one event, journaled in this second.
static void s_append(bench_t *bench, int64_t second)
{
    const uint64_t offset = event_log_end(bench->log);
    event_key_t key = {.size = 8};
    memcpy(key.bytes, &offset, sizeof offset);
    const event_log_batch_t batch = {
        .first = offset,
        .count = 1,
        .head = {"head", 4},
        .payload = {"payload", 7},
        .keys = &key,
        .journaled_at_us = second * 1000000,
    };
    cr_assert(eq(int, event_log_stage(bench->log, &batch, NULL), 0));
    cr_assert(eq(int, event_log_commit(bench->log, NULL), 0));
}

// The first offset kept, `second` seconds after the beginning.
static uint64_t s_work(bench_t *bench, int64_t second, uint64_t sealed)
{
    cr_assert(eq(int,
                 retention_work(&bench->retention, second * 1000, sealed, NULL),
                 0));
    return event_log_first(bench->log);
}

Test(retention, keeps_all_unless_it_is_told_to_drop)
{
    bench_t bench;
    s_open(&bench);
    for (int i = 0; i < 100; i++)
        s_append(&bench, i);
    cr_assert(eq(u64, s_work(&bench, 1000000, UINT64_MAX), 0));
    cr_assert(eq(u64, bench.retention.keep, 0));
    s_close(&bench);
}

Test(retention, drops_by_age_what_is_sealed)
{
    bench_t bench;
    s_open(&bench);
    bench.config->retention_age_s = 60;
    for (int i = 0; i < 100; i++)
        s_append(&bench, i);
    cr_assert(eq(u64, s_work(&bench, 100, 0), 0));
    cr_assert(eq(u64, bench.retention.keep, 40));
    cr_assert(eq(u64, s_work(&bench, 102, 30), 30));
    cr_assert(eq(u64, s_work(&bench, 104, 99), 44));
    // The newest batch stays, however old.
    cr_assert(eq(u64, s_work(&bench, 100000, UINT64_MAX), 99));
    s_close(&bench);
}

Test(retention, looks_once_a_second)
{
    bench_t bench;
    s_open(&bench);
    bench.config->retention_age_s = 1;
    s_append(&bench, 0);
    s_append(&bench, 0);
    s_append(&bench, 5);
    cr_assert(
        eq(int, retention_work(&bench.retention, 500, UINT64_MAX, NULL), 0));
    cr_assert(
        eq(int, retention_work(&bench.retention, 1499, UINT64_MAX, NULL), 0));
    cr_assert(eq(u64, event_log_first(bench.log), 0));
    cr_assert(
        eq(int, retention_work(&bench.retention, 1500, UINT64_MAX, NULL), 0));
    cr_assert(eq(u64, event_log_first(bench.log), 2));
    s_close(&bench);
}

Test(retention, moves_in_steps_that_are_worth_it)
{
    cr_assert(eq(u64, retention_plan(0, 0, 6400, 99), 0));
    cr_assert(eq(u64, retention_plan(0, 0, 6400, 100), 100));
    cr_assert(eq(u64, retention_plan(100, 50, 6450, 150), 100));
    cr_assert(eq(u64, retention_plan(100, 100, 6500, 200), 200));
    // It never goes back, and never before the log.
    cr_assert(eq(u64, retention_plan(100, 50, 60, 0), 100));
    cr_assert(eq(u64, retention_plan(0, 50, 60, 0), 50));
    cr_assert(eq(u64, retention_plan(0, 0, 0, 0), 0));
}

// Keeps a dead letter received in this second.
static void s_keep_letter(bench_t *bench, int64_t second)
{
    bool kept = false;
    const event_log_reject_t letter = {
        .received_at_us = second * 1000000,
        .reason = {"torn", 4},
        .raw = slice(&second, sizeof second),
    };
    cr_assert(
        eq(int, event_log_stage_reject(bench->log, &letter, &kept, NULL), 0));
    cr_assert(kept);
    cr_assert(eq(int, event_log_commit(bench->log, NULL), 0));
}

Test(retention, dead_letters_go_by_the_same_age)
{
    bench_t bench;
    event_log_stats_t stats;
    s_open(&bench);
    for (int i = 0; i < 100; i++)
        s_keep_letter(&bench, i);
    s_work(&bench, 100, 0);
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.rejects, 100));
    bench.config->retention_age_s = 60;
    s_work(&bench, 110, 0);
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.rejects, 50));
    cr_assert(eq(u64, stats.rejected, 100));
    s_close(&bench);
}

Test(retention, dead_letters_are_bounded_by_their_size)
{
    bench_t bench;
    event_log_stats_t stats;
    s_open(&bench);
    for (int i = 0; i < 100; i++)
        s_keep_letter(&bench, i);
    cr_assert(eq(int, event_log_settle(bench.log, NULL), 0));
    bench.config->reject_bytes = 1;
    s_work(&bench, 1, 0);
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.rejects, 1));
    s_close(&bench);
}

// The promises of event_log.h about writing and look-ups.

#include "tests/log/log_test.h"

#include <errno.h>
#include <pthread.h>

static folder_t s_folder;
static event_log_t *s_log;

static void s_open(void)
{
    s_folder = new_folder();
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
}

static void s_close(void)
{
    event_log_close(&s_log);
    cr_assert_null(s_log);
    event_log_close(&s_log);
    remove_folder(&s_folder);
}

static void s_reopen(void)
{
    event_log_close(&s_log);
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
}

TestSuite(event_log, .init = s_open, .fini = s_close);

Test(event_log, a_new_log_is_empty)
{
    event_log_stats_t stats;
    cr_assert_eq(event_log_first(s_log), 0);
    cr_assert_eq(event_log_end(s_log), 0);
    cr_assert_eq(event_log_staged_end(s_log), 0);
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_eq(stats.end, 0);
    cr_assert_eq(stats.oldest_created_at, 0);
    cr_assert_eq(stats.first_journaled_at_us, 0);
    assert_sound(s_log);
}

Test(event_log, staged_is_not_visible_before_commit)
{
    event_key_t key = pattern_key(0);
    uint64_t offset;
    char value[8];
    bool kept;
    event_log_reject_t letter = {.raw = slice_of("{")};
    stage_pattern(s_log, 5);
    cr_assert_eq(
        event_log_stage_cursor(s_log, slice_of("c"), slice_of("1"), NULL), 0);
    cr_assert_eq(event_log_stage_reject(s_log, &letter, &kept, NULL), 0);
    cr_assert_eq(event_log_staged_end(s_log), 5);
    cr_assert_eq(event_log_end(s_log), 0);
    cr_assert_eq(check_patterns(s_log), 0);
    cr_assert_eq(event_log_cursor(s_log, slice_of("c"), value, 8, NULL),
                 -ENOENT);
    cr_assert_eq(
        event_log_find(s_log, slice(key.bytes, 8), 12, &offset, 1, NULL), 0);
    commit(s_log);
    cr_assert_eq(event_log_end(s_log), 5);
    cr_assert_eq(check_patterns(s_log), 5);
    cr_assert_eq(event_log_cursor(s_log, slice_of("c"), value, 8, NULL), 1);
    cr_assert_eq(
        event_log_find(s_log, slice(key.bytes, 8), 12, &offset, 1, NULL), 1);
}

Test(event_log, rollback_forgets_everything_staged)
{
    event_key_t key = pattern_key(0);
    bool seen = true, kept = false;
    event_log_reject_t letter = {.raw = slice_of("{")};
    stage_pattern(s_log, 3);
    event_log_stage_cursor(s_log, slice_of("c"), slice_of("1"), NULL);
    event_log_stage_reject(s_log, &letter, &kept, NULL);
    event_log_rollback(s_log);
    cr_assert_eq(event_log_staged_end(s_log), 0);
    cr_assert_eq(event_log_seen(s_log, &key, 1, &seen, NULL), 0);
    cr_assert_not(seen);
    commit(s_log);
    cr_assert_eq(event_log_end(s_log), 0);
    cr_assert_eq(event_log_stage_reject(s_log, &letter, &kept, NULL), 0);
    cr_assert(kept, "it was not forgotten");
}

Test(event_log, duplicates_are_seen_in_the_batch_the_group_and_the_past)
{
    event_key_t keys[] = {pattern_key(0), pattern_key(1), pattern_key(2),
                          pattern_key(9), pattern_key(9)};
    const bool expected[] = {true, true, true, false, true};
    bool seen[5];
    stage_pattern(s_log, 2);
    commit(s_log);
    stage_pattern(s_log, 1);
    cr_assert_eq(event_log_seen(s_log, keys, 5, seen, NULL), 0);
    cr_assert_arr_eq(seen, expected, sizeof expected);
    commit(s_log);
    s_reopen();
    cr_assert_eq(event_log_seen(s_log, keys, 5, seen, NULL), 0);
    cr_assert_arr_eq(seen, expected, sizeof expected);
}

Test(event_log, thousands_of_keys_are_looked_up_at_once)
{
    enum { KEYS = 3000 };
    event_key_t *keys = calloc(KEYS, sizeof *keys);
    bool *seen = calloc(KEYS, sizeof *seen);
    append_patterns(s_log, 50);
    uint64_t end = event_log_end(s_log);
    for (uint32_t i = 0; i < KEYS; i++)
        keys[i] = pattern_key(i);
    cr_assert_eq(event_log_seen(s_log, keys, KEYS, seen, NULL), 0);
    for (uint32_t i = 0; i < KEYS; i++)
        cr_assert_eq(seen[i], i < end, "key %u", i);
    free(keys);
    free(seen);
}

Test(event_log, keys_that_differ_in_length_alone_are_different)
{
    event_key_t keys[2] = {{.size = 4}, {.size = 5}};
    bool seen[2];
    pattern_t pattern;
    pattern_make(&pattern, 0, 1);
    pattern.keys[0] = keys[0];
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
    cr_assert_eq(event_log_seen(s_log, keys, 2, seen, NULL), 0);
    cr_assert(seen[0] && !seen[1]);
    commit(s_log);
    cr_assert_eq(event_log_seen(s_log, keys, 2, seen, NULL), 0);
    cr_assert(seen[0] && !seen[1]);
}

Test(event_log, cursors_commit_with_the_batch)
{
    char value[16] = "";
    stage_pattern(s_log, 1);
    event_log_stage_cursor(s_log, slice_of("source:x"), slice_of("etag-1"),
                           NULL);
    commit(s_log);
    stage_pattern(s_log, 1);
    event_log_stage_cursor(s_log, slice_of("source:x"), slice_of("etag-2"),
                           NULL);
    s_reopen(); // with the second batch not committed
    cr_assert_eq(event_log_end(s_log), 1);
    cr_assert_eq(event_log_cursor(s_log, slice_of("source:x"), value, 16, NULL),
                 6);
    cr_assert_arr_eq(value, "etag-1", 6);
    cr_assert_eq(event_log_cursor(s_log, slice_of("source:x"), value, 5, NULL),
                 -ENOBUFS);
    event_log_stage_cursor(s_log, slice_of("source:x"), slice(NULL, 0), NULL);
    commit(s_log);
    cr_assert_eq(event_log_cursor(s_log, slice_of("source:x"), value, 16, NULL),
                 -ENOENT);
}

static int s_join(void *context, slice_t name, slice_t value)
{
    char *all = context;
    sprintf(all + strlen(all), "%.*s=%.*s ", (int)name.bytes,
            (const char *)name.data, (int)value.bytes,
            (const char *)value.data);
    return strstr(all, "stop") ? 7 : 0;
}

Test(event_log, cursors_are_listed_by_prefix_and_in_order)
{
    char all[128] = "";
    event_log_stage_cursor(s_log, slice_of("b:2"), slice_of("y"), NULL);
    event_log_stage_cursor(s_log, slice_of("b:1"), slice_of("x"), NULL);
    event_log_stage_cursor(s_log, slice_of("a:1"), slice_of("w"), NULL);
    event_log_stage_cursor(s_log, slice_of("c:1"), slice_of("stop"), NULL);
    event_log_stage_cursor(s_log, slice_of("c:2"), slice_of("z"), NULL);
    commit(s_log);
    cr_assert_eq(event_log_cursors(s_log, slice_of("b:"), s_join, all, NULL),
                 0);
    cr_assert_str_eq(all, "b:1=x b:2=y ");
    all[0] = 0;
    cr_assert_eq(event_log_cursors(s_log, slice(NULL, 0), s_join, all, NULL),
                 7);
    cr_assert_str_eq(all, "a:1=w b:1=x b:2=y c:1=stop ");
}

Test(event_log, a_batch_that_does_not_fit_is_refused_and_nothing_changes)
{
    pattern_t pattern;
    static char big[(64 << 20) + 1];
    stage_pattern(s_log, 20);
    pattern_make(&pattern, 21, 1);
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), -EINVAL);
    pattern_make(&pattern, 19, 1);
    pattern.batch.journaled_at_us = 21;
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), -EINVAL);
    pattern_make(&pattern, 20, 1);
    pattern.batch.journaled_at_us = 0;
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), -EINVAL);
    pattern_make(&pattern, 20, 1);
    pattern.batch.payload = slice(big, sizeof big);
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), -EMSGSIZE);
    cr_assert_eq(
        event_log_stage_cursor(s_log, slice_of("c"), slice(big, 65537), NULL),
        -EMSGSIZE);
    cr_assert_eq(
        event_log_stage_cursor(s_log, slice(big, 1101), slice_of("v"), NULL),
        -EMSGSIZE);
    cr_assert_eq(event_log_staged_end(s_log), 20);
    commit(s_log);
    cr_assert_eq(check_patterns(s_log), 20);
    assert_sound(s_log);
}

Test(event_log, duplicates_are_counted_with_and_without_events)
{
    pattern_t pattern;
    event_log_stats_t stats;
    pattern_make(&pattern, 0, 2);
    pattern.batch.duplicates = 3;
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
    event_log_batch_t empty = {.first = 2, .duplicates = 4};
    cr_assert_eq(event_log_stage(s_log, &empty, NULL), 0);
    commit(s_log);
    cr_assert_eq(event_log_stage(s_log, &empty, NULL), 0);
    commit(s_log);
    s_reopen();
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_eq(stats.end, 2);
    cr_assert_eq(stats.duplicates, 11);
}

Test(event_log, stats_tell_the_times_and_a_size)
{
    event_log_stats_t stats;
    append_patterns(s_log, 10);
    uint64_t end = event_log_end(s_log);
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_eq(stats.end, end);
    cr_assert_eq(stats.oldest_created_at, 1000);
    cr_assert_eq(stats.newest_created_at, 1000 + (end - 1) / 10);
    cr_assert_eq(stats.first_journaled_at_us, 1);
    cr_assert_gt(stats.last_journaled_at_us, 1);
    cr_assert_gt(stats.bytes, 0);
}

Test(event_log, events_are_found_by_the_beginning_of_their_key)
{
    event_key_t key = pattern_key(17);
    uint64_t offsets[4];
    append_patterns(s_log, 8);
    slice_t id = slice(key.bytes, 8);
    cr_assert_eq(event_log_find(s_log, id, 12, offsets, 4, NULL), 1);
    cr_assert_eq(offsets[0], 17);
    cr_assert_eq(event_log_find(s_log, id, 16, offsets, 4, NULL), 0);
    cr_assert_eq(
        event_log_find(s_log, slice(key.bytes, 7), 12, offsets, 4, NULL), 4,
        "capacity bounds what is found");
}

static void s_stage_times(int64_t journaled_at_us, uint32_t created_min,
                          uint32_t created_max)
{
    pattern_t pattern;
    pattern_make(&pattern, event_log_staged_end(s_log), 10);
    pattern.batch.journaled_at_us = journaled_at_us;
    pattern.batch.created_min = created_min;
    pattern.batch.created_max = created_max;
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
}

static uint64_t s_seek_created(uint32_t time)
{
    uint64_t offset = UINT64_MAX;
    cr_assert_eq(event_log_seek_created(s_log, time, &offset, NULL), 0);
    return offset;
}

static uint64_t s_seek_journaled(int64_t time)
{
    uint64_t offset = UINT64_MAX;
    cr_assert_eq(event_log_seek_journaled(s_log, time, &offset, NULL), 0);
    return offset;
}

Test(event_log, late_events_do_not_mislead_a_seek)
{
    s_stage_times(100, 50, 60);
    s_stage_times(100, 10, 20); // hours late
    s_stage_times(200, 55, 70);
    s_stage_times(300, 1, 70);
    commit(s_log);
    cr_assert_eq(s_seek_created(0), 0);
    cr_assert_eq(s_seek_created(60), 0);
    cr_assert_eq(s_seek_created(61), 20);
    cr_assert_eq(s_seek_created(70), 20);
    cr_assert_eq(s_seek_created(71), 40);
    cr_assert_eq(s_seek_journaled(-5), 0);
    cr_assert_eq(s_seek_journaled(100), 0);
    cr_assert_eq(s_seek_journaled(101), 20);
    cr_assert_eq(s_seek_journaled(300), 30);
    cr_assert_eq(s_seek_journaled(301), 40);
}

Test(event_log, a_second_writer_is_told_that_it_is_busy)
{
    failure_t failure;
    cr_assert_eq(open_fails(s_folder.path, EVENT_LOG_WRITE, &failure), -EBUSY);
    append_patterns(s_log, 3);
    assert_sound(s_log);
}

Test(event_log, what_is_committed_is_there_after_reopening)
{
    append_patterns(s_log, 100);
    uint64_t end = event_log_end(s_log);
    s_reopen();
    cr_assert_eq(event_log_end(s_log), end);
    cr_assert_eq(check_patterns(s_log), end);
    append_patterns(s_log, 100);
    assert_sound(s_log);
}

Test(event_log_open, reading_where_there_is_no_log_is_enoent)
{
    failure_t failure;
    folder_t folder = new_folder();
    cr_assert_eq(open_fails(folder.path, EVENT_LOG_READ, &failure), -ENOENT);
    remove_folder(&folder);
    cr_assert_eq(open_fails(folder.path, EVENT_LOG_READ, &failure), -ENOENT);
}

Test(event_log_open, a_folder_that_cannot_be_made_is_named)
{
    failure_t failure;
    cr_assert_lt(open_fails("/proc/no/such", EVENT_LOG_WRITE, &failure), 0);
    cr_assert_lt(open_fails("/dev/null", EVENT_LOG_WRITE, &failure), 0);
}

Test(event_log_open, a_half_made_log_is_made_anew)
{
    folder_t folder = new_folder();
    run("mkdir %s/db && touch %s/lock %s/tail", folder.path, folder.path,
        folder.path);
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    append_patterns(log, 3);
    assert_sound(log);
    event_log_close(&log);
    remove_folder(&folder);
}

static size_t s_wal_bytes(const char *path)
{
    char command[256], text[32] = "";
    snprintf(command, sizeof command, "cat %s/db/*.log | wc -c", path);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    cr_assert_not_null(fgets(text, sizeof text, pipe));
    pclose(pipe);
    return strtoul(text, NULL, 10);
}

Test(event_log, a_settled_log_is_the_same_without_a_write_ahead_log)
{
    folder_t folder = new_folder();
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    append_patterns(log, 50);
    const uint64_t end = event_log_end(log);
    cr_expect_gt(s_wal_bytes(folder.path), 0);
    cr_assert_eq(event_log_settle(log, NULL), 0);
    cr_expect_eq(s_wal_bytes(folder.path), 0);
    append_patterns(log, 5);
    assert_sound(log);
    event_log_close(&log);
    log = open_log(folder.path, EVENT_LOG_READ);
    cr_expect_gt(event_log_end(log), end);
    cr_expect_eq(check_patterns(log), event_log_end(log));
    event_log_close(&log);
    remove_folder(&folder);
}

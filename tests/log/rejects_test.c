// The promises of event_log.h about dead letters.

#include "tests/log/log_test.h"

static folder_t s_folder;
static event_log_t *s_log;
static int64_t s_now_us;

static void s_open(void)
{
    s_folder = new_folder();
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
}

static void s_close(void)
{
    event_log_close(&s_log);
    remove_folder(&s_folder);
}

TestSuite(rejects, .init = s_open, .fini = s_close);

static int s_number(void *context, const event_log_reject_t *reject)
{
    char *all = context;
    sprintf(all + strlen(all), "%d:%.*s:%.*s:%.*s ", (int)reject->number,
            (int)reject->source.bytes, (const char *)reject->source.data,
            (int)reject->reason.bytes, (const char *)reject->reason.data,
            (int)reject->raw.bytes, (const char *)reject->raw.data);
    return 0;
}

static bool s_stage_letter(const char *source, const char *reason,
                           const char *raw)
{
    bool kept = false;
    event_log_reject_t letter = {.received_at_us = s_now_us,
                                 .source = slice_of(source),
                                 .reason = slice_of(reason),
                                 .raw = slice_of(raw)};
    cr_assert_eq(event_log_stage_reject(s_log, &letter, &kept, NULL), 0);
    return kept;
}

Test(rejects, they_are_kept_once_and_listed_newest_first)
{
    char all[256] = "";
    event_log_stats_t stats;
    cr_assert(s_stage_letter("s1", "torn", "{a"));
    cr_assert_not(s_stage_letter("s2", "torn", "{a"));
    cr_assert(s_stage_letter("s1", "torn", "{b"));
    commit(s_log);
    cr_assert_not(s_stage_letter("s3", "torn", "{b"));
    cr_assert(s_stage_letter("s3", "empty", ""));
    commit(s_log);
    cr_assert_eq(event_log_rejects(s_log, UINT64_MAX, 10, s_number, all, NULL),
                 0);
    cr_assert_str_eq(all, "3:s3:empty: 2:s1:torn:{b 1:s1:torn:{a ");
    all[0] = 0;
    cr_assert_eq(event_log_rejects(s_log, 3, 1, s_number, all, NULL), 0);
    cr_assert_str_eq(all, "2:s1:torn:{b ");
    cr_assert_eq(event_log_rejects(s_log, 1, 9, s_number, all, NULL), 0);
    cr_assert_eq(event_log_rejects(s_log, 0, 9, s_number, all, NULL), 0);
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_eq(stats.rejects, 3);
    assert_sound(s_log);
}

// Letters `from` to `until`, each received a second after the one before, of
// bytes that do not shrink.
static void s_keep(uint64_t from, uint64_t until, size_t bytes)
{
    static char raw[65536];
    uint64_t random = 1;
    for (size_t i = 0; i < bytes; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        raw[i] = (char)('!' + random % 90);
    }
    raw[bytes] = 0;
    for (uint64_t i = from; i <= until; i++) {
        s_now_us = (int64_t)i * 1000000;
        snprintf(raw, 24, "%023lu", (unsigned long)i);
        raw[23] = '.';
        cr_assert(s_stage_letter("s", "torn", raw));
    }
    commit(s_log);
}

static int s_count(void *context, const event_log_reject_t *reject)
{
    uint64_t *next = context;
    cr_assert_eq(reject->number, --*next);
    return 0;
}

// Letters `first` to `last` are kept, in the counters and in the list.
static void s_expect(uint64_t first, uint64_t last)
{
    event_log_stats_t stats;
    uint64_t next = last + 1;
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_eq(stats.rejected, last);
    cr_assert_eq(stats.rejected - stats.rejects + 1, first);
    cr_assert_eq(
        event_log_rejects(s_log, UINT64_MAX, UINT32_MAX, s_count, &next, NULL),
        0);
    cr_assert_eq(next, first);
    assert_sound(s_log);
}

Test(rejects, those_received_before_go)
{
    s_keep(1, 100, 40);
    cr_assert_eq(
        event_log_trim_rejects(s_log, UINT64_MAX, EVENT_LOG_NO_TIME, NULL), 0);
    s_expect(1, 100);
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, 41 * 1000000, NULL),
                 0);
    s_expect(41, 100);
    // What is gone would be a new one, what is kept would not.
    s_now_us = 0;
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, 41 * 1000000, NULL),
                 0);
    s_keep(101, 101, 40);
    s_expect(41, 101);
    event_log_close(&s_log);
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
    s_expect(41, 101);
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, INT64_MAX, NULL), 0);
    s_expect(102, 101);
    s_keep(102, 103, 40);
    s_expect(102, 103);
}

Test(rejects, a_letter_that_was_dropped_is_a_new_one_when_it_comes_again)
{
    cr_assert(s_stage_letter("s", "torn", "{a"));
    commit(s_log);
    cr_assert_not(s_stage_letter("s", "torn", "{a"));
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, 1, NULL), 0);
    cr_assert(s_stage_letter("s", "torn", "{a"));
    commit(s_log);
    s_expect(2, 2);
}

Test(rejects, the_oldest_go_until_the_rest_is_small_enough)
{
    event_log_stats_t stats;
    for (uint64_t i = 0; i < 10; i++)
        s_keep(i * 10 + 1, i * 10 + 10, 60000);
    cr_assert_eq(event_log_settle(s_log, NULL), 0);
    cr_assert_eq(
        event_log_trim_rejects(s_log, 64 << 20, EVENT_LOG_NO_TIME, NULL), 0);
    s_expect(1, 100);
    cr_assert_eq(
        event_log_trim_rejects(s_log, 2 << 20, EVENT_LOG_NO_TIME, NULL), 0);
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    // 6 MB of text of 90 letters take a fifth less.
    cr_assert(stats.rejects > 20 && stats.rejects < 60, "%lu",
              (unsigned long)stats.rejects);
    s_expect(101 - stats.rejects, 100);
    cr_assert_eq(event_log_trim_rejects(s_log, 0, EVENT_LOG_NO_TIME, NULL), 0);
    s_expect(100, 100);
}

Test(rejects, a_bounded_part_goes_at_once)
{
    event_log_stats_t stats;
    for (uint64_t i = 0; i < 20; i++)
        s_keep(i * 10 + 1, i * 10 + 10, 60000);
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, INT64_MAX, NULL), 1);
    cr_assert_eq(event_log_stats(s_log, &stats), 0);
    cr_assert_gt(stats.rejects, 0);
    s_expect(201 - stats.rejects, 200);
    cr_assert_eq(event_log_trim_rejects(s_log, UINT64_MAX, INT64_MAX, NULL), 0);
    s_expect(201, 200);
}

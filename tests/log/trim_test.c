// Retention: a trim leaves a complete log, for every reader, at any time.

#include "log/event_log_private.h"
#include "tests/log/log_test.h"

#include <pthread.h>

#define DAY INT64_C(86400000000)
// When what was dropped now is forgotten at the latest.
#define LATER (DAY + DAY / 16)

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
    remove_folder(&s_folder);
}

TestSuite(trim, .init = s_open, .fini = s_close);

static void s_reopen(void)
{
    event_log_close(&s_log);
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
}

static void s_trim(uint64_t offset, int64_t now_us)
{
    failure_t failure = {0};
    cr_assert_eq(event_log_trim(s_log, offset, now_us, DAY, &failure), 0, "%s",
                 failure.reason);
}

static bool s_is_seen(uint64_t offset)
{
    event_key_t key = pattern_key(offset);
    bool seen;
    cr_assert_eq(event_log_seen(s_log, &key, 1, &seen, NULL), 0);
    return seen;
}

static uint64_t s_count(log_family_t family)
{
    uint64_t count = 0;
    rocksdb_iterator_t *scan = log_store_scan(&s_log->store, family);
    for (rocksdb_iter_seek_to_first(scan); rocksdb_iter_valid(scan);
         rocksdb_iter_next(scan))
        count++;
    rocksdb_iter_destroy(scan);
    return count;
}

// Batches begin at 0, 1, 9, 24, 46, 75, ...

Test(trim, drops_what_lies_before_the_batch_that_holds_the_offset)
{
    append_patterns(s_log, 30);
    uint64_t end = event_log_end(s_log);
    s_trim(23, 5);
    cr_assert_eq(event_log_first(s_log), 9);
    assert_sound(s_log);
    s_trim(24, 5);
    cr_assert_eq(event_log_first(s_log), 24);
    s_trim(3, 5); // long gone
    cr_assert_eq(event_log_first(s_log), 24);
    cr_assert_eq(check_patterns(s_log), end);
    cr_assert_eq(s_count(LOG_HEAD), 27);
    cr_assert_eq(s_count(LOG_PAYLOAD), 27);
    assert_sound(s_log);
}

Test(trim, keeps_the_newest_batch)
{
    s_trim(UINT64_MAX, 5);
    append_patterns(s_log, 5);
    s_trim(UINT64_MAX, 5);
    cr_assert_eq(event_log_first(s_log), 46);
    cr_assert_eq(check_patterns(s_log), 75);
    append_patterns(s_log, 3);
    assert_sound(s_log);
}

Test(trim, leaves_a_log_that_opens_and_grows)
{
    event_log_stats_t stats;
    append_patterns(s_log, 30);
    s_trim(200, 5);
    uint64_t first = event_log_first(s_log);
    s_reopen();
    cr_assert_eq(event_log_first(s_log), first);
    append_patterns(s_log, 10);
    event_log_t *view = open_log(s_folder.path, EVENT_LOG_READ);
    cr_assert_eq(event_log_first(view), first);
    cr_assert_eq(check_patterns(view), event_log_end(s_log));
    assert_sound(view);
    cr_assert_eq(event_log_stats(view, &stats), 0);
    cr_assert_eq(stats.first, first);
    cr_assert_eq(stats.first_journaled_at_us, (int64_t)first + 1);
    cr_assert_eq(stats.dropped_created_at, 1000 + (first - 1) / 10);
    event_log_close(&view);
}

Test(trim, waits_for_what_is_staged)
{
    append_patterns(s_log, 5);
    stage_pattern(s_log, 4);
    cr_assert_eq(event_log_trim(s_log, 24, 5, DAY, NULL), -EINVAL);
    cr_assert_eq(event_log_sweep(s_log, 10, NULL), -EINVAL);
    commit(s_log);
    s_trim(24, 5);
    assert_sound(s_log);
}

Test(trim, lets_a_reader_go_on_with_what_it_began)
{
    log_reader_t *reader;
    log_record_t record;
    append_patterns(s_log, 20);
    uint64_t end = event_log_end(s_log), next = 0;
    cr_assert_eq(log_reader_new(&reader, s_log, true), 0);
    while (log_reader_next(reader, &record) == 1) {
        cr_assert_eq(record.first, next);
        cr_assert(pattern_matches(&record, true));
        next += record.count;
        s_trim(record.first + 2 * (uint64_t)record.count, 5);
        cr_assert_eq(event_log_settle(s_log, NULL), 0);
    }
    cr_assert_eq(next, end);
    // Moved again, it begins at what is kept.
    cr_assert_eq(log_reader_seek(reader, 0), 0);
    cr_assert_eq(log_reader_next(reader, &record), 1);
    cr_assert_eq(record.first, event_log_first(s_log));
    log_reader_destroy(&reader);
}

typedef struct {
    event_log_t *log;
    atomic_bool stop;
    int rc;
    uint64_t reads;
} readers_t;

static void *s_read_on(void *context)
{
    readers_t *readers = context;
    log_record_t record;
    while (!atomic_load(&readers->stop) && readers->rc == 0) {
        log_reader_t *reader;
        readers->rc = log_reader_new(&reader, readers->log, true);
        if (readers->rc != 0)
            break;
        while ((readers->rc = log_reader_next(reader, &record)) == 1)
            if (!pattern_matches(&record, true))
                readers->rc = -EBADMSG;
        log_reader_destroy(&reader);
        readers->reads++;
    }
    return NULL;
}

Test(trim, is_never_a_hole_to_a_reader_on_another_thread)
{
    pthread_t thread;
    readers_t readers = {.log = s_log};
    append_patterns(s_log, 40);
    cr_assert_eq(pthread_create(&thread, NULL, s_read_on, &readers), 0);
    for (int i = 0; i < 60; i++) {
        append_patterns(s_log, 2);
        s_trim(event_log_end(s_log) - 300, i);
        if (i % 16 == 0)
            cr_assert_eq(event_log_settle(s_log, NULL), 0);
    }
    atomic_store(&readers.stop, true);
    pthread_join(thread, NULL);
    cr_assert_eq(readers.rc, 0, "%d after %lu reads", readers.rc,
                 (unsigned long)readers.reads);
    assert_sound(s_log);
}

Test(trim, keys_outlive_their_events_by_the_margin)
{
    append_patterns(s_log, 10);
    s_trim(24, 5);
    cr_assert(s_is_seen(0));
    s_trim(0, 4 + DAY);
    cr_assert(s_is_seen(23));
    s_reopen();
    cr_assert(s_is_seen(23));
    s_trim(46, LATER);
    cr_assert_not(s_is_seen(0));
    cr_assert_not(s_is_seen(23));
    cr_assert(s_is_seen(24), "dropped later");
    cr_assert(s_is_seen(46), "kept");
    s_reopen();
    cr_assert_not(s_is_seen(23));
    cr_assert(s_is_seen(24));
    assert_sound(s_log);
}

// An event of `offset` once more, as it comes again after its key was
// forgotten.
static void s_append_again(uint64_t offset)
{
    pattern_t pattern;
    pattern_make(&pattern, event_log_end(s_log), 1);
    pattern.keys[0] = pattern_key(offset);
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
    commit(s_log);
}

Test(trim, a_forgotten_event_is_a_new_one)
{
    append_patterns(s_log, 10);
    s_trim(24, 5);
    s_trim(24, LATER);
    uint64_t end = event_log_end(s_log), found[2];
    s_append_again(3);
    cr_assert(s_is_seen(3));
    event_key_t key = pattern_key(3);
    slice_t bytes = slice(key.bytes, key.size);
    cr_assert_eq(event_log_find(s_log, bytes, key.size, found, 2, NULL), 1);
    cr_assert_eq(found[0], end);
    key = pattern_key(5);
    cr_assert_eq(event_log_find(s_log, bytes, key.size, found, 2, NULL), 0);
    while (event_log_sweep(s_log, 7, NULL) == 1)
        ;
    cr_assert(s_is_seen(3), "the sweep took the key of the new one");
}

Test(trim, the_index_of_keys_stays_bounded)
{
    uint64_t most = 0;
    for (int day = 1; day <= 200; day++) {
        append_patterns(s_log, 2);
        s_trim(event_log_end(s_log) - 5, day * DAY / 4);
        while (event_log_sweep(s_log, 10, NULL) == 1)
            ;
        uint64_t keys = s_count(LOG_KEYS);
        most = keys > most ? keys : most;
    }
    // A margin of 5 times 9 events, a quarter more, and what is kept.
    cr_assert_leq(most, 80);
    assert_sound(s_log);
}

Test(trim, a_sweep_goes_on_after_a_crash)
{
    append_patterns(s_log, 40);
    uint64_t end = event_log_end(s_log);
    s_trim(UINT64_MAX, 5);
    s_trim(UINT64_MAX, LATER);
    cr_assert_eq(event_log_sweep(s_log, 100, NULL), 1);
    s_reopen();
    assert_sound(s_log);
    while (event_log_sweep(s_log, 100, NULL) == 1)
        ;
    cr_assert_eq(s_count(LOG_KEYS), end - event_log_first(s_log));
    assert_sound(s_log);
}

Test(trim, remembers_few_moments_and_never_forgets_early)
{
    log_trim_t trim = {0};
    for (uint64_t i = 1; i <= 10000; i++) {
        log_trim_mark(&trim, (int64_t)i, i, 1000);
        log_trim_expire(&trim, (int64_t)i - 1000);
        cr_assert_leq(trim.count, LOG_TRIM_MARKS);
        cr_assert(i < 1000 || trim.expired <= i - 1000);
        cr_assert(i < 1100 || trim.expired + 1032 >= i);
        cr_assert_eq(trim.marks[trim.count - 1].first, i);
    }
}

Test(trim, a_clock_set_back_forgets_nothing_early)
{
    append_patterns(s_log, 10);
    s_trim(9, 3 * DAY);
    s_trim(24, DAY);
    s_trim(24, 2 * DAY);
    cr_assert(s_is_seen(0));
    cr_assert(s_is_seen(9));
    s_trim(24, 3 * DAY + LATER);
    cr_assert_not(s_is_seen(9));
    assert_sound(s_log);
}

// Times of creation that step back: what is sought early must not be skipped
// because a later time was dropped.
Test(trim, seeks_by_time_see_all_that_is_kept)
{
    static const uint32_t s_created[] = {100, 900, 300, 200, 500, 950, 940};
    pattern_t pattern;
    uint64_t found;
    for (uint64_t i = 0; i < 7; i++) {
        pattern_make(&pattern, i, 1);
        pattern.batch.created_min = pattern.batch.created_max = s_created[i];
        cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
        commit(s_log);
    }
    s_trim(3, 5);
    assert_sound(s_log);
    cr_assert_eq(event_log_seek_created(s_log, 500, &found, NULL), 0);
    cr_assert_eq(found, 3);
    cr_assert_eq(event_log_seek_created(s_log, 901, &found, NULL), 0);
    cr_assert_eq(found, 5);
    cr_assert_eq(event_log_seek_journaled(s_log, 0, &found, NULL), 0);
    cr_assert_eq(found, 3);
    s_trim(6, 5);
    assert_sound(s_log);
    cr_assert_eq(event_log_seek_created(s_log, 950, &found, NULL), 0);
    cr_assert_eq(found, 6);
    cr_assert_eq(event_log_seek_created(s_log, 951, &found, NULL), 0);
    cr_assert_eq(found, 7);
}

// Batches that no compression makes small.
static void s_append_noise(uint32_t batches, unsigned seed)
{
    pattern_t pattern;
    for (uint32_t i = 0; i < batches; i++) {
        pattern_make(&pattern, event_log_staged_end(s_log), 8);
        for (int j = 0; j < PATTERN_BYTES_MAX; j++)
            pattern.payload[j] = (char)rand_r(&seed);
        pattern.batch.payload.bytes = PATTERN_BYTES_MAX;
        cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
    }
    commit(s_log);
    cr_assert_eq(event_log_settle(s_log, NULL), 0);
}

Test(trim, gives_files_back)
{
    uint64_t before, after, offset, size;
    for (unsigned i = 0; i < 6; i++)
        s_append_noise(200, i);
    cr_assert_eq(event_log_seek_bytes(s_log, UINT64_MAX, &offset, NULL), 0);
    cr_assert_eq(offset, 0);
    cr_assert_eq(log_store_bytes(&s_log->store, &before), 0);
    size = before / 4;
    cr_assert_eq(event_log_seek_bytes(s_log, size, &offset, NULL), 0);
    cr_assert_gt(offset, 0);
    cr_assert_lt(offset, event_log_end(s_log));
    s_trim(offset, 5);
    cr_assert_eq(event_log_seek_bytes(s_log, size + size / 8, &offset, NULL),
                 0);
    cr_assert_eq(offset, event_log_first(s_log), "it is within bounds now");
    // The rest goes as the log is written to and files are merged.
    cr_assert_eq(event_log_settle(s_log, NULL), 0);
    for (log_family_t i = LOG_HEAD; i <= LOG_PAYLOAD; i++)
        rocksdb_compact_range_cf(s_log->store.db, s_log->store.families[i],
                                 NULL, 0, NULL, 0);
    cr_assert_eq(log_store_bytes(&s_log->store, &after), 0);
    cr_assert_lt(after, before / 2);
    log_verify_t verify = {.problem = s_keep_problem,
                           .context = &(char[FAILURE_REASON_BYTES]){0}};
    cr_assert_eq(log_verify(s_log, &verify), 0, "%s", (char *)verify.context);
}

// What verify finds in a trimmed log.

static void s_finds(const char *expected)
{
    char first[FAILURE_REASON_BYTES];
    cr_assert_gt(verify_patterns(s_log, first), 0, "nothing found");
    cr_assert_not_null(strstr(first, expected), "found: %s", first);
}

static void s_delete_key(uint64_t offset)
{
    event_key_t key = pattern_key(offset);
    char *error = NULL;
    rocksdb_delete_cf(s_log->store.db, s_log->store.sync,
                      s_log->store.families[LOG_KEYS], (char *)key.bytes,
                      key.size, &error);
    cr_assert_null(error);
}

Test(trim, verify_misses_a_key_within_the_margin)
{
    append_patterns(s_log, 10);
    s_trim(24, 5);
    s_delete_key(7);
    s_finds("keys for");
}

Test(trim, verify_finds_a_key_that_was_swept)
{
    char *error = NULL;
    uint8_t offset[LOG_OFFSET_BYTES] = {0};
    event_key_t key = pattern_key(3);
    append_patterns(s_log, 10);
    s_trim(UINT64_MAX, 5);
    s_trim(UINT64_MAX, LATER);
    while (event_log_sweep(s_log, 100, NULL) == 1)
        ;
    assert_sound(s_log);
    rocksdb_put_cf(s_log->store.db, s_log->store.sync,
                   s_log->store.families[LOG_KEYS], (char *)key.bytes, key.size,
                   (char *)offset, sizeof offset, &error);
    cr_assert_null(error);
    s_finds("a key leads to offset 0");
}

Test(trim, verify_misses_the_record_of_it)
{
    char *error = NULL;
    append_patterns(s_log, 10);
    s_trim(24, 5);
    rocksdb_delete_cf(s_log->store.db, s_log->store.sync,
                      s_log->store.families[LOG_META], EVENT_LOG_TRIM_KEY,
                      strlen(EVENT_LOG_TRIM_KEY), &error);
    cr_assert_null(error);
    s_finds("what it knows of dropped batches is wrong");
}

Test(trim, a_damaged_record_of_it_is_refused)
{
    failure_t failure;
    char *error = NULL;
    append_patterns(s_log, 10);
    s_trim(24, 5);
    rocksdb_put_cf(s_log->store.db, s_log->store.sync,
                   s_log->store.families[LOG_META], EVENT_LOG_TRIM_KEY,
                   strlen(EVENT_LOG_TRIM_KEY), "short", 5, &error);
    cr_assert_null(error);
    event_log_close(&s_log);
    cr_assert_eq(open_fails(s_folder.path, EVENT_LOG_READ, &failure), -EUCLEAN);
    cr_assert_eq(open_fails(s_folder.path, EVENT_LOG_WRITE, &failure),
                 -EUCLEAN);
}

// A checkpoint is a separate log of one moment, whatever is written meanwhile.

#include "log/checkpoint_folder.h"
#include "log/log_checkpoint.h"
#include "tests/log/log_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>

#define PATH_BYTES 96

typedef struct {
    folder_t folder;
    event_log_t *log;
    char checkpoint[PATH_BYTES];
} pair_t;

static pair_t s_begin(void)
{
    pair_t pair = {.folder = new_folder()};
    snprintf(pair.checkpoint, PATH_BYTES, "%s/" CHECKPOINT_FOLDER_NAME,
             pair.folder.path);
    pair.log = open_log(pair.folder.path, EVENT_LOG_WRITE);
    return pair;
}

static void s_end(pair_t *pair)
{
    event_log_close(&pair->log);
    remove_folder(&pair->folder);
}

static uint64_t s_make(pair_t *pair)
{
    uint64_t end = UINT64_MAX;
    failure_t failure = {0};
    int rc = log_checkpoint_make(pair->log, &end, &failure);
    cr_assert_eq(rc, 0, "%s", failure.reason);
    return end;
}

static log_identity_t s_identify(event_log_t *log)
{
    log_identity_t identity = {0};
    cr_assert_eq(log_identify(log, &identity, NULL), 0);
    return identity;
}

Test(checkpoint, holds_what_was_committed_and_nothing_after)
{
    pair_t pair = s_begin();
    append_patterns(pair.log, 300);
    const log_identity_t before = s_identify(pair.log);
    cr_assert_eq(s_make(&pair), before.end);
    append_patterns(pair.log, 300);
    event_log_t *copy = open_log(pair.checkpoint, EVENT_LOG_READ);
    const log_identity_t then = s_identify(copy);
    cr_assert_arr_eq(&then, &before, sizeof before);
    assert_sound(copy);
    event_log_close(&copy);
    // It goes its own way, and so does the other.
    copy = open_log(pair.checkpoint, EVENT_LOG_WRITE);
    append_patterns(copy, 50);
    assert_sound(copy);
    event_log_close(&copy);
    assert_sound(pair.log);
    s_end(&pair);
}

Test(checkpoint, of_an_empty_log_is_an_empty_log)
{
    pair_t pair = s_begin();
    cr_assert_eq(s_make(&pair), 0);
    event_log_t *copy = open_log(pair.checkpoint, EVENT_LOG_READ);
    cr_assert_eq(event_log_end(copy), 0);
    event_log_close(&copy);
    s_end(&pair);
}

typedef struct {
    event_log_t *log;
    _Atomic bool stop;
} writer_t;

static void *s_write(void *context)
{
    writer_t *writer = context;
    while (!atomic_load(&writer->stop))
        append_patterns(writer->log, 20);
    return NULL;
}

Test(checkpoint, is_whole_while_the_log_is_written)
{
    pair_t pair = s_begin();
    append_patterns(pair.log, 100);
    writer_t writer = {.log = pair.log};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, s_write, &writer), 0);
    for (int i = 0; i < 10; i++) {
        const uint64_t acknowledged = event_log_end(pair.log);
        const uint64_t end = s_make(&pair);
        cr_assert_geq(end, acknowledged);
        event_log_t *copy = open_log(pair.checkpoint, EVENT_LOG_READ);
        cr_assert_geq(event_log_end(copy), end);
        cr_assert_eq(check_patterns(copy), event_log_end(copy));
        if (i == 9)
            assert_sound(copy);
        event_log_close(&copy);
    }
    atomic_store(&writer.stop, true);
    pthread_join(thread, NULL);
    s_end(&pair);
}

// The tail file in it says what must be there.
Test(checkpoint, that_lost_its_end_is_refused)
{
    pair_t pair = s_begin();
    append_patterns(pair.log, 30);
    s_make(&pair);
    run("find %s/db -name '*.log' -size +0 | sort | tail -n 1 | "
        "xargs truncate -s 100",
        pair.checkpoint);
    failure_t failure;
    cr_assert_eq(open_fails(pair.checkpoint, EVENT_LOG_READ, &failure),
                 -EUCLEAN);
    s_end(&pair);
}

Test(checkpoint, one_that_is_held_stays_and_one_that_is_not_goes)
{
    pair_t pair = s_begin();
    append_patterns(pair.log, 5);
    s_make(&pair);
    int held = open(pair.checkpoint, O_RDONLY | O_DIRECTORY);
    cr_assert_eq(flock(held, LOCK_EX | LOCK_NB), 0);
    uint64_t end = 7;
    failure_t failure = {0};
    cr_assert_eq(log_checkpoint_make(pair.log, &end, &failure), -EBUSY);
    cr_assert_eq(failure.code, -EBUSY);
    cr_assert_not_null(strstr(failure.reason, "under way"));
    cr_assert_eq(end, 7);
    event_log_close(&pair.log);
    pair.log = open_log(pair.folder.path, EVENT_LOG_WRITE);
    cr_assert_eq(access(pair.checkpoint, F_OK), 0);
    close(held);
    s_make(&pair);
    event_log_close(&pair.log);
    // As RocksDB leaves it when it is killed.
    run("mkdir %s/db.tmp && touch %s/db.tmp/1.sst", pair.checkpoint,
        pair.checkpoint);
    pair.log = open_log(pair.folder.path, EVENT_LOG_WRITE);
    cr_assert_neq(access(pair.checkpoint, F_OK), 0);
    s_end(&pair);
}

Test(checkpoint, one_that_fails_leaves_nothing_and_the_log_goes_on)
{
    pair_t pair = s_begin();
    append_patterns(pair.log, 5);
    run("touch %s", pair.checkpoint); // in its way
    uint64_t end;
    cr_assert_lt(log_checkpoint_make(pair.log, &end, NULL), 0);
    run("rm %s", pair.checkpoint);
    append_patterns(pair.log, 5);
    s_make(&pair);
    assert_sound(pair.log);
    s_end(&pair);
}

// Writers that are killed at any moment lose nothing they acknowledged.

#include "tests/log/log_test.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#define ROUNDS 40

// What the child says after each commit.
typedef struct {
    uint64_t end;
    uint64_t letters;
} ack_t;

// Appends groups with a cursor and now and then a dead letter, for ever.
static _Noreturn void s_write_for_ever(const char *path, int acks)
{
    event_log_t *log = open_log(path, EVENT_LOG_WRITE);
    event_log_stats_t stats;
    cr_assert_eq(event_log_stats(log, &stats), 0);
    ack_t ack = {0, stats.rejects};
    for (uint32_t i = 0;; i++) {
        uint64_t end = event_log_staged_end(log);
        bool kept = false;
        event_log_reject_t letter = {.raw = slice(&end, sizeof end)};
        for (uint32_t n = 0; n <= i % 3; n++)
            stage_pattern(log, 1 + (i * 11 + n) % PATTERN_EVENTS_MAX);
        if (i % 5 == 0)
            event_log_stage_reject(log, &letter, &kept, NULL);
        end = event_log_staged_end(log);
        event_log_stage_cursor(log, slice_of("end"), slice(&end, sizeof end),
                               NULL);
        commit(log);
        ack.end = end;
        ack.letters += kept;
        if (write(acks, &ack, sizeof ack) != sizeof ack)
            _exit(1);
    }
}

// Kills the writer `delay_us` after its first acknowledgement, or even before
// that; *last becomes what it acknowledged last.
static void s_round(const char *path, unsigned delay_us, bool early,
                    ack_t *last)
{
    int acks[2];
    ack_t ack;
    cr_assert_eq(pipe(acks), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        close(acks[0]);
        s_write_for_ever(path, acks[1]);
    }
    close(acks[1]);
    if (!early && read(acks[0], &ack, sizeof ack) == sizeof ack)
        *last = ack;
    usleep(delay_us); // the moment of death is what is random here
    kill(pid, SIGKILL);
    while (read(acks[0], &ack, sizeof ack) == sizeof ack)
        *last = ack;
    waitpid(pid, NULL, 0);
    close(acks[0]);
}

static void s_check(const char *path, event_log_mode_t mode, const ack_t *last)
{
    event_log_t *log = open_log(path, mode);
    uint64_t cursor = 0;
    event_log_stats_t stats;
    cr_assert_geq(event_log_end(log), last->end);
    cr_assert_eq(check_patterns(log), event_log_end(log));
    event_log_cursor(log, slice_of("end"), &cursor, sizeof cursor, NULL);
    cr_assert_eq(cursor, event_log_end(log), "cursor and events differ");
    cr_assert_eq(event_log_stats(log, &stats), 0);
    cr_assert_geq(stats.rejects, last->letters);
    event_log_close(&log);
}

Test(crash, what_was_acknowledged_survives_sigkill, .timeout = 350)
{
    folder_t folder = new_folder();
    ack_t last = {0, 0};
    unsigned seed = 42;
    // A log that exists: a writer killed before it made one leaves none.
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    event_log_close(&log);
    for (int i = 0; i < ROUNDS; i++) {
        bool early = i % 4 == 3;
        s_round(folder.path, (unsigned)rand_r(&seed) % 60000, early, &last);
        s_check(folder.path, EVENT_LOG_READ, &last);
        if (i % 3 == 0)
            s_check(folder.path, EVENT_LOG_WRITE, &last);
    }
    log = open_log(folder.path, EVENT_LOG_WRITE);
    assert_sound(log);
    event_log_close(&log);
    cr_assert_gt(last.end, 0);
    remove_folder(&folder);
}

Test(crash, a_writer_killed_while_it_makes_the_log_leaves_one_that_opens,
     .timeout = 110)
{
    unsigned seed = 7;
    for (int i = 0; i < 15; i++) {
        folder_t folder = new_folder();
        ack_t last = {0, 0};
        s_round(folder.path, (unsigned)rand_r(&seed) % 30000, true, &last);
        s_check(folder.path, EVENT_LOG_WRITE, &last);
        remove_folder(&folder);
    }
}

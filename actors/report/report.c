#include "actors/report/report.h"

#include "actors/report/limit.h"
#include "actors/report/line.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FACTS_MAX 12

static _Atomic int s_level = REPORT_INFO;
static _Atomic int s_format = REPORT_AUTO;

// What each place has reported recently; guarded by s_lock.
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static report_limit_t s_limit;

void report_set_up(report_level_t level, report_format_t format)
{
    atomic_store(&s_level, (int)level);
    atomic_store(&s_format, (int)format);
}

// Whether standard error is the stream that systemd opened for its journal.
static bool s_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    char own[64];

    if (!stream || fstat(STDERR_FILENO, &status) != 0)
        return false;
    snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);
    return strcmp(stream, own) == 0;
}

static report_format_t s_choose_format(void)
{
    const int format = atomic_load(&s_format);

    if (format != REPORT_AUTO)
        return (report_format_t)format;
    return isatty(STDERR_FILENO) ? REPORT_TEXT : REPORT_LOGFMT;
}

static int64_t s_clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static report_limit_verdict_t s_judge(report_level_t level, const void *place,
                                      uint64_t *left_out)
{
    *left_out = 0;
    if (level == REPORT_DEBUG)
        return REPORT_LIMIT_PASS;
    pthread_mutex_lock(&s_lock);
    const report_limit_verdict_t verdict = report_limit_judge(
        &s_limit, place, s_clock_us(CLOCK_MONOTONIC) / 1000, left_out);
    pthread_mutex_unlock(&s_lock);
    return verdict;
}

// Copies facts and adds the number of lines that were left out.
static void s_gather(report_fact_t gathered[FACTS_MAX],
                     const report_fact_t *facts, uint64_t left_out)
{
    size_t count = 0;

    for (; facts && facts->name && count < FACTS_MAX - 2; facts++)
        gathered[count++] = *facts;
    if (left_out > 0)
        gathered[count++] = report_number("left_out", (int64_t)left_out);
    gathered[count] = (report_fact_t){0};
}

static void s_write(report_level_t level, const char *actor,
                    const report_fact_t *facts, const char *message)
{
    // syslog priorities: error, warning, informational, debug.
    static const int priorities[] = {3, 4, 6, 7};
    char line[REPORT_LINE_MAX];
    const report_entry_t entry = {
        .time_us = s_clock_us(CLOCK_REALTIME),
        .level = level,
        .actor = actor,
        .pid = getpid(),
        .message = message,
        .facts = facts,
        .priority = s_is_journal() ? priorities[level] : -1,
    };
    const size_t bytes = report_line(&entry, s_choose_format(), line);
    // If standard error cannot be written to, there is nothing left to do.
    const ssize_t written = write(STDERR_FILENO, line, bytes);
    (void)written;
}

static void __attribute__((format(printf, 4, 0)))
s_report(report_level_t level, const char *actor, const report_fact_t *facts,
         const char *format, va_list args)
{
    char message[REPORT_LINE_MAX];
    report_fact_t gathered[FACTS_MAX];
    uint64_t left_out;

    if ((int)level > atomic_load(&s_level))
        return;
    const report_limit_verdict_t verdict = s_judge(level, format, &left_out);
    if (verdict == REPORT_LIMIT_LEAVE_OUT)
        return;
    const int length = vsnprintf(message, sizeof message, format, args);
    const size_t used = length < 0 ? 0 : strlen(message);
    if (verdict == REPORT_LIMIT_LAST)
        snprintf(message + used, sizeof message - used,
                 " (more of these are left out for %d s)",
                 REPORT_LIMIT_WINDOW_MS / 1000);
    else if (left_out > 0)
        snprintf(message + used, sizeof message - used,
                 " (%" PRIu64 " of these were left out)", left_out);
    s_gather(gathered, facts, left_out);
    s_write(level, actor, gathered, message);
}

void report(report_level_t level, const char *actor, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    s_report(level, actor, NULL, format, args);
    va_end(args);
}

void report_facts(report_level_t level, const char *actor,
                  const report_fact_t *facts, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    s_report(level, actor, facts, format, args);
    va_end(args);
}

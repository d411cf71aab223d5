// Runs the tests of a Criterion program, each in a process forked from this
// one, in the order of the source.
//
// For the thread sanitizer: Criterion's own runner hands a test to a process
// anew by memory at a fixed address, where the sanitizer has its own. What a
// test tells Criterion (that it failed, that it is skipped) ends here instead:
// these functions take the place of the library's.
//
// Exit status: 0 if every test passed or was skipped. A report of the sanitizer
// ends the test's process, so that it fails.

#include <criterion/criterion.h>
#include <criterion/event.h>
#include <criterion/new/assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// For a test without a timeout; and how much longer than its timeout one may
// take here, for that is meant for a program without the sanitizer.
#define TIMEOUT_S 120
#define SLOWER    10

enum { PASSED = 0, FAILED = 1, SKIPPED = 77 };

// Sections that Test() and TestSuite() fill; a program may have no suite.
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)),
    *__stop_cr_sts[] __attribute__((weak));

// Of the process of a test.
static const struct criterion_test *s_test;
static bool s_failed;

static const struct criterion_test_extra_data *s_suite(
    const struct criterion_test *test)
{
    static const struct criterion_test_extra_data s_none;
    for (struct criterion_suite **suite = __start_cr_sts; suite < __stop_cr_sts;
         suite++) {
        if (*suite && strcmp((*suite)->name, test->category) == 0)
            return (*suite)->data;
    }
    return &s_none;
}

static void s_call(void (*function)(void))
{
    if (function)
        function();
}

// What a test calls of Criterion.

void criterion_internal_test_setup(void)
{
    s_call(s_suite(s_test)->init);
    s_call(s_test->data->init);
}

void criterion_internal_test_main(void (*fn)(void))
{
    fn();
}

void criterion_internal_test_teardown(void)
{
    s_call(s_test->data->fini);
    s_call(s_suite(s_test)->fini);
}

// Ends the process as it is: half a test has threads and sockets left.
static void __attribute__((noreturn)) s_end(int status)
{
    fflush(NULL);
    _exit(status);
}

void criterion_abort_test(void)
{
    s_end(FAILED);
}

void criterion_continue_test(void)
{
    s_failed = true;
}

static void __attribute__((format(printf, 1, 0)))
s_say(const char *format, va_list arguments)
{
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void __attribute__((format(printf, 1, 2)))
criterion_skip_test(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    s_say(format, arguments);
    va_end(arguments);
    s_end(SKIPPED);
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
    if (!stats->passed)
        fprintf(stderr, "%s:%u: %s\n", stats->file, stats->line,
                stats->message ? stats->message : "");
}

void cri_assert_node_send(const char *file, size_t line,
                          struct cri_assert_node *node)
{
    fprintf(stderr, "%s:%zu: %s\n", file, line,
            node->message ? node->message : "an assertion failed");
}

void cri_asserts_passed_incr(void)
{
}

void __attribute__((format(printf, 2, 3)))
cr_log(enum criterion_severity severity, const char *msg, ...)
{
    va_list arguments;
    (void)severity;
    va_start(arguments, msg);
    s_say(msg, arguments);
    va_end(arguments);
}

// The runner.

// Whether the process ended as the test says it should.
static int s_verdict(const struct criterion_test *test, int status)
{
    const int expected = test->data->exit_code;
    if (WIFSIGNALED(status)) {
        if (WTERMSIG(status) == test->data->signal)
            return PASSED;
        fprintf(stderr, "signal %d\n", WTERMSIG(status));
        return FAILED;
    }
    if (test->data->signal || !WIFEXITED(status))
        return FAILED;
    if (expected)
        return WEXITSTATUS(status) == expected ? PASSED : FAILED;
    return WEXITSTATUS(status);
}

// Returns PASSED, SKIPPED or another status: it failed.
static int s_run(const struct criterion_test *test)
{
    const double own_s = test->data->timeout;
    const double suite_s = s_suite(test)->timeout;
    const double most_s = own_s > 0 ? own_s : suite_s > 0 ? suite_s : TIMEOUT_S;
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        return FAILED;
    }
    if (pid == 0) {
        s_test = test;
        alarm((unsigned)(most_s * SLOWER) + 1);
        test->test();
        exit(s_failed ? FAILED : PASSED);
    }
    int status;
    while (waitpid(pid, &status, 0) != pid)
        ;
    return s_verdict(test, status);
}

int main(void)
{
    size_t failed = 0, count = 0;
    for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst;
         test++) {
        if (!*test)
            continue;
        int status = s_run(*test);
        if (status != PASSED)
            printf("%s: %s::%s (%d)\n",
                   status == SKIPPED ? "skipped" : "FAILED", (*test)->category,
                   (*test)->name, status);
        failed += status != PASSED && status != SKIPPED;
        count++;
    }
    printf("%zu tests, %zu failed\n", count, failed);
    return failed > 0 ? FAILED : PASSED;
}

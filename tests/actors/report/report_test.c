// Reports: one line each, that parses, whatever it holds, and not too many.

#include "actors/report/report.h"

#include "actors/report/limit.h"
#include "actors/report/line.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// 2016-01-01T01:30:00.123456Z
#define TIME_US INT64_C(1451611800123456)

static char s_line[REPORT_LINE_MAX + 1];

static const char *s_render(report_format_t format, const char *message,
                            const report_fact_t *facts)
{
    const report_entry_t entry = {.time_us = TIME_US,
                                  .level = REPORT_WARNING,
                                  .actor = "journal",
                                  .pid = 7,
                                  .message = message,
                                  .facts = facts,
                                  .priority = -1};
    const size_t bytes = report_line(&entry, format, s_line);

    cr_assert(bytes > 0 && bytes <= REPORT_LINE_MAX);
    cr_assert_eq(s_line[bytes - 1], '\n');
    cr_assert_null(memchr(s_line, '\n', bytes - 1), "it is one line");
    s_line[bytes] = '\0';
    return s_line;
}

Test(report_line, each_format_says_the_same)
{
    const report_fact_t *facts =
        REPORT_FACTS(report_text("exit", "signal 9"), report_text("child", "a"),
                     report_number("again_ms", -50));

    cr_expect_str_eq(s_render(REPORT_TEXT, "it ended", facts),
                     "2016-01-01T01:30:00.123Z warning journal: it ended\n");
    cr_expect_str_eq(s_render(REPORT_LOGFMT, "it ended", facts),
                     "time=2016-01-01T01:30:00.123Z level=warning "
                     "actor=journal pid=7 message=\"it ended\" "
                     "exit=\"signal 9\" child=a again_ms=-50\n");
    cr_expect_str_eq(s_render(REPORT_JSON, "it ended", facts),
                     "{\"time\":\"2016-01-01T01:30:00.123Z\","
                     "\"level\":\"warning\",\"actor\":\"journal\",\"pid\":7,"
                     "\"message\":\"it ended\",\"exit\":\"signal 9\","
                     "\"child\":\"a\",\"again_ms\":-50}\n");
}

Test(report_line, no_text_can_end_a_line_or_reach_the_terminal)
{
    static const char evil[] = "a\"b\\c\nlevel=error\x1b[2J\x7f\xc2\x9b"
                               "1m\xff\xed\xa0\x80 \xe2\x82\xac";
    const report_fact_t *facts = REPORT_FACTS(report_text("from", evil));

    s_render(REPORT_TEXT, evil, NULL);
    for (const char *c = s_line; *c != '\n'; c++)
        cr_expect((unsigned char)*c >= ' ' && *c != 0x7f);
    cr_expect_not_null(strstr(s_line, "\\u001b[2J\\u007f\\u009b1m"));

    s_render(REPORT_LOGFMT, evil, facts);
    cr_expect_not_null(strstr(s_line, "from=\"a\\\"b\\\\c\\u000alevel=error"));

    cJSON *json = cJSON_Parse(s_render(REPORT_JSON, evil, facts));
    cr_assert_not_null(json, "%s", s_line);
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItem(json, "from"));
    // U+FFFD for each byte that is none of a character's.
    cr_expect_str_eq(said, "a\"b\\c\nlevel=error\x1b[2J\x7f\xc2\x9b"
                           "1m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                           "\xe2\x82\xac");
    cJSON_Delete(json);
}

// Whatever the lengths, a line is whole and at most REPORT_LINE_MAX long.
Test(report_line, what_is_too_long_is_cut_and_still_parses)
{
    static const char *const fillers[] = {"x", "\"", "\x01", "\xe2\x82\xac"};
    char text[3 * REPORT_LINE_MAX];

    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        for (size_t count = 0; count < REPORT_LINE_MAX; count += 61) {
            text[0] = '\0';
            for (size_t n = 0, at = 0; n < count; n++)
                at += (size_t)sprintf(text + at, "%s", fillers[i]);
            const report_fact_t *facts =
                REPORT_FACTS(report_text("a", text), report_text("b", text),
                             report_number("c", 5));
            s_render(REPORT_TEXT, text, facts);
            s_render(REPORT_LOGFMT, text, facts);
            cr_expect_str_eq(strrchr(s_line, ' '), " c=5\n", "%zu", count);
            cJSON *json = cJSON_Parse(s_render(REPORT_JSON, text, facts));
            cr_assert_not_null(json, "%zu of %zu: %s", count, i, s_line);
            const cJSON *fact = cJSON_GetObjectItem(json, "c");
            cr_expect(fact && fact->valueint == 5, "the number still fits");
            cJSON_Delete(json);
        }
    }
}

Test(report_limit, a_place_that_goes_on_is_cut_off_and_counted)
{
    report_limit_t limit = {0};
    const char places[2] = "";
    uint64_t left_out;

    for (int n = 1; n <= 100; n++) {
        cr_expect_eq(report_limit_judge(&limit, &places[0], 1000, &left_out),
                     n < REPORT_LIMIT_LINES    ? REPORT_LIMIT_PASS
                     : n == REPORT_LIMIT_LINES ? REPORT_LIMIT_LAST
                                               : REPORT_LIMIT_LEAVE_OUT);
        cr_expect_eq(left_out, 0);
    }
    cr_expect_eq(report_limit_judge(&limit, &places[1], 1000, &left_out),
                 REPORT_LIMIT_PASS, "another place is another matter");
    const int64_t end = 1000 + REPORT_LIMIT_WINDOW_MS;
    cr_expect_eq(report_limit_judge(&limit, &places[0], end - 1, &left_out),
                 REPORT_LIMIT_LEAVE_OUT);
    cr_expect_eq(report_limit_judge(&limit, &places[0], end, &left_out),
                 REPORT_LIMIT_PASS);
    cr_expect_eq(left_out, 101 - REPORT_LIMIT_LINES);
    cr_expect_eq(report_limit_judge(&limit, &places[0], end, &left_out),
                 REPORT_LIMIT_PASS);
    cr_expect_eq(left_out, 0, "it is told once");
}

Test(report_limit, more_places_than_slots_take_the_oldest)
{
    const char places[2 * REPORT_LIMIT_PLACES] = "";
    report_limit_t limit = {0};
    uint64_t left_out;

    for (size_t i = 0; i < sizeof places; i++)
        cr_expect_eq(
            report_limit_judge(&limit, &places[i], (int64_t)i, &left_out),
            REPORT_LIMIT_PASS);
    // The younger half still has its windows.
    const char *kept = &places[sizeof places - 1];
    for (int n = 2; n < REPORT_LIMIT_LINES; n++)
        report_limit_judge(&limit, kept, 500, &left_out);
    cr_expect_eq(report_limit_judge(&limit, kept, 500, &left_out),
                 REPORT_LIMIT_LAST);
}

// Has `speak` write to standard error and returns what came, whole.
static const char *s_heard(void (*speak)(void))
{
    static char heard[16 * 1024];
    int ends[2];
    char stream[64];
    struct stat status;

    cr_assert_eq(pipe(ends), 0);
    cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
    close(ends[1]);
    cr_assert_eq(fstat(STDERR_FILENO, &status), 0);
    snprintf(stream, sizeof stream, "%llu:%llu",
             (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);
    setenv("TEST_STREAM", stream, 1);
    speak();
    close(STDERR_FILENO);
    ssize_t bytes = read(ends[0], heard, sizeof heard - 1);
    cr_assert_geq(bytes, 0);
    heard[bytes] = '\0';
    close(ends[0]);
    return heard;
}

static void s_speak(void)
{
    report_set_up(REPORT_WARNING, REPORT_AUTO);
    report(REPORT_INFO, "journal", "not said");
    report(REPORT_ERROR, "journal", "%s is %d", "five", 5);
}

Test(report, no_terminal_gets_logfmt_and_no_level_above)
{
    const char *heard = s_heard(s_speak);

    cr_expect_eq(strncmp(heard, "time=2", 6), 0, "%s", heard);
    cr_expect_not_null(strstr(heard, " level=error actor=journal pid="), "%s",
                       heard);
    cr_expect_not_null(strstr(heard, " message=\"five is 5\"\n"), "%s", heard);
    cr_expect_null(strstr(heard, "not said"));
}

static void s_speak_to_journal(void)
{
    setenv("JOURNAL_STREAM", getenv("TEST_STREAM"), 1);
    report_set_up(REPORT_WARNING, REPORT_JSON);
    report(REPORT_WARNING, "api", "first");
    setenv("JOURNAL_STREAM", "1:1", 1); // of another stream
    report(REPORT_WARNING, "api", "second");
}

Test(report, a_line_for_the_journal_begins_with_its_priority)
{
    const char *heard = s_heard(s_speak_to_journal);

    cr_expect_eq(strncmp(heard, "<4>{\"time\":", 11), 0, "%s", heard);
    cr_expect_not_null(strstr(heard, "\n{\"time\":"), "%s", heard);
}

static void s_speak_on(void)
{
    report_set_up(REPORT_DEBUG, REPORT_TEXT);
    for (int n = 1; n <= 100; n++)
        report_facts(REPORT_ERROR, "api", REPORT_FACTS(report_number("n", n)),
                     "line %d", n);
    for (int n = 1; n <= 30; n++)
        report(REPORT_DEBUG, "api", "detail %d", n);
}

Test(report, repeats_are_left_out_and_details_are_not)
{
    const char *heard = s_heard(s_speak_on);

    cr_expect_not_null(
        strstr(heard, "line 20 (more of these are left out for 10 s)\n"));
    cr_expect_null(strstr(heard, "line 21"));
    cr_expect_not_null(strstr(heard, "detail 30\n"));
}

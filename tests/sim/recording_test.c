#include "tools/sim/recording.h"

#include "tools/sim/polls.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define EVENT(id)                                                              \
    "{\"id\":\"" id "\",\"type\":\"WatchEvent\","                              \
    "\"created_at\":\"2026-05-07T10:02:51Z\"}"

static char s_error[RECORDING_ERROR_MAX];

// Writes a file, loads it and removes it.
static int s_load(recording_t *recording, const char *text, bool gzip)
{
    char path[] = "/tmp/octolog-recording-XXXXXX";
    close(mkstemp(path));
    gzFile file = gzopen(path, gzip ? "wb" : "wbT");
    cr_assert_eq((size_t)gzwrite(file, text, (unsigned)strlen(text)),
                 strlen(text));
    gzclose(file);
    *recording = (recording_t){0};
    int rc = recording_load(recording, path, s_error);
    unlink(path);
    return rc;
}

Test(recording, events_are_read_one_a_line_or_without_separator)
{
    recording_t recording;
    cr_assert_eq(
        s_load(&recording, EVENT("1") "\n" EVENT("2") EVENT("3"), false), 0,
        "%s", s_error);
    cr_assert_eq(recording.all.count, 3u);
    cr_assert_eq(recording.all.events[2]->id, 3u);
    cr_assert_null(recording.polls);
    recording_free(&recording);
}

Test(recording, gzip_makes_no_difference)
{
    recording_t recording;
    cr_assert_eq(s_load(&recording, EVENT("1") "\n" EVENT("2") "\n", true), 0);
    cr_assert_eq(recording.all.count, 2u);
    recording_free(&recording);
}

Test(recording, arrays_are_polls)
{
    recording_t recording;
    cr_assert_eq(s_load(&recording,
                        "[" EVENT("1") "]\n[" EVENT("2") "," EVENT("1") "]\n"
                                                                        "[]\n",
                        false),
                 0, "%s", s_error);
    cr_assert_eq(recording.poll_count, 3u);
    cr_assert_eq(recording.polls[1].count, 2u);
    cr_assert_eq(recording.polls[2].count, 0u);
    recording_free(&recording);
}

static void s_refused(const char *text, const char *line)
{
    recording_t recording;
    cr_assert_eq(s_load(&recording, text, false), -EBADMSG, "%s", text);
    cr_assert(strstr(s_error, line), "%s", s_error);
    cr_assert_eq(recording.all.count, 0u);
}

Test(recording, a_mistake_is_named_with_its_line)
{
    s_refused(EVENT("1") "\n" EVENT("2") "\n{\"id\":\"3\"}\n", ":3: ");
    s_refused(EVENT("1") "\n{\"type\":", ":2: ");
    s_refused("[" EVENT("1") "]\n[{}]\n", ":2: ");
    s_refused("", ":1: contains no events");
}

Test(recording, a_missing_file_is_an_error)
{
    recording_t recording = {0};
    cr_assert_eq(recording_load(&recording, "/nonexistent/file", s_error),
                 -ENOENT);
    cr_assert(strstr(s_error, "/nonexistent/file"));
}

static recording_t s_two_polls(void)
{
    recording_t recording;
    cr_assert_eq(s_load(&recording,
                        "[" EVENT("2") "," EVENT("1") "]\n[" EVENT("3") "]\n",
                        false),
                 0);
    return recording;
}

Test(polls, a_line_is_shown_until_it_is_consumed)
{
    recording_t recording = s_two_polls();
    polls_t polls = {.recording = &recording};
    cr_assert_eq(polls_line(&polls), 0u);
    cr_assert_eq(polls_line(&polls), 0u);
    polls_consume(&polls, 0);
    polls_consume(&polls, 0);
    cr_assert_eq(polls_line(&polls), 1u);
    cr_assert_eq(polls_left(&polls), 1u);
    recording_free(&recording);
}

Test(polls, the_last_line_is_repeated)
{
    recording_t recording = s_two_polls();
    polls_t polls = {.recording = &recording};
    polls_consume(&polls, 0);
    polls_consume(&polls, 1);
    cr_assert_eq(polls_line(&polls), 1u);
    cr_assert_eq(polls_left(&polls), 0u);
    recording_free(&recording);
}

Test(polls, what_is_withheld_is_in_the_next_line)
{
    recording_t recording = s_two_polls();
    polls_t polls = {.recording = &recording};
    sim_event_t *found[4];
    cr_assert_eq(polls_find(&polls, 0, found, 4), 2u);
    cr_assert_eq(polls_withhold(&polls, 0, found[1]), 0);
    cr_assert_eq(polls_find(&polls, 0, found, 4), 1u);
    cr_assert_eq(polls_find(&polls, 1, found, 4), 2u);
    cr_assert_eq(found[0]->id, 1u);
    recording_free(&recording);
}

Test(polls, nothing_is_withheld_from_the_last_line)
{
    recording_t recording = s_two_polls();
    polls_t polls = {.recording = &recording};
    sim_event_t *found[4];
    cr_assert_eq(polls_find(&polls, 1, found, 4), 1u);
    cr_assert_eq(polls_withhold(&polls, 1, found[0]), 0);
    cr_assert_eq(polls_find(&polls, 1, found, 4), 1u);
    recording_free(&recording);
}

#include "proto/base/buffer.h"
#include "proto/event/event.h"
#include "proto/event/scanner.h"

#include <criterion/criterion.h>
#include <stdlib.h>

// What the scanner finds is written down as text: "+object" and "-reject:text",
// a line each. So expectations read like what they say.
static void s_note(buffer_t *log, event_scan_t what, slice_t found,
                   const char *reason)
{
    if (what == EVENT_SCAN_OBJECT)
        buffer_add_text(log, "+");
    else
        buffer_printf(log, "-%s:", reason);
    buffer_add(log, found.data, found.bytes);
    buffer_add_text(log, "\n");
}

// Whether the line is one object: what a parser would say of these inputs.
static bool s_is_object(slice_t line)
{
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    slice_t found;
    const char *reason;
    bool whole = event_scanner_next(scanner, line, &at, true, &found,
                                    &reason) == EVENT_SCAN_OBJECT &&
                 slice_equal(found, line);
    event_scanner_destroy(&scanner);
    return whole;
}

static void s_take_guesses(event_scanner_t *scanner, slice_t input, size_t *at,
                           buffer_t *log)
{
    slice_t line;
    while (event_scanner_guess(scanner, input, at, &line) &&
           s_is_object(line)) {
        event_scanner_take(scanner, at, line);
        s_note(log, EVENT_SCAN_OBJECT, line, NULL);
    }
}

// Feeds input up to `first` bytes, then all of it. Each time in memory of its
// own, as a caller that moves its buffer does.
static buffer_t s_scan_in_two(slice_t input, size_t first, bool guess)
{
    buffer_t log = {0};
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    for (int last = 0; last <= 1; last++) {
        size_t bytes = (last ? input.bytes : first) - at;
        char *moved = malloc(bytes ? bytes : 1);
        memcpy(moved, input.data + at, bytes);
        size_t moved_at = 0;
        event_scan_t what;
        slice_t found;
        const char *reason = NULL;
        if (guess)
            s_take_guesses(scanner, slice(moved, bytes), &moved_at, &log);
        while ((what = event_scanner_next(scanner, slice(moved, bytes),
                                          &moved_at, last, &found, &reason)) <=
               EVENT_SCAN_REJECT) {
            s_note(&log, what, found, reason);
            if (guess)
                s_take_guesses(scanner, slice(moved, bytes), &moved_at, &log);
        }
        cr_assert_eq(what, last ? EVENT_SCAN_END : EVENT_SCAN_MORE);
        at += moved_at;
        free(moved);
    }
    cr_assert_eq(at, input.bytes);
    event_scanner_destroy(&scanner);
    cr_assert_null(scanner);
    return log;
}

static void s_assert_found(slice_t input, slice_t expected, bool guess)
{
    // Cut in two at every byte; at the end first, where a failure reads best.
    for (size_t first = input.bytes + 1; first-- > 0;) {
        buffer_t log = s_scan_in_two(input, first, guess);
        cr_assert(slice_equal(buffer_slice(&log), expected),
                  "cut at %zu: %.*s is not %.*s", first, (int)log.bytes,
                  log.data, (int)expected.bytes, expected.data);
        buffer_free(&log);
    }
}

// With guesses and without, the same must be found.
static void s_assert_scanned(slice_t input, slice_t expected)
{
    s_assert_found(input, expected, false);
    s_assert_found(input, expected, true);
}

Test(event_scanner, a_line_is_guessed_once_and_only_if_it_looks_like_an_object)
{
    event_scanner_t *scanner = event_scanner_new();
    slice_t input = slice_of(",\n{\"a\":1}\r\n{\"b\" {}\n{\"c\":2},\n{\"d\"}");
    size_t at = 0;
    slice_t line;
    cr_assert(event_scanner_guess(scanner, input, &at, &line));
    cr_assert(slice_equal(line, slice_of("{\"a\":1}")));
    event_scanner_take(scanner, &at, line);
    cr_assert(event_scanner_guess(scanner, input, &at, &line));
    cr_assert(slice_equal(line, slice_of("{\"b\" {}")));
    cr_assert(!event_scanner_guess(scanner, input, &at, &line));
    slice_t found;
    const char *reason;
    cr_assert_eq(
        event_scanner_next(scanner, input, &at, false, &found, &reason),
        EVENT_SCAN_REJECT);
    // It ends in a comma, and what follows may go on.
    cr_assert(!event_scanner_guess(scanner, input, &at, &line));
    cr_assert_eq(
        event_scanner_next(scanner, input, &at, false, &found, &reason),
        EVENT_SCAN_OBJECT);
    cr_assert(!event_scanner_guess(scanner, input, &at, &line));
    event_scanner_destroy(&scanner);
}

static void s_assert_finds(const char *input, const char *expected)
{
    s_assert_scanned(slice_of(input), slice_of(expected));
}

Test(event_scanner, takes_an_object_a_line)
{
    s_assert_finds("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}",
                   "+{\"a\":1}\n+{\"b\":2}\n+{\"c\":3}\n");
}

Test(event_scanner, takes_objects_with_nothing_between_them)
{
    s_assert_finds("{\"a\":{}}{\"b\":2}{}", "+{\"a\":{}}\n+{\"b\":2}\n+{}\n");
}

Test(event_scanner, takes_arrays_apart)
{
    s_assert_finds("[{\"a\":1},{\"b\":2}]", "+{\"a\":1}\n+{\"b\":2}\n");
    s_assert_finds("[{\"a\":1}]\n[]\n[{\"b\":2}]\n",
                   "+{\"a\":1}\n+{\"b\":2}\n");
    s_assert_finds("[\n  {\"a\":1},\n  {\"b\":2}\n]\n",
                   "+{\"a\":1}\n+{\"b\":2}\n");
}

Test(event_scanner, takes_objects_over_several_lines)
{
    s_assert_finds("{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n{}",
                   "+{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n"
                   "+{}\n");
}

Test(event_scanner, braces_and_quotes_in_strings_mean_nothing)
{
    s_assert_finds("{\"}{\":\"\\\"}\\\\\"}{\"\\\\\\\"{\":1}",
                   "+{\"}{\":\"\\\"}\\\\\"}\n+{\"\\\\\\\"{\":1}\n");
}

Test(event_scanner, byte_order_marks_and_nuls_are_separators)
{
    static const char input[] = "\xEF\xBB\xBF{\"a\":1}\0\0\n\0{\"b\":2}\0";
    s_assert_scanned(slice(input, sizeof input - 1),
                     slice_of("+{\"a\":1}\n+{\"b\":2}\n"));
}

Test(event_scanner, nothing_is_the_end)
{
    s_assert_finds("", "");
    s_assert_finds(" \n\t\r[],", "");
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    slice_t found;
    const char *reason;
    cr_assert_eq(event_scanner_next(scanner, slice(NULL, 0), &at, false, &found,
                                    &reason),
                 EVENT_SCAN_MORE);
    cr_assert_eq(
        event_scanner_next(scanner, slice(NULL, 0), &at, true, &found, &reason),
        EVENT_SCAN_END);
    event_scanner_destroy(&scanner);
}

Test(event_scanner, an_error_body_is_an_object_like_any)
{
    s_assert_finds("{\"message\":\"Bad credentials\"}",
                   "+{\"message\":\"Bad credentials\"}\n");
}

Test(event_scanner, what_is_no_object_is_rejected_to_the_end_of_its_line)
{
    s_assert_finds("null\n{\"a\":1}\n<html>{}</html>\n{\"b\":2}\n\"x\"",
                   "-not a JSON object:null\n+{\"a\":1}\n"
                   "-not a JSON object:<html>{}</html>\n+{\"b\":2}\n"
                   "-not a JSON object:\"x\"\n");
}

Test(event_scanner, a_line_torn_in_a_string_costs_only_itself)
{
    s_assert_finds("{\"a\":1}\n{\"b\":\"tor\n{\"c\":3}\n",
                   "+{\"a\":1}\n-torn:{\"b\":\"tor\n+{\"c\":3}\n");
    s_assert_finds("{\"b\":\"tor\\\n{\"c\":3}\n",
                   "-torn:{\"b\":\"tor\\\n+{\"c\":3}\n");
}

Test(event_scanner, a_line_torn_between_strings_costs_only_itself)
{
    s_assert_finds("{\"b\":{\"x\":5\n{\"c\":3}\n{\"d\":4}\n",
                   "-torn:{\"b\":{\"x\":5\n+{\"c\":3}\n+{\"d\":4}\n");
    s_assert_finds("[{\"b\":\n[{\"c\":3}]\n", "-torn:{\"b\":\n+{\"c\":3}\n");
}

Test(event_scanner, the_tail_of_a_torn_line_costs_only_itself)
{
    s_assert_finds("opened\"},\"public\":true}\n{\"c\":3}\n",
                   "-not a JSON object:opened\"},\"public\":true}\n"
                   "+{\"c\":3}\n");
    s_assert_finds("rn\"}{\"c\":3}{\"d\":4}",
                   "-not a JSON object:rn\"}\n+{\"c\":3}\n+{\"d\":4}\n");
}

Test(event_scanner, a_line_with_another_glued_in_costs_only_itself)
{
    s_assert_finds("{\"a\":\"to{\"b\":2}\n{\"c\":3}\n",
                   "-torn:{\"a\":\"to{\"b\":2}\n+{\"c\":3}\n");
}

Test(event_scanner, nuls_tear_an_object)
{
    static const char input[] = "{\"a\":\"to\0\0\0{\"b\":2}\n{\"c\":\0\n{}";
    s_assert_scanned(slice(input, sizeof input - 1),
                     slice_of("-torn:{\"a\":\"to\n+{\"b\":2}\n"
                              "-torn:{\"c\":\n+{}\n"));
}

Test(event_scanner, an_unfinished_end_is_truncated)
{
    s_assert_finds("{\"a\":1}\n{\"b\":[1,",
                   "+{\"a\":1}\n-truncated:{\"b\":[1,\n");
    s_assert_finds("{\"a\":\"x", "-truncated:{\"a\":\"x\n");
    s_assert_finds("{", "-truncated:{\n");
    s_assert_finds("{\"a\":\"\\", "-truncated:{\"a\":\"\\\n");
    s_assert_finds("{}\xEF", "+{}\n-not a JSON object:\xEF\n");
}

Test(event_scanner, is_ready_for_another_stream_after_the_end)
{
    event_scanner_t *scanner = event_scanner_new();
    static const char *const streams[] = {"{\"a\":\"x", "{\"b\":2}\n", "{}"};
    static const event_scan_t expected[] = {
        EVENT_SCAN_REJECT, EVENT_SCAN_OBJECT, EVENT_SCAN_OBJECT};
    for (int i = 0; i < 3; i++) {
        size_t at = 0;
        slice_t found;
        const char *reason;
        slice_t input = slice_of(streams[i]);
        cr_assert_eq(
            event_scanner_next(scanner, input, &at, true, &found, &reason),
            expected[i]);
        cr_assert_eq(
            event_scanner_next(scanner, input, &at, true, &found, &reason),
            EVENT_SCAN_END);
    }
    event_scanner_destroy(&scanner);
}

// An object that never ends, in pieces: the caller's buffer stays bounded, and
// what follows on the next line is found.
Test(event_scanner, what_is_too_long_is_rejected_in_pieces)
{
    size_t bytes = EVENT_JSON_MAX + 3u * 1024 * 1024;
    char *input = malloc(bytes + 16);
    memset(input, 'x', bytes);
    memcpy(input, "{\"a\":\"", 6);
    strcpy(input + bytes, "\n{\"b\":2}\n");
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    size_t rejected = 0;
    size_t most_kept = 0;
    int objects = 0;
    for (size_t fed = 0; fed < bytes + 9;) {
        fed = fed + 1000003 < bytes + 9 ? fed + 1000003 : bytes + 9;
        event_scan_t what;
        slice_t found;
        const char *reason;
        while ((what = event_scanner_next(scanner, slice(input, fed), &at,
                                          fed == bytes + 9, &found, &reason)) <=
               EVENT_SCAN_REJECT) {
            objects += what == EVENT_SCAN_OBJECT;
            rejected += what == EVENT_SCAN_REJECT ? found.bytes : 0;
        }
        most_kept = fed - at > most_kept ? fed - at : most_kept;
    }
    cr_assert_eq(objects, 1);
    cr_assert_eq(rejected, bytes);
    cr_assert_leq(most_kept, EVENT_JSON_MAX + 1);
    event_scanner_destroy(&scanner);
    free(input);
}

Test(event_scanner, what_is_too_long_is_rejected_in_one_piece)
{
    const size_t bytes = EVENT_JSON_MAX + 1;
    char *input = malloc(bytes);
    memset(input, 'x', bytes);
    memcpy(input, "{\"a\":\"", 6);
    memcpy(input + bytes - 2, "\"}", 2);
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    slice_t found;
    const char *reason = NULL;
    cr_assert_eq(event_scanner_next(scanner, slice(input, bytes), &at, true,
                                    &found, &reason),
                 EVENT_SCAN_REJECT);
    cr_assert_eq(found.bytes, bytes);
    cr_assert_str_eq(reason, "too long");
    event_scanner_destroy(&scanner);
    free(input);
}

// Every byte on its own must take no longer than all at once, else scanning
// were quadratic: this one then takes minutes.
Test(event_scanner, does_not_scan_twice, .timeout = 60)
{
    size_t bytes = 8u * 1024 * 1024;
    char *input = malloc(bytes);
    memset(input, 'x', bytes);
    memcpy(input, "{\"a\":\"", 6);
    memcpy(input + bytes - 2, "\"}", 2);
    event_scanner_t *scanner = event_scanner_new();
    size_t at = 0;
    slice_t found;
    const char *reason;
    for (size_t fed = 1; fed < bytes; fed++)
        cr_assert_eq(event_scanner_next(scanner, slice(input, fed), &at, false,
                                        &found, &reason),
                     EVENT_SCAN_MORE);
    cr_assert_eq(event_scanner_next(scanner, slice(input, bytes), &at, false,
                                    &found, &reason),
                 EVENT_SCAN_OBJECT);
    cr_assert_eq(found.bytes, bytes);
    event_scanner_destroy(&scanner);
    free(input);
}

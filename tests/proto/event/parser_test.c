#include "proto/event/parser.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Kept between parses: texts in an event live until the next one.
static event_parser_t *s_parser;

static void s_open(void)
{
    s_parser = event_parser_new();
}

static void s_close(void)
{
    event_parser_destroy(&s_parser);
}

TestSuite(event_parser, .init = s_open, .fini = s_close);

static event_t s_parse(const char *json)
{
    event_t event;
    const char *reason = "none";
    cr_assert_eq(event_parser_parse(s_parser, slice_of(json), &event, &reason),
                 0, "%s: %s", json, reason);
    return event;
}

static void s_assert_refused(const char *json, const char *expected)
{
    event_t event = {.id = 77};
    const char *reason = "none";
    cr_assert_eq(event_parser_parse(s_parser, slice_of(json), &event, &reason),
                 -EBADMSG, "%s", json);
    cr_assert_str_eq(reason, expected, "%s: %s", json, reason);
    cr_assert_eq(event.id, 77, "outputs must stay untouched");
}

static void s_assert_text(slice_t text, const char *expected)
{
    cr_assert(slice_equal(text, slice_of(expected)), "\"%.*s\" is not \"%s\"",
              (int)text.bytes, text.bytes ? text.data : "", expected);
}

// The least there can be, with more members put in.
#define EVENT(members)                                                         \
    "{\"type\":\"PushEvent\",\"created_at\":\"2016-01-01T01:30:00Z\"" members  \
    "}"

Test(event_parser, reads_what_github_sends_today)
{
    event_t event = s_parse(
        "{\"id\":\"5630000001\",\"type\":\"PullRequestEvent\",\"actor\":{"
        "\"id\":20,\"login\":\"someone\",\"display_login\":\"Some\"},"
        "\"repo\":{\"id\":10,\"name\":\"owner/repo\",\"url\":\"https://x\"},"
        "\"payload\":{\"action\":\"opened\",\"number\":7,\"pull_request\":{"
        "\"id\":1}},\"public\":true,\"created_at\":\"2026-08-01T12:00:01Z\","
        "\"org\":{\"id\":30,\"login\":\"owner\"}}");
    cr_assert_eq(event.id, 5630000001);
    cr_assert_eq(event.type, EVENT_TYPE_PULL_REQUEST);
    cr_assert_eq(event.action, EVENT_ACTION_OPENED);
    cr_assert_eq(event.repo_id, 10);
    cr_assert_eq(event.actor_id, 20);
    cr_assert_eq(event.org_id, 30);
    cr_assert_eq(event.created_at, 1785585601);
    s_assert_text(event.type_name, "PullRequestEvent");
    s_assert_text(event.action_name, "opened");
    s_assert_text(event.repo_name, "owner/repo");
    s_assert_text(event.actor_login, "someone");
    s_assert_text(event.org_login, "owner");
}

Test(event_parser, type_and_time_are_enough)
{
    event_t event = s_parse(EVENT(""));
    cr_assert_eq(event.id, 0);
    cr_assert_eq(event.repo_id, 0);
    cr_assert_eq(event.actor_id, 0);
    cr_assert_eq(event.org_id, 0);
    cr_assert_eq(event.action, EVENT_ACTION_NONE);
    s_assert_text(event.action_name, "");
    s_assert_text(event.repo_name, "");
    s_assert_text(event.actor_login, "");
    s_assert_text(event.org_login, "");
}

Test(event_parser, without_type_or_time_it_is_no_event)
{
    s_assert_refused("{\"message\":\"API rate limit exceeded\"}",
                     "type is missing");
    s_assert_refused("{}", "type is missing");
    s_assert_refused("{\"type\":null}", "type is missing");
    s_assert_refused("{\"type\":7}", "type is not a name");
    s_assert_refused("{\"type\":\"\"}", "type is not a name");
    s_assert_refused("{\"type\":\"PushEvent\"}", "created_at is missing");
    s_assert_refused("{\"type\":\"PushEvent\",\"created_at\":null}",
                     "created_at is missing");
    s_assert_refused("{\"type\":\"PushEvent\",\"created_at\":1451611800}",
                     "created_at is not a time");
    s_assert_refused("{\"type\":\"PushEvent\",\"created_at\":\"yesterday\"}",
                     "created_at is not a time");
}

Test(event_parser, ids_are_numbers_or_digits_and_all_else_is_none)
{
    cr_assert_eq(s_parse(EVENT(",\"id\":\"54712345678\"")).id, 54712345678);
    cr_assert_eq(s_parse(EVENT(",\"id\":54712345678")).id, 54712345678);
    cr_assert_eq(s_parse(EVENT(",\"id\":\"18446744073709551615\"")).id,
                 UINT64_MAX);
    cr_assert_eq(s_parse(EVENT(",\"id\":18446744073709551615")).id, UINT64_MAX);
    static const char *const none[] = {
        EVENT(",\"id\":\"18446744073709551616\""),
        EVENT(",\"id\":\"99999999999999999999999\""),
        EVENT(",\"id\":-1"),
        EVENT(",\"id\":1.5"),
        EVENT(",\"id\":\"-1\""),
        EVENT(",\"id\":\"1.5\""),
        EVENT(",\"id\":\" 1\""),
        EVENT(",\"id\":\"\""),
        EVENT(",\"id\":\"8a2f\""),
        EVENT(",\"id\":null"),
        EVENT(",\"id\":true"),
        EVENT(",\"id\":{\"id\":5}"),
        EVENT(",\"id\":[5]")};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_assert_eq(s_parse(none[i]).id, 0, "%s", none[i]);
}

Test(event_parser, every_form_of_a_time_is_read)
{
    cr_assert_eq(s_parse("{\"type\":\"PushEvent\",\"created_at\":"
                         "\"2012\\/04\\/11 15:01:33 -0700\"}")
                     .created_at,
                 1334181693);
    cr_assert_eq(s_parse("{\"type\":\"PushEvent\",\"created_at\":"
                         "\"2012-06-14T15:01:42-07:00\"}")
                     .created_at,
                 1339711302);
}

Test(event_parser, the_slash_of_2011_is_no_repository)
{
    event_t event = s_parse(EVENT(",\"repo\":{\"name\":\"/\",\"url\":\"x\"}"));
    s_assert_text(event.repo_name, "");
    event = s_parse(EVENT(",\"repo\":{\"name\":\"/\",\"id\":5}"));
    s_assert_text(event.repo_name, "/");
    cr_assert_eq(event.repo_id, 5);
}

Test(event_parser, the_repository_of_2012_is_joined_from_owner_and_name)
{
    event_t event = s_parse(EVENT(
        ",\"repository\":{\"name\":\"spot\",\"owner\":\"web\",\"id\":9}"));
    s_assert_text(event.repo_name, "web/spot");
    cr_assert_eq(event.repo_id, 9);
    event = s_parse(EVENT(",\"repository\":{\"name\":\"a\",\"owner\":{"
                          "\"login\":\"b\",\"name\":\"c\"}}"));
    s_assert_text(event.repo_name, "b/a");
    event = s_parse(
        EVENT(",\"repository\":{\"name\":\"a\",\"owner\":{\"name\":\"c\"}}"));
    s_assert_text(event.repo_name, "c/a");
    event = s_parse(EVENT(",\"repository\":{\"name\":\"a\",\"owner\":\"b\","
                          "\"full_name\":\"x/y\"}"));
    s_assert_text(event.repo_name, "x/y");
    event = s_parse(EVENT(",\"repository\":{\"name\":\"a\"}"));
    s_assert_text(event.repo_name, "");
}

Test(event_parser, repo_goes_before_repository)
{
    event_t event = s_parse(EVENT(",\"repository\":{\"name\":\"a\",\"owner\":"
                                  "\"b\"},\"repo\":{\"name\":\"new/name\"}"));
    s_assert_text(event.repo_name, "new/name");
    event = s_parse(EVENT(",\"repo\":null,\"repository\":{\"name\":\"a\","
                          "\"owner\":\"b\"}"));
    s_assert_text(event.repo_name, "b/a");
}

Test(event_parser, an_actor_is_an_object_a_text_or_nobody)
{
    s_assert_text(s_parse(EVENT(",\"actor\":\"old\"")).actor_login, "old");
    s_assert_text(s_parse(EVENT(",\"actor\":null")).actor_login, "");
    s_assert_text(s_parse(EVENT(",\"actor\":\"\"")).actor_login, "");
    s_assert_text(s_parse(EVENT(",\"actor\":{}")).actor_login, "");
    event_t event = s_parse(EVENT(",\"actor\":{\"id\":5,\"login\":null}"));
    s_assert_text(event.actor_login, "");
    cr_assert_eq(event.actor_id, 5);
    s_assert_text(s_parse(EVENT(",\"actor\":\"\",\"actor_attributes\":{"
                                "\"login\":\"attributed\"}"))
                      .actor_login,
                  "attributed");
    s_assert_text(s_parse(EVENT(",\"actor\":\"named\",\"actor_attributes\":{"
                                "\"login\":\"attributed\"}"))
                      .actor_login,
                  "named");
}

Test(event_parser, unknown_types_and_actions_are_data)
{
    event_t event =
        s_parse("{\"type\":\"TeleportEvent\",\"payload\":{\"action\":"
                "\"beamed\"},\"created_at\":\"2016-01-01T01:30:00Z\"}");
    cr_assert_eq(event.type, EVENT_OTHER);
    cr_assert_eq(event.action, EVENT_OTHER);
    s_assert_text(event.type_name, "TeleportEvent");
    s_assert_text(event.action_name, "beamed");
}

#define PULL_REQUEST(payload)                                                  \
    "{\"type\":\"PullRequestEvent\",\"payload\":" payload                      \
    ",\"created_at\":\"2016-01-01T01:30:00Z\"}"

Test(event_parser, closed_with_merged_true_is_a_merge)
{
    event_t event = s_parse(PULL_REQUEST(
        "{\"action\":\"closed\",\"pull_request\":{\"merged\":true}}"));
    cr_assert_eq(event.action, EVENT_ACTION_MERGED);
    s_assert_text(event.action_name, "merged");
    event = s_parse(PULL_REQUEST("{\"action\":\"merged\"}"));
    cr_assert_eq(event.action, EVENT_ACTION_MERGED);
}

Test(event_parser, all_other_closings_are_none)
{
    static const char *const closed[] = {
        PULL_REQUEST(
            "{\"action\":\"closed\",\"pull_request\":{\"merged\":false}}"),
        PULL_REQUEST(
            "{\"action\":\"closed\",\"pull_request\":{\"merged\":\"true\"}}"),
        PULL_REQUEST("{\"action\":\"closed\",\"pull_request\":{\"merged\":1}}"),
        PULL_REQUEST("{\"action\":\"closed\",\"pull_request\":{}}"),
        PULL_REQUEST("{\"action\":\"closed\",\"pull_request\":null}"),
        PULL_REQUEST("{\"action\":\"closed\",\"merged\":true}"),
        EVENT(",\"payload\":{\"action\":\"closed\",\"pull_request\":{"
              "\"merged\":true}}")};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        cr_assert_eq(s_parse(closed[i]).action, EVENT_ACTION_CLOSED, "%s",
                     closed[i]);
    // The model of 2012 has merged true beside "opened", too.
    cr_assert_eq(s_parse(PULL_REQUEST("{\"action\":\"opened\","
                                      "\"pull_request\":{\"merged\":true}}"))
                     .action,
                 EVENT_ACTION_OPENED);
}

Test(event_parser, an_action_that_is_no_text_is_none)
{
    static const char *const none[] = {EVENT(",\"payload\":{\"action\":null}"),
                                       EVENT(",\"payload\":{\"action\":7}"),
                                       EVENT(",\"payload\":{\"action\":\"\"}"),
                                       EVENT(",\"payload\":{\"action\":{}}"),
                                       EVENT(",\"payload\":{}"),
                                       EVENT(",\"payload\":null"),
                                       EVENT(",\"payload\":[\"action\"]"),
                                       EVENT(",\"action\":\"opened\"")};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_assert_eq(s_parse(none[i]).action, EVENT_ACTION_NONE, "%s", none[i]);
}

Test(event_parser, escapes_in_names_are_decoded)
{
    event_t event =
        s_parse(EVENT(",\"repo\":{\"name\":\"o\\/\\u00e9\\ud83d\\ude00\"},"
                      "\"actor\":\"nul\\u0000nul\""));
    s_assert_text(event.repo_name, "o/\xC3\xA9\xF0\x9F\x98\x80");
    cr_assert(slice_equal(event.actor_login, slice("nul\0nul", 7)));
}

Test(event_parser, half_a_surrogate_pair_is_read_as_replacement)
{
    event_t event = s_parse(EVENT(
        ",\"actor\":\"\\ud83d-\\uDE00\",\"x\":\"\\\\ud83d\\ud83d\\ud83d\""));
    s_assert_text(event.actor_login, "\xEF\xBF\xBD-\xEF\xBF\xBD");
    cr_assert(memmem(event.json.data, event.json.bytes, "\\ud83d-", 7),
              "the raw event stays verbatim");
    event = s_parse(EVENT(",\"a\":\"\\ud83d\",\"actor\":\"\\ud83d\\ude00\""));
    s_assert_text(event.actor_login, "\xF0\x9F\x98\x80");
}

Test(event_parser, the_first_of_two_alike_keys_wins)
{
    event_t event = s_parse(EVENT(",\"id\":1,\"id\":2,\"type\":\"ForkEvent\""));
    cr_assert_eq(event.id, 1);
    cr_assert_eq(event.type, EVENT_TYPE_PUSH);
}

Test(event_parser, the_raw_event_is_the_input_without_white_space_around)
{
    static const char json[] = " \r\n\t" EVENT("") "\n ";
    event_t event = s_parse(json);
    s_assert_text(event.json, EVENT(""));
    cr_assert_eq(event.json.data, json + 4, "not a copy");
}

Test(event_parser, what_is_not_json_is_refused)
{
    s_assert_refused("", "not JSON");
    s_assert_refused("[]", "not a JSON object");
    s_assert_refused("null", "not a JSON object");
    s_assert_refused("\"text\"", "not a JSON object");
    s_assert_refused("{\"type\":\"PushEvent\"", "not JSON");
    s_assert_refused(EVENT(",\"a\":[}"), "not JSON");
    s_assert_refused(EVENT(",}"), "not JSON");
    s_assert_refused(EVENT("") " {}", "not JSON");
    s_assert_refused(EVENT(",\"a\":01"),
                     "not JSON: a number is malformed or out of range");
    s_assert_refused(EVENT(",\"a\":\"\\x\""),
                     "not JSON: a string is malformed");
    s_assert_refused(EVENT(",\"a\":\"\x01\""),
                     "not JSON: a control character in a string");
    s_assert_refused(EVENT(",\"a\":\"\xFF\""), "not valid UTF-8");
    s_assert_refused(EVENT(",\"a\":\"\xED\xA0\x80\""), "not valid UTF-8");
}

// "{"a":{"a":...}}", `depth` deep, wrapped in an event.
static char *s_nested(size_t depth)
{
    char *json = malloc(depth * 6 + sizeof EVENT(",\"p\":1") + 1);
    char *at = stpcpy(json, "{\"type\":\"PushEvent\",\"created_at\":"
                            "\"2016-01-01T01:30:00Z\",\"p\":");
    for (size_t i = 0; i < depth; i++)
        at = stpcpy(at, "{\"a\":");
    *at++ = '1';
    memset(at, '}', depth + 1);
    at[depth + 1] = '\0';
    return json;
}

Test(event_parser, nesting_is_bounded)
{
    char *fine = s_nested(500);
    s_parse(fine);
    free(fine);
    char *deep = s_nested(100000);
    s_assert_refused(deep, "nested too deeply");
    free(deep);
    s_parse(EVENT(""));
}

Test(event_parser, names_are_bounded)
{
    static char json[3 * EVENT_NAME_MAX];
    static char name[EVENT_NAME_MAX + 2];
    memset(name, 'n', EVENT_NAME_MAX);
    snprintf(json, sizeof json, EVENT(",\"actor\":\"%s\""), name);
    cr_assert_eq(s_parse(json).actor_login.bytes, EVENT_NAME_MAX);
    snprintf(json, sizeof json, EVENT(",\"actor\":\"%sn\""), name);
    s_assert_refused(json, "a name is too long");
    snprintf(json, sizeof json, EVENT(",\"payload\":{\"action\":\"%sn\"}"),
             name);
    s_assert_refused(json, "a name is too long");
    snprintf(json, sizeof json,
             EVENT(",\"repository\":{\"owner\":\"o\",\"name\":\"%s\"}"), name);
    s_assert_refused(json, "a name is too long");
    snprintf(json, sizeof json,
             EVENT(",\"repository\":{\"owner\":\"o\",\"name\":\"%s\"}"),
             name + 2);
    cr_assert_eq(s_parse(json).repo_name.bytes, EVENT_NAME_MAX);
}

// An event of exactly that many bytes.
static char *s_event_of(size_t bytes)
{
    static const char head[] = EVENT(",\"x\":\"");
    size_t start = sizeof head - 2; // without its }
    char *json = malloc(bytes + 1);
    memset(json, 'x', bytes);
    memcpy(json, head, start);
    strcpy(json + bytes - 2, "\"}");
    return json;
}

Test(event_parser, takes_events_up_to_their_bound_and_no_longer)
{
    char *json = s_event_of(EVENT_JSON_MAX);
    cr_assert_eq(s_parse(json).json.bytes, EVENT_JSON_MAX);
    free(json);
    json = s_event_of(EVENT_JSON_MAX + 1);
    s_assert_refused(json, "too long");
    free(json);
    s_parse(EVENT(""));
}

Test(event_parser, needs_no_byte_beyond_its_input)
{
    static const char text[] = EVENT("");
    size_t bytes = sizeof text - 1;
    char *json = malloc(bytes); // AddressSanitizer watches its end
    memcpy(json, text, bytes);
    event_t event;
    const char *reason;
    cr_assert_eq(
        event_parser_parse(s_parser, slice(json, bytes), &event, &reason), 0);
    for (size_t n = 0; n < bytes; n++)
        cr_assert_eq(
            event_parser_parse(s_parser, slice(json, n), &event, &reason),
            -EBADMSG);
    free(json);
}

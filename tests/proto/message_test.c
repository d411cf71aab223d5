#include "proto/message.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A message of every kind, no two of its numbers alike: what is lost, swapped
// or cut short in the codec shows.
#define AS_OF                                                                  \
    {                                                                          \
        0x1112131415161718, UINT64_MAX, 1, 0x2122232425262728                  \
    }

#define TEXT(literal)                                                          \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }

static const message_t s_samples[] = {
    {MESSAGE_FAILURE, .failure = {11, TEXT("try again")}},
    {MESSAGE_DONE, .done = {1ull << 40}},
    {MESSAGE_PUBLISH, .publish = {7, 8, 9, 1}},
    {MESSAGE_REJECT,
     .reject = {1, -2, TEXT("import:a"), TEXT("torn"), TEXT("{\0\"")}},
    {MESSAGE_ACK, .ack = {1, 2, 3, 4, 5, 1}},
    {MESSAGE_HEARTBEAT, .heartbeat = {1, 2, 3, 4}},
    {MESSAGE_LOG_READ, .log_read = {1, UINT64_MAX, 4096, UINT32_MAX, 1}},
    {MESSAGE_LOG_BATCHES, .log_batches = {1, 2, 3, 4}},
    {MESSAGE_LOG_SEEK, .log_seek = {1, INT64_MIN}},
    {MESSAGE_LOG_OFFSET, .log_offset = {1, 2}},
    {MESSAGE_LOG_FIND, .log_find = {54712345678}},
    {MESSAGE_LOG_OFFSETS, .log_offsets = {TEXT("list")}},
    {.kind = MESSAGE_LOG_STATS_ASK},
    {MESSAGE_LOG_STATS, .log_stats = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                      14, 15, 16, 17, TEXT("list")}},
    {MESSAGE_LOG_CURSORS, .log_cursors = {TEXT("source:")}},
    {MESSAGE_LOG_CURSOR_LIST, .log_cursor_list = {TEXT("list")}},
    {MESSAGE_LOG_CURSOR, .log_cursor = {TEXT("source:x"), TEXT("etag")}},
    {MESSAGE_LOG_REJECTS, .log_rejects = {UINT64_MAX, 100}},
    {MESSAGE_REJECTS, .rejects = {3, 2, TEXT("list")}},
    {.kind = MESSAGE_VIEW_STATUS_ASK},
    {MESSAGE_AS_OF, .as_of = {1, 2, 1, 3}},
    {.kind = MESSAGE_VIEW_DIGEST_ASK},
    {MESSAGE_VIEW_DIGEST, .view_digest = {1, 2, 3, 4}},
    {MESSAGE_VIEW_ADOPT, .view_adopt = {TEXT("gen-000002")}},
    {.kind = MESSAGE_SOURCES_ASK},
    {MESSAGE_SOURCES, .sources = {TEXT("list")}},
    {MESSAGE_SOURCE,
     .source = {TEXT("https://x"), TEXT("polling"), TEXT("no"), 200, 1, 2, 3,
                60, -1, -2, 4, 5, 6, 7, 8, 9, 10, 11, 0.875}},
    {MESSAGE_BEAT, .beat = {TEXT("journal"), 1, TEXT("live"), 2, 3}},
    {.kind = MESSAGE_ACTORS_ASK},
    {MESSAGE_ACTORS, .actors = {TEXT("list")}},
    {MESSAGE_ACTOR,
     .actor = {TEXT("api"), 1, TEXT("live"), 2, 3, 4, 5, 6, TEXT("signal 9")}},
    {MESSAGE_SEALED, .sealed = {TEXT("event_counts"), 1}},
    {.kind = MESSAGE_LOG_CHECKPOINT},
    {MESSAGE_VIEW_QUESTION, .view_question = {TEXT("series"), TEXT("asked")}},
    {MESSAGE_VIEW_ANSWER, .view_answer = {AS_OF, TEXT("body")}},
};
#define SAMPLES (sizeof s_samples / sizeof *s_samples)

static buffer_t s_encoded(const message_t *message)
{
    buffer_t out = {0};
    message_encode(message, &out);
    cr_assert_not(buffer_failed(&out));
    return out;
}

// Numbers of messages that are no more.
static bool s_is_retired(int kind)
{
    return (kind >= 22 && kind <= 27) || (kind >= 38 && kind <= 45);
}

static const message_t *s_sample(int kind)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        if ((int)s_samples[i].kind == kind)
            return &s_samples[i];
    }
    return NULL;
}

Test(message, there_is_a_sample_of_every_kind)
{
    for (int kind = 1; kind < MESSAGE_KINDS; kind++)
        cr_assert_eq(s_sample(kind) == NULL, s_is_retired(kind), "%d", kind);
}

Test(message, a_retired_number_is_never_taken_for_another_message)
{
    for (int kind = 1; kind < MESSAGE_KINDS; kind++) {
        const char bytes[] = {MESSAGE_VERSION, (char)kind};
        message_t message;
        if (s_is_retired(kind))
            cr_assert_eq(message_decode(&message, slice(bytes, 2)), -EBADMSG);
    }
}

Test(message, every_kind_survives_a_round_trip)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        buffer_t first = s_encoded(&s_samples[i]);
        message_t decoded;
        cr_assert_eq(message_decode(&decoded, buffer_slice(&first)), 0);
        cr_assert_eq(decoded.kind, s_samples[i].kind);
        buffer_t second = s_encoded(&decoded);
        cr_assert(slice_equal(buffer_slice(&first), buffer_slice(&second)),
                  "kind %d", decoded.kind);
        buffer_free(&first);
        buffer_free(&second);
    }
}

Test(message, fields_arrive_where_they_were_sent_from)
{
    buffer_t bytes = s_encoded(s_sample(MESSAGE_SOURCE));
    message_t message;
    cr_assert_eq(message_decode(&message, buffer_slice(&bytes)), 0);
    const message_source_t *source = &message.source;
    cr_assert(slice_equal(source->name, slice_of("https://x")));
    cr_assert(slice_equal(source->error, slice_of("no")));
    cr_assert_eq(source->last_status, 200);
    cr_assert_eq(source->poll_interval_s, 60);
    cr_assert_eq(source->quota_limit, -1);
    cr_assert_eq(source->quota_remaining, -2);
    cr_assert_eq(source->last_gap_until_us, 11);
    cr_assert_float_eq(source->coverage, 0.875, 0);
    buffer_free(&bytes);
}

Test(message, is_laid_out_as_the_readme_says)
{
    buffer_t bytes = s_encoded(s_sample(MESSAGE_FAILURE));
    static const char expected[] = "\x03\x01"
                                   "\x0B\0\0\0"
                                   "\x09\0\0\0try again";
    cr_assert(slice_equal(buffer_slice(&bytes),
                          slice(expected, sizeof expected - 1)));
    buffer_free(&bytes);
}

Test(message, every_truncation_is_refused)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        buffer_t bytes = s_encoded(&s_samples[i]);
        message_t message = {.kind = MESSAGE_KINDS};
        for (size_t n = 0; n < bytes.bytes; n++)
            cr_assert_eq(message_decode(&message, slice(bytes.data, n)),
                         -EBADMSG);
        cr_assert_eq(message.kind, MESSAGE_KINDS, "it must stay untouched");
        buffer_free(&bytes);
    }
}

Test(message, bytes_too_many_are_refused)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        buffer_t bytes = s_encoded(&s_samples[i]);
        buffer_add_u8(&bytes, 0);
        message_t message;
        cr_assert_eq(message_decode(&message, buffer_slice(&bytes)), -EBADMSG);
        buffer_free(&bytes);
    }
}

Test(message, a_length_beyond_the_end_is_refused)
{
    message_t message;
    cr_assert_eq(message_decode(&message, slice("\x03\x0C\x05\0\0\0list", 10)),
                 -EBADMSG);
    cr_assert_eq(
        message_decode(&message, slice("\x03\x0C\xFF\xFF\xFF\xFFlist", 10)),
        -EBADMSG);
}

Test(message, unknown_kinds_and_versions_are_told_apart)
{
    message_t message;
    cr_assert_eq(message_decode(&message, slice("\x03\x00", 2)), -EBADMSG);
    cr_assert_eq(message_decode(&message, slice("\x03\xFF", 2)), -EBADMSG);
    cr_assert_eq(message_decode(&message, slice("\x00\x0D", 2)), -EBADMSG);
    cr_assert_eq(message_decode(&message, slice("\x01\x0D", 2)), -ENOTSUP);
    cr_assert_eq(message_decode(&message, slice("\x04\x0D", 2)), -ENOTSUP);
    cr_assert_eq(message_decode(&message, slice("\x03\x0D", 2)), 0);
}

Test(message, a_list_gives_back_its_items_in_order)
{
    buffer_t list = {0};
    for (size_t i = 0; i < SAMPLES; i++)
        message_list_add(&list, &s_samples[i]);
    slice_t rest = buffer_slice(&list);
    message_t item;
    for (size_t i = 0; i < SAMPLES; i++) {
        cr_assert_eq(message_list_next(&rest, s_samples[i].kind, &item), 1);
        cr_assert_eq(item.kind, s_samples[i].kind);
    }
    cr_assert_eq(message_list_next(&rest, MESSAGE_DONE, &item), 0);
    cr_assert_eq(message_list_next(&rest, MESSAGE_DONE, &item), 0);
    buffer_free(&list);
}

Test(message, a_damaged_list_is_refused_and_does_not_move)
{
    buffer_t list = {0};
    message_list_add(&list, &s_samples[0]);
    message_t item;
    for (size_t n = 1; n < list.bytes; n++) {
        slice_t rest = slice(list.data, n);
        cr_assert_eq(message_list_next(&rest, s_samples[0].kind, &item),
                     -EBADMSG);
        cr_assert_eq(rest.bytes, n);
    }
    buffer_free(&list);
}

Test(message, an_empty_list_is_empty)
{
    slice_t list = slice(NULL, 0);
    message_t item;
    cr_assert_eq(message_list_next(&list, MESSAGE_DONE, &item), 0);
}

// Whoever reads fields of another kind than was sent follows pointers that a
// peer made up.
Test(message, an_item_of_another_kind_is_refused)
{
    buffer_t list = {0};
    message_list_add(&list, &(message_t){MESSAGE_DONE, .done = {1}});
    slice_t rest = buffer_slice(&list);
    message_t item = {.kind = MESSAGE_ACTORS_ASK};
    cr_assert_eq(message_list_next(&rest, MESSAGE_ACTORS, &item), -EBADMSG);
    cr_assert_eq(item.kind, MESSAGE_ACTORS_ASK);
    cr_assert_eq(rest.bytes, list.bytes);
    buffer_free(&list);
}

Test(message, a_failure_is_an_errno)
{
    message_failure_t failure = {.code = ENOSPC};
    cr_assert_eq(message_failure_error(&failure), -ENOSPC);
    for (unsigned i = 0; i < 3; i++) {
        failure.code = (uint32_t[]){0, 4096, UINT32_MAX}[i];
        cr_assert_eq(message_failure_error(&failure), -EIO);
    }
}

Test(message, an_acknowledgement_topic_names_its_producer)
{
    const uint64_t ids[] = {0, 1, 0xfedcba9876543210, UINT64_MAX};
    char topic[MESSAGE_ACK_TOPIC_BYTES + 1];

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        uint64_t found = ~ids[i];
        message_ack_topic(ids[i], topic);
        cr_assert(message_ack_producer(slice_of(topic), &found));
        cr_assert_eq(found, ids[i]);
    }
    message_ack_topic(0x2a, topic);
    cr_assert_str_eq(topic, "A000000000000002a");
}

Test(message, other_topics_name_no_producer)
{
    static const char *const topics[] = {
        "",
        "A",
        "A000000000000002",
        "A000000000000002a0",
        "B000000000000002a",
        "A000000000000002A",
        "A00000000000000g0",
        "A-00000000000002a",
        "A 00000000000002a",
        "A0x0000000000002a",
    };
    uint64_t producer = 7;

    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        cr_assert_not(message_ack_producer(slice_of(topics[i]), &producer),
                      "%s", topics[i]);
    cr_assert_eq(producer, 7);
}

// The bytes of one field of the table in proto/README.md when it is empty.
static size_t s_least_bytes(const char *field)
{
    static const struct {
        const char *type;
        size_t bytes;
    } types[] = {{"u8 ", 1},  {"u32 ", 4},   {"u64 ", 8},    {"i64 ", 8},
                 {"f64 ", 8}, {"bytes ", 4}, {"list of ", 4}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strncmp(field, types[i].type, strlen(types[i].type)) == 0)
            return types[i].bytes;
    cr_assert_str_eq(field, "as_of", "%s: what type is that?", field);
    return 8 + 8 + 1 + 8;
}

// "| 14 | LOG_STATS | journal -> reader | u64 first, list of SEALED |"
static void s_check_row(char *row, size_t *rows)
{
    const unsigned long kind = strtoul(row + 1, NULL, 10);
    char *cell = row;
    for (int i = 0; i < 4 && cell; i++)
        cell = strchr(cell + 1, '|');
    if (kind == 0 || !cell)
        return;
    char *fields = cell;
    while (*--fields != '|')
        ;
    *cell = '\0';
    size_t least = 2;
    for (char *rest = fields + 1, *field;
         (field = strtok_r(rest, ",", &rest));) {
        field += strspn(field, " ");
        field[strcspn(field, "(")] = '\0';
        while (*field && field[strlen(field) - 1] == ' ')
            field[strlen(field) - 1] = '\0';
        least += *field ? s_least_bytes(field) : 0;
    }
    const message_t empty = {.kind = (message_kind_t)kind};
    buffer_t bytes = {0};
    message_encode(&empty, &bytes);
    cr_expect_eq(bytes.bytes, least, "kind %lu: %zu bytes, but its row has %zu",
                 kind, bytes.bytes, least);
    buffer_free(&bytes);
    ++*rows;
}

Test(message, the_readme_has_the_fields_of_every_kind)
{
    FILE *file = fopen(OCTOLOG_TREE "/proto/README.md", "r");
    char line[1024];
    size_t rows = 0;
    bool within = false;
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file)) {
        within = within ? *line == '|' : strncmp(line, "| kind |", 8) == 0;
        if (within)
            s_check_row(line, &rows);
    }
    fclose(file);
    cr_assert_eq(rows, SAMPLES);
}

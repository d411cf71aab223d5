// The appender over a real log, without sockets.
#include "actors/journal/appender.h"

#include "actors/journal/unknown_names.h"
#include "log/folder.h"
#include "log/log_reader.h"
#include "proto/base/payload_pack.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char dir[64], path[80];
    event_log_t *log;
    appender_t *appender;
    batch_builder_t *builder;
    char head[4096], payload[4096]; // of the last batch made
    size_t head_bytes, payload_bytes;
    const char *reason;
    slice_t cursor;            // of the batches to come
    message_publish_t publish; // what they rest on
} bench_t;

static void s_reopen(bench_t *bench)
{
    failure_t failure = {0};
    appender_destroy(&bench->appender);
    event_log_close(&bench->log);
    cr_assert(event_log_open(&bench->log, bench->path, EVENT_LOG_WRITE, NULL,
                             &failure) == 0,
              "%s", failure.reason);
    cr_assert(eq(int, appender_new(&bench->appender, bench->log, NULL), 0));
}

static void s_open(bench_t *bench)
{
    *bench = (bench_t){.dir = "/tmp/octolog-appender-XXXXXX"};
    cr_assert(mkdtemp(bench->dir) != NULL);
    snprintf(bench->path, sizeof bench->path, "%s/log", bench->dir);
    bench->builder = batch_builder_new();
    s_reopen(bench);
}

static void s_close(bench_t *bench)
{
    appender_destroy(&bench->appender);
    event_log_close(&bench->log);
    batch_builder_destroy(&bench->builder);
    cr_assert_eq(folder_remove(bench->dir), 0);
}

// A batch of the events [from, until); each of a type and with an action of its
// own, if they are strange.
static void s_make_of(bench_t *bench, uint64_t producer, uint64_t sequence,
                      uint64_t from, uint64_t until, bool strange)
{
    const batch_origin_t origin = {producer, sequence, slice_of("test"),
                                   bench->cursor};
    slice_t head, payload;
    batch_builder_reset(bench->builder);
    for (; from < until; from++) {
        char json[32], name[32];
        snprintf(json, sizeof json, "{\"id\":%llu}", (unsigned long long)from);
        snprintf(name, sizeof name, "new%llu", (unsigned long long)from);
        event_t event = {.id = from,
                         .created_at = (uint32_t)from,
                         .type = EVENT_TYPE_WATCH,
                         .type_name = slice_of("WatchEvent"),
                         .json = slice_of(json)};
        if (strange) {
            event.type = event.action = EVENT_OTHER;
            event.type_name = event.action_name = slice_of(name);
        }
        cr_assert(eq(int, batch_builder_add(bench->builder, &event), 0));
    }
    cr_assert(eq(int,
                 batch_builder_finish(bench->builder, &origin, &head, &payload),
                 0));
    cr_assert(head.bytes <= sizeof bench->head &&
              payload.bytes <= sizeof bench->payload);
    memcpy(bench->head, head.data, head.bytes);
    memcpy(bench->payload, payload.data, payload.bytes);
    bench->head_bytes = head.bytes;
    bench->payload_bytes = payload.bytes;
}

static void s_make(bench_t *bench, uint64_t producer, uint64_t sequence,
                   uint64_t from, uint64_t until)
{
    s_make_of(bench, producer, sequence, from, until, false);
}

static appender_outcome_t s_take_with(bench_t *bench, uint64_t floor,
                                      slice_t rejects)
{
    appender_input_t input = {.publish = bench->publish,
                              .head = slice(bench->head, bench->head_bytes),
                              .payload =
                                  slice(bench->payload, bench->payload_bytes),
                              .rejects = rejects};
    input.publish.floor = floor;
    appender_outcome_t outcome;
    cr_assert(eq(int,
                 appender_take(bench->appender, &input, 1000, &outcome,
                               &bench->reason, NULL),
                 0));
    return outcome;
}

static appender_outcome_t s_take(bench_t *bench, uint64_t floor)
{
    return s_take_with(bench, floor, slice(NULL, 0));
}

static void s_commit(bench_t *bench)
{
    cr_assert(eq(int, appender_commit(bench->appender, NULL), 0));
}

Test(appender, heads_are_stamped_with_their_place_in_the_log)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 10, 13);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_make(&bench, 2, 1, 20, 25);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(sz, appender_heads(bench.appender), 2));
    batch_t batch;
    cr_assert(
        eq(int, batch_open(&batch, appender_head(bench.appender, 1), NULL), 0));
    cr_assert(eq(u64, batch.offset, 3));
    cr_assert(eq(u32, batch.count, 5));
    cr_assert(eq(i64, batch.journaled_at_us, 1000));
    cr_assert(eq(u64, event_log_end(bench.log), 8));
    s_close(&bench);
}

// Puts the packed form in the place of the payload made last.
static void s_pack(bench_t *bench)
{
    payload_pack_t pack = {0};
    slice_t packed;
    cr_assert(
        eq(int,
           payload_pack(&pack, slice(bench->payload, bench->payload_bytes),
                        &packed),
           0));
    cr_assert(packed.bytes < bench->payload_bytes);
    memcpy(bench->payload, packed.data, packed.bytes);
    bench->payload_bytes = packed.bytes;
    payload_pack_free(&pack);
}

static void s_expect_payload(bench_t *bench, uint64_t offset, slice_t text)
{
    log_reader_t *reader;
    log_record_t record;
    cr_assert(eq(int, log_reader_new(&reader, bench->log, true), 0));
    cr_assert(eq(int, log_reader_seek(reader, offset), 0));
    cr_assert(eq(int, log_reader_next(reader, &record), 1));
    batch_t batch;
    cr_assert(eq(int, batch_open(&batch, record.head, NULL), 0));
    cr_assert(eq(int, batch_open_payload(&batch, record.payload, NULL), 0));
    cr_assert(slice_equal(batch.payload, text));
    log_reader_destroy(&reader);
}

Test(appender, a_packed_payload_is_that_of_its_head_or_refused)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 10, 30);
    char text[30 * 32];
    const size_t bytes = bench.payload_bytes - 12; // without its frame
    cr_assert(bytes <= sizeof text);
    memcpy(text, bench.payload + 12, bytes);
    s_pack(&bench);
    for (size_t cut = 0; cut < bench.payload_bytes; cut++) {
        const size_t whole = bench.payload_bytes;
        bench.payload_bytes = cut;
        cr_assert(s_take(&bench, 1) == APPENDER_BAD);
        bench.payload_bytes = whole;
    }
    for (size_t i = 0; i < bench.payload_bytes; i++) {
        bench.payload[i] ^= 0x40;
        const appender_outcome_t outcome = s_take(&bench, 1);
        cr_assert(outcome == APPENDER_BAD, "byte %zu", i);
        bench.payload[i] ^= 0x40;
    }
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    s_expect_payload(&bench, 0, slice(text, bytes));
    s_close(&bench);
}

Test(appender, what_is_left_of_a_packed_batch_is_packed_anew)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 10, 20);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_make(&bench, 2, 1, 10, 40);
    s_pack(&bench);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), 30));
    s_make(&bench, 3, 1, 20, 40);
    s_expect_payload(&bench, 10,
                     slice(bench.payload + 12, bench.payload_bytes - 12));
    s_close(&bench);
}

Test(appender, what_is_left_of_a_batch_keeps_its_origin)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 0, 10);
    s_take(&bench, 1);
    // Of the same group, not yet committed: seen all the same.
    s_make(&bench, 2, 1, 5, 12);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    batch_t batch;
    cr_assert(
        eq(int, batch_open(&batch, appender_head(bench.appender, 1), NULL), 0));
    cr_assert(eq(u32, batch.count, 2));
    cr_assert(eq(u64, batch_id(&batch, 0), 10));
    cr_assert(eq(u64, batch.origin.producer, 2));
    cr_assert(eq(u64, batch.origin.sequence, 1));
    cr_assert(slice_equal(batch.origin.source, slice_of("test")));
    cr_assert(eq(u64, appender_find(bench.appender, 2)->duplicates, 5));
    s_close(&bench);
}

Test(appender, a_batch_without_news_leaves_no_batch_but_is_taken)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 0, 4);
    s_take(&bench, 1);
    s_make(&bench, 1, 2, 0, 4);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(sz, appender_heads(bench.appender), 1));
    cr_assert(eq(u64, appender_find(bench.appender, 1)->sequence, 2));
    event_log_stats_t stats;
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.duplicates, 4));
    s_close(&bench);
}

Test(appender, a_batch_that_comes_early_waits_for_the_one_before_it)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 5, 10, 12);
    cr_assert(s_take(&bench, 4) == APPENDER_EARLY);
    cr_assert(s_take(&bench, 5) == APPENDER_STAGED);
    s_make(&bench, 1, 7, 20, 22);
    cr_assert(s_take(&bench, 5) == APPENDER_EARLY);
    s_make(&bench, 1, 6, 15, 17);
    cr_assert(s_take(&bench, 5) == APPENDER_STAGED);
    s_make(&bench, 1, 7, 20, 22);
    cr_assert(s_take(&bench, 5) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), 6));
    s_close(&bench);
}

Test(appender, each_producer_of_a_group_is_answered_once)
{
    bench_t bench;
    s_open(&bench);
    for (uint64_t sequence = 1; sequence <= 3; sequence++) {
        s_make(&bench, 7, sequence, sequence * 10, sequence * 10 + 1);
        s_take(&bench, 1);
    }
    s_make(&bench, 8, 1, 100, 101);
    s_take(&bench, 1);
    cr_assert(appender_next_answer(bench.appender) == NULL, "not on disk yet");
    s_commit(&bench);
    const appender_producer_t *first = appender_next_answer(bench.appender);
    cr_assert(eq(u64, first->sequence, 3));
    cr_assert(eq(u64, appender_next_answer(bench.appender)->id, 8));
    cr_assert(appender_next_answer(bench.appender) == NULL);
    // One that comes again is answered again.
    cr_assert(s_take(&bench, 1) == APPENDER_REPEATED);
    s_commit(&bench);
    cr_assert(eq(u64, appender_next_answer(bench.appender)->id, 8));
    s_close(&bench);
}

Test(appender, producers_are_known_again_after_a_restart)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, UINT64_MAX, 5, 0, 3);
    cr_assert(s_take(&bench, 5) == APPENDER_STAGED);
    s_commit(&bench);
    s_reopen(&bench);
    const appender_producer_t *producer =
        appender_find(bench.appender, UINT64_MAX);
    cr_assert(producer != NULL);
    cr_assert(eq(u64, producer->sequence, 5));
    cr_assert(eq(u64, producer->appended, 3));
    cr_assert(eq(i64, producer->seen_at_us, 1000));
    cr_assert(s_take(&bench, 5) == APPENDER_REPEATED);
    s_close(&bench);
}

static int s_count(void *context, slice_t name, slice_t value)
{
    (void)name;
    (void)value;
    ++*(size_t *)context;
    return 0;
}

Test(appender, the_producers_not_seen_for_longest_are_forgotten)
{
    bench_t bench;
    s_open(&bench);
    for (uint64_t id = 1; id <= APPENDER_PRODUCERS_MAX + 10; id++) {
        s_make(&bench, id, 1, id, id + 1);
        cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
        if (id % 100 == 0)
            s_commit(&bench);
    }
    s_commit(&bench);
    size_t count = 0;
    cr_assert(eq(int,
                 event_log_cursors(bench.log, slice("producer:", 9), s_count,
                                   &count, NULL),
                 0));
    cr_assert(eq(sz, count, APPENDER_PRODUCERS_MAX));
    cr_assert(appender_find(bench.appender, 1) == NULL);
    cr_assert(appender_find(bench.appender, APPENDER_PRODUCERS_MAX + 10) !=
              NULL);
    // Known no more, it may go on: what it sent is in the log, by its keys.
    s_make(&bench, 1, 2, 1, 2);
    cr_assert(s_take(&bench, 2) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, appender_find(bench.appender, 1)->duplicates, 1));
    s_reopen(&bench);
    s_close(&bench);
}

Test(appender, every_flipped_bit_is_a_bad_batch_and_stages_nothing)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 0, 3);
    for (size_t bit = 0; bit < bench.head_bytes * 8; bit++) {
        bench.head[bit / 8] ^= (char)(1 << bit % 8);
        cr_assert(s_take(&bench, 1) == APPENDER_BAD, "bit %zu", bit);
        bench.head[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < bench.payload_bytes * 8; bit++) {
        bench.payload[bit / 8] ^= (char)(1 << bit % 8);
        cr_assert(s_take(&bench, 1) == APPENDER_BAD, "bit %zu", bit);
        bench.payload[bit / 8] ^= (char)(1 << bit % 8);
    }
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), 0));
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_close(&bench);
}

Test(appender, a_damaged_list_of_dead_letters_is_a_bad_batch)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 0, 3);
    cr_assert(s_take_with(&bench, 1, slice("garbage", 7)) == APPENDER_BAD);
    buffer_t list = {0};
    message_list_add(&list, &(message_t){.kind = MESSAGE_HEARTBEAT});
    cr_assert(s_take_with(&bench, 1, buffer_slice(&list)) == APPENDER_BAD);
    buffer_reset(&list);
    char *long_source = calloc(1, BATCH_MAX_SOURCE_BYTES + 1);
    message_t reject = {.kind = MESSAGE_REJECT,
                        .reject.source =
                            slice(long_source, BATCH_MAX_SOURCE_BYTES + 1)};
    message_list_add(&list, &reject);
    cr_assert(s_take_with(&bench, 1, buffer_slice(&list)) == APPENDER_BAD);
    cr_assert(bench.reason != NULL);
    free(long_source);
    buffer_free(&list);
    s_close(&bench);
}

Test(appender, the_same_dead_letter_is_kept_once)
{
    bench_t bench;
    s_open(&bench);
    buffer_t list = {0};
    const message_t reject = {.kind = MESSAGE_REJECT,
                              .reject = {.source = slice_of("test"),
                                         .reason = slice_of("not JSON"),
                                         .raw = slice_of("}")}};
    message_list_add(&list, &reject);
    message_list_add(&list, &reject);
    s_make(&bench, 1, 1, 0, 0);
    cr_assert(s_take_with(&bench, 1, buffer_slice(&list)) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, appender_find(bench.appender, 1)->rejects, 1));
    buffer_free(&list);
    s_close(&bench);
}

Test(appender, time_never_runs_backwards)
{
    bench_t bench;
    s_open(&bench);
    s_make(&bench, 1, 1, 0, 1);
    s_take(&bench, 1);
    s_commit(&bench);
    s_reopen(&bench);
    s_make(&bench, 1, 2, 1, 2);
    const appender_input_t input = {
        .publish.floor = 1,
        .head = slice(bench.head, bench.head_bytes),
        .payload = slice(bench.payload, bench.payload_bytes)};
    appender_outcome_t outcome;
    cr_assert(eq(
        int,
        appender_take(bench.appender, &input, 5, &outcome, &bench.reason, NULL),
        0));
    cr_assert(outcome == APPENDER_STAGED);
    s_commit(&bench);
    batch_t batch;
    cr_assert(
        eq(int, batch_open(&batch, appender_head(bench.appender, 0), NULL), 0));
    cr_assert(eq(i64, batch.journaled_at_us, 1000));
    s_close(&bench);
}

// Takes a batch of strange events and commits it; how many the log has then.
static uint64_t s_add_strange(bench_t *bench, uint64_t sequence, uint64_t from,
                              uint64_t until)
{
    s_make_of(bench, 1, sequence, from, until, true);
    cr_assert(s_take(bench, 1) == APPENDER_STAGED);
    s_commit(bench);
    return event_log_end(bench->log);
}

Test(appender, unknown_names_are_bounded_and_the_rest_are_dead_letters)
{
    bench_t bench;
    event_log_stats_t stats;
    const uint64_t most = UNKNOWN_NAMES_MAX / 2; // each event has two
    uint64_t sequence = 0, from = 0;
    s_open(&bench);
    for (; from + 20 <= most; from += 20)
        cr_assert(eq(u64, s_add_strange(&bench, ++sequence, from, from + 20),
                     from + 20));
    // Of this batch only what is left of the bound, or nothing.
    const uint64_t left = most - from;
    cr_assert(
        eq(u64, s_add_strange(&bench, ++sequence, from, from + 20), most));
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.rejects, 20 - left));
    cr_assert(eq(u64, stats.duplicates, 0));
    cr_assert(eq(u64, appender_find(bench.appender, 1)->rejects, 20 - left));
    // Names that are known may come again, also after a restart, and others
    // are refused again, and kept once.
    s_reopen(&bench);
    cr_assert(
        eq(u64, s_add_strange(&bench, ++sequence, from, from + 20), most));
    cr_assert(eq(int, event_log_stats(bench.log, &stats), 0));
    cr_assert(eq(u64, stats.rejects, 20 - left));
    cr_assert(eq(u64, stats.duplicates, left));
    s_make(&bench, 1, ++sequence, most + 100, most + 101);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), most + 1));
    s_close(&bench);
}

Test(appender, a_name_that_is_known_may_come_again)
{
    bench_t bench;
    uint64_t sequence = 0;
    s_open(&bench);
    for (uint64_t from = 0; from < UNKNOWN_NAMES_MAX; from += 20)
        s_add_strange(&bench, ++sequence, from, from + 20);
    s_reopen(&bench);
    const uint64_t end = event_log_end(bench.log);
    const event_t event = {.id = 1,
                           .created_at = 5, // another one
                           .type = EVENT_OTHER,
                           .action = EVENT_OTHER,
                           .type_name = slice_of("new1"),
                           .action_name = slice_of("new0"),
                           .json = slice_of("{}")};
    const batch_origin_t origin = {1, ++sequence, slice_of("test"),
                                   slice(NULL, 0)};
    slice_t head, payload;
    batch_builder_reset(bench.builder);
    cr_assert(eq(int, batch_builder_add(bench.builder, &event), 0));
    cr_assert(eq(
        int, batch_builder_finish(bench.builder, &origin, &head, &payload), 0));
    memcpy(bench.head, head.data, bench.head_bytes = head.bytes);
    memcpy(bench.payload, payload.data, bench.payload_bytes = payload.bytes);
    cr_assert(s_take(&bench, 1) == APPENDER_STAGED);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), end + 1));
    s_close(&bench);
}

// What a producer leaves out.

// Takes batch `sequence` of producer 1: one event, the new cursor, and so many
// left out that rest on a cursor; NULL: on none.
static const appender_producer_t *s_take_part(bench_t *bench, uint64_t sequence,
                                              const char *cursor,
                                              uint32_t left_out,
                                              const char *base)
{
    bench->cursor = slice_of(cursor);
    bench->publish.left_out = left_out;
    bench->publish.base = base ? batch_cursor_mark(slice_of(base)) : 0;
    s_make(bench, 1, sequence, 100 + sequence, 101 + sequence);
    cr_assert(s_take(bench, sequence) == APPENDER_STAGED);
    return appender_find(bench->appender, 1);
}

static void s_expect_cursor(bench_t *bench, const char *expected)
{
    char value[64] = "";
    int64_t bytes = event_log_cursor(bench->log, slice_of("source:test"), value,
                                     sizeof value - 1, NULL);
    cr_assert(bytes >= 0 || bytes == -ENOENT);
    cr_assert_str_eq(value, expected);
}

static uint64_t s_duplicates(bench_t *bench)
{
    event_log_stats_t stats;
    cr_assert(eq(int, event_log_stats(bench->log, &stats), 0));
    return stats.duplicates;
}

Test(appender, what_is_left_out_counts_once_as_duplicates)
{
    bench_t bench;
    s_open(&bench);
    // Of one group: the cursor that the second rests on is not committed yet.
    s_take_part(&bench, 1, "c1", 0, NULL);
    cr_assert_not(s_take_part(&bench, 2, "c2", 7, "c1")->stale);
    s_commit(&bench);
    cr_assert(s_take(&bench, 2) == APPENDER_REPEATED);
    s_commit(&bench);
    s_reopen(&bench);
    cr_assert(s_take(&bench, 2) == APPENDER_REPEATED);
    cr_assert_not(s_take_part(&bench, 3, "c3", 5, "c2")->stale);
    s_commit(&bench);
    cr_assert(eq(u64, s_duplicates(&bench), 12));
    cr_assert(eq(u64, appender_find(bench.appender, 1)->duplicates, 12));
    cr_assert(eq(u64, event_log_end(bench.log), 3));
    s_expect_cursor(&bench, "c3");
    s_close(&bench);
}

Test(appender, a_batch_of_which_all_was_left_out_commits_its_cursor)
{
    bench_t bench;
    s_open(&bench);
    s_take_part(&bench, 1, "c1", 0, NULL);
    s_commit(&bench);
    bench.cursor = slice_of("c2");
    bench.publish = (message_publish_t){
        .left_out = 300, .base = batch_cursor_mark(slice_of("c1"))};
    s_make(&bench, 1, 2, 0, 0);
    cr_assert(s_take(&bench, 2) == APPENDER_STAGED);
    s_commit(&bench);
    s_reopen(&bench);
    cr_assert(eq(u64, s_duplicates(&bench), 300));
    cr_assert(eq(u64, event_log_end(bench.log), 1));
    s_expect_cursor(&bench, "c2");
    s_close(&bench);
}

Test(appender, an_older_log_takes_the_events_and_not_the_cursor)
{
    bench_t bench;
    s_open(&bench);
    s_take_part(&bench, 1, "c1", 0, NULL);
    s_commit(&bench);
    // The producer went on with another log: 2 to 4 were acknowledged there.
    cr_assert(s_take_part(&bench, 5, "c5", 9, "c4")->stale);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), 2));
    cr_assert(eq(u64, s_duplicates(&bench), 0));
    s_expect_cursor(&bench, "c1");
    // What rests on that is not sound either, a restart or not.
    s_reopen(&bench);
    cr_assert(s_take_part(&bench, 6, "c6", 9, "c5")->stale);
    s_commit(&bench);
    s_expect_cursor(&bench, "c1");
    // What brings all that it speaks for is.
    cr_assert_not(s_take_part(&bench, 7, "c7", 0, NULL)->stale);
    cr_assert_not(s_take_part(&bench, 8, "c8", 3, "c7")->stale);
    s_commit(&bench);
    s_expect_cursor(&bench, "c8");
    cr_assert(eq(u64, s_duplicates(&bench), 3));
    s_close(&bench);
}

Test(appender, a_new_log_takes_the_events_and_not_the_cursor)
{
    bench_t bench;
    s_open(&bench);
    cr_assert(s_take_part(&bench, 5, "c5", 9, "c4")->stale);
    s_commit(&bench);
    cr_assert(eq(u64, event_log_end(bench.log), 1));
    cr_assert(eq(u64, s_duplicates(&bench), 0));
    s_expect_cursor(&bench, "");
    s_close(&bench);
}

Test(appender, a_cursor_for_several_batches_needs_all_of_them)
{
    bench_t bench;
    s_open(&bench);
    s_take_part(&bench, 1, "", 0, NULL);
    bench.publish.continues = 1;
    cr_assert_not(s_take_part(&bench, 2, "", 0, NULL)->stale);
    cr_assert_not(s_take_part(&bench, 3, "c3", 0, NULL)->stale);
    s_commit(&bench);
    s_expect_cursor(&bench, "c3");
    // 4 to 6 went to another log.
    cr_assert_not(s_take_part(&bench, 7, "", 0, NULL)->stale);
    cr_assert(s_take_part(&bench, 8, "c8", 0, NULL)->stale);
    s_commit(&bench);
    s_expect_cursor(&bench, "c3");
    s_close(&bench);
}

Test(appender, batches_wait_for_their_turn_whatever_they_rest_on)
{
    bench_t bench;
    s_open(&bench);
    s_take_part(&bench, 1, "c1", 0, NULL);
    s_commit(&bench);
    s_make(&bench, 1, 3, 30, 31);
    cr_assert(s_take(&bench, 2) == APPENDER_EARLY, "2 is on its way");
    s_close(&bench);
}

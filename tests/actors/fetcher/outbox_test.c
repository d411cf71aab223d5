// Finished polls become batches in a real log: order, cursors, dead letters.
#include "actors/fetcher/outbox.h"

#include "tests/actors/spine_fixture.h"

static event_parser_t *s_parser;
static fetcher_outbox_t *s_outbox;
static producer_t *s_producer;
static spine_t s_spine;

static void s_begin(uint32_t batch_events)
{
    spine_open(&s_spine);
    s_parser = event_parser_new();
    s_outbox = fetcher_outbox_new(batch_events);
    cr_assert_not_null(s_parser);
    cr_assert_not_null(s_outbox);
    cr_assert(eq(int, producer_new(&s_producer, s_spine.config), 0));
}

static void s_end(void)
{
    producer_destroy(&s_producer);
    fetcher_outbox_destroy(&s_outbox);
    event_parser_destroy(&s_parser);
    spine_close(&s_spine);
}

// Adds a page with events number from down to until + 1, newest first.
static void s_add_page(fetcher_poll_t *poll, uint64_t from, uint64_t until)
{
    buffer_t body = {0};
    const char *reason = NULL;
    buffer_add_text(&body, "[");
    for (uint64_t id = from; id > until; id--)
        buffer_printf(&body,
                      "%s{\"id\":\"%llu\",\"type\":\"PushEvent\","
                      "\"created_at\":\"2026-01-01T00:00:00Z\"}",
                      id == from ? "" : ",", (unsigned long long)id);
    buffer_add_text(&body, "]");
    fetch_page_t *page = calloc(1, sizeof *page);
    cr_assert(eq(
        int, fetch_page_open(page, &body, s_parser, (fetch_keys_t){0}, &reason),
        0));
    poll->pages[poll->page_count++] = page;
}

static void s_send(fetcher_poll_t **poll)
{
    size_t tag;
    fetcher_outbox_add(s_outbox, poll);
    cr_assert_null(*poll, "taken");
    cr_assert(eq(int, fetcher_outbox_send(s_outbox, s_producer, &tag), 0));
    cr_assert(fetcher_outbox_is_empty(s_outbox));
    spine_settle(s_producer, 0);
}

// The committed cursor of source "feed", "" when there is none.
static void s_cursor(char *text, size_t capacity)
{
    request_t *log = request_new(s_spine.config, "log");
    message_t answer =
        spine_ask(log, (message_t){.kind = MESSAGE_LOG_CURSORS,
                                   .log_cursors = {slice_of("source:feed")}});
    cr_assert(answer.kind == MESSAGE_LOG_CURSOR_LIST);
    slice_t list = answer.log_cursor_list.cursors;
    message_t item;
    text[0] = '\0';
    if (message_list_next(&list, MESSAGE_LOG_CURSOR, &item) == 1)
        snprintf(text, capacity, "%.*s", (int)item.log_cursor.value.bytes,
                 item.log_cursor.value.data);
    request_destroy(&log);
}

Test(fetcher_outbox, a_poll_is_logged_oldest_first_over_its_pages)
{
    s_begin(4);
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    s_add_page(poll, 30, 20);
    s_add_page(poll, 20, 13);
    s_add_page(poll, 13, 10);
    buffer_add_text(&poll->cursor, "{}");
    s_send(&poll);
    spine_expect_sequence(&s_spine, 11, 20);
    cr_assert(eq(u64, producer_sequence(s_producer), 5), "four a batch");
    char cursor[8];
    s_cursor(cursor, sizeof cursor);
    cr_assert_str_eq(cursor, "{}");
    s_end();
}

// The first offset behind the first batch that brings a cursor; 0: none does.
static uint64_t s_cursor_comes_with(void)
{
    request_t *log = request_new(s_spine.config, "log");
    message_t answer = spine_ask(
        log, (message_t){.kind = MESSAGE_LOG_READ,
                         .log_read = {0, UINT64_MAX, 1000, 1 << 20, 0}});
    uint64_t end = 0;
    cr_assert(answer.kind == MESSAGE_LOG_BATCHES);
    for (uint32_t i = 0; i < answer.log_batches.batches && end == 0; i++) {
        batch_t batch;
        cr_assert(
            eq(int, batch_open(&batch, request_frame(log, 1 + i), NULL), 0));
        if (batch.origin.cursor.bytes > 0)
            end = batch.offset + batch.count;
    }
    request_destroy(&log);
    return end;
}

// A cursor that came with the first batch would, after a crash, skip the rest.
Test(fetcher_outbox, a_cursor_comes_with_the_last_batch_of_its_poll)
{
    s_begin(4);
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    s_add_page(poll, 30, 20);
    buffer_add_text(&poll->cursor, "{}");
    s_send(&poll);
    spine_expect_sequence(&s_spine, 21, 10);
    cr_assert(eq(u64, s_cursor_comes_with(), 10));
    s_end();
}

// How many duplicates the log counts, and how many events it has.
static void s_expect_log(uint64_t duplicates, uint64_t events)
{
    message_log_stats_t stats = spine_stats(&s_spine);
    cr_assert(eq(u64, stats.duplicates, duplicates));
    cr_assert(eq(u64, stats.end, events));
}

// The log never had what is left out here: it was not sent, and is counted.
Test(fetcher_outbox, what_is_left_out_is_told_with_the_last_batch)
{
    s_begin(4);
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    buffer_add_text(&poll->cursor, "{1}");
    s_send(&poll);
    poll = fetcher_poll_new(0, "feed");
    s_add_page(poll, 10, 0);
    buffer_add_text(&poll->cursor, "{2}");
    poll->left_out = 290;
    poll->base = batch_cursor_mark(slice_of("{1}"));
    s_send(&poll);
    s_expect_log(290, 10);
    // All of it, with a cursor.
    poll = fetcher_poll_new(0, "feed");
    buffer_add_text(&poll->cursor, "{3}");
    poll->left_out = 300;
    poll->base = batch_cursor_mark(slice_of("{2}"));
    s_send(&poll);
    s_expect_log(590, 10);
    char cursor[8];
    s_cursor(cursor, sizeof cursor);
    cr_assert_str_eq(cursor, "{3}");
    // A poll that ended early.
    poll = fetcher_poll_new(0, "feed");
    poll->left_out = 100;
    poll->base = batch_cursor_mark(slice_of("{3}"));
    s_send(&poll);
    s_expect_log(690, 10);
    cr_assert_not(producer_take_stale(s_producer));
    s_end();
}

Test(fetcher_outbox, the_producer_hears_that_the_log_is_another_one)
{
    s_begin(4);
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    s_add_page(poll, 5, 0);
    buffer_add_text(&poll->cursor, "{2}");
    poll->left_out = 5;
    poll->base = batch_cursor_mark(slice_of("{1}"));
    s_send(&poll);
    s_expect_log(0, 5);
    char cursor[8];
    s_cursor(cursor, sizeof cursor);
    cr_assert_str_eq(cursor, "");
    cr_assert(producer_take_stale(s_producer));
    cr_assert_not(producer_take_stale(s_producer), "told once");
    s_end();
}

Test(fetcher_outbox, a_poll_without_a_cursor_leaves_it_where_it_was)
{
    s_begin(100);
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    buffer_add_text(&poll->cursor, "{1}");
    s_send(&poll);
    poll = fetcher_poll_new(0, "feed");
    s_add_page(poll, 5, 0);
    s_send(&poll);
    spine_expect_sequence(&s_spine, 1, 5);
    char cursor[8];
    s_cursor(cursor, sizeof cursor);
    cr_assert_str_eq(cursor, "{1}");
    s_end();
}

Test(fetcher_outbox, what_is_no_event_becomes_a_dead_letter)
{
    s_begin(100);
    const char *reason = NULL;
    buffer_t body = {0};
    buffer_add_text(&body, "[{\"type\":null},{\"id\":\"1\",\"type\":"
                           "\"PushEvent\",\"created_at\":"
                           "\"2026-01-01T00:00:00Z\"}]");
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    poll->pages[0] = calloc(1, sizeof **poll->pages);
    poll->page_count = 1;
    poll->received_at_us = 77;
    cr_assert(eq(int,
                 fetch_page_open(poll->pages[0], &body, s_parser,
                                 (fetch_keys_t){0}, &reason),
                 0));
    s_send(&poll);
    spine_expect_sequence(&s_spine, 1, 1);

    request_t *log = request_new(s_spine.config, "log");
    message_t answer =
        spine_ask(log, (message_t){.kind = MESSAGE_LOG_REJECTS,
                                   .log_rejects = {UINT64_MAX, 10}});
    cr_assert(answer.kind == MESSAGE_REJECTS);
    cr_assert(eq(u64, answer.rejects.total, 1));
    message_t item;
    cr_assert(eq(
        int, message_list_next(&answer.rejects.rejects, MESSAGE_REJECT, &item),
        1));
    cr_assert(slice_equal(item.reject.raw, slice_of("{\"type\":null}")));
    cr_assert(slice_equal(item.reject.source, slice_of("feed")));
    cr_assert(eq(i64, item.reject.received_at_us, 77));
    cr_assert(gt(sz, item.reject.reason.bytes, 0));
    request_destroy(&log);
    s_end();
}

// The journal would refuse the batch, and the fetcher send it for ever.
Test(fetcher_outbox, a_dead_letter_longer_than_the_log_takes_is_cut)
{
    const size_t bytes = BATCH_MAX_PAYLOAD_BYTES + 1000;
    s_begin(100);
    const char *reason = NULL;
    buffer_t body = {0};
    buffer_add_text(&body, "[\"");
    memset(buffer_grow(&body, bytes), 'x', bytes);
    buffer_add_text(&body, "\",{\"id\":\"1\",\"type\":\"PushEvent\","
                           "\"created_at\":\"2026-01-01T00:00:00Z\"}]");
    fetcher_poll_t *poll = fetcher_poll_new(0, "feed");
    poll->pages[0] = calloc(1, sizeof **poll->pages);
    poll->page_count = 1;
    cr_assert(eq(int,
                 fetch_page_open(poll->pages[0], &body, s_parser,
                                 (fetch_keys_t){0}, &reason),
                 0));
    s_send(&poll);
    spine_expect_sequence(&s_spine, 1, 1);
    cr_assert(eq(u64, spine_stats(&s_spine).rejects, 1));
    s_end();
}

Test(fetcher_outbox, polls_wait_for_room_in_their_order)
{
    spine_open(&s_spine);
    zactor_destroy(&s_spine.journal);
    s_spine.config->window_batches = 2;
    s_parser = event_parser_new();
    s_outbox = fetcher_outbox_new(3);
    cr_assert(eq(int, producer_new(&s_producer, s_spine.config), 0));
    size_t tag;
    for (uint64_t i = 0; i < 4; i++) {
        fetcher_poll_t *poll = fetcher_poll_new(i, "feed");
        s_add_page(poll, 5 * i + 5, 5 * i);
        fetcher_outbox_add(s_outbox, &poll);
    }
    cr_assert(eq(int, fetcher_outbox_send(s_outbox, s_producer, &tag), 0));
    cr_assert(eq(u32, producer_unacknowledged(s_producer), 2));
    cr_assert_not(fetcher_outbox_is_empty(s_outbox));

    spine_start(&s_spine);
    while (!fetcher_outbox_is_empty(s_outbox)) {
        spine_settle(s_producer, 1);
        cr_assert(eq(int, fetcher_outbox_send(s_outbox, s_producer, &tag), 0));
    }
    spine_settle(s_producer, 0);
    spine_expect_sequence(&s_spine, 1, 20);
    s_end();
}

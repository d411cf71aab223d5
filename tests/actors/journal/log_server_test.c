// What the journal's second thread answers, asked over its socket.
#include "actors/runtime/clock.h"
#include "log/checkpoint_folder.h"
#include "tests/actors/spine_fixture.h"

#include "actors/journal/log_server.h"
#include "log/log_checkpoint.h"

#define EVENTS  100
#define BATCHES 10

static void s_fill(const spine_t *spine)
{
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine->config), 0));
    for (uint64_t i = 0; i < EVENTS; i += EVENTS / BATCHES)
        spine_send(producer, builder, 1000 + i, 1000 + i + EVENTS / BATCHES);
    spine_settle(producer, 0);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
}

static message_log_batches_t s_read(request_t *request, message_log_read_t read)
{
    message_t answer = spine_ask(
        request, (message_t){.kind = MESSAGE_LOG_READ, .log_read = read});
    cr_assert(answer.kind == MESSAGE_LOG_BATCHES);
    return answer.log_batches;
}

Test(log_server, reads_stop_at_each_bound_but_give_one_batch)
{
    spine_t spine;
    spine_open(&spine);
    s_fill(&spine);
    request_t *request = request_new(spine.config, "log");
    const uint32_t all = UINT32_MAX;
    message_log_batches_t page =
        s_read(request, (message_log_read_t){0, UINT64_MAX, all, all, 0});
    cr_assert(eq(u32, page.batches, BATCHES));
    cr_assert(eq(u64, page.next, EVENTS));
    cr_assert(eq(u64, page.end, EVENTS));
    cr_assert(eq(u64, page.first, 0));
    page = s_read(request, (message_log_read_t){0, UINT64_MAX, 25, all, 0});
    cr_assert(eq(u32, page.batches, 2));
    cr_assert(eq(u64, page.next, 20));
    page = s_read(request, (message_log_read_t){0, UINT64_MAX, 0, 0, 1});
    cr_assert(eq(u32, page.batches, 1));
    cr_assert(request_frame(request, 2).bytes > 0);
    page = s_read(request, (message_log_read_t){5, 15, all, all, 0});
    cr_assert(eq(u32, page.batches, 2), "the batches that hold 5 to 14");
    page = s_read(request, (message_log_read_t){15, 15, all, all, 0});
    cr_assert(eq(u64, page.next, 20), "the batch that holds 15 began before");
    request_destroy(&request);
    spine_close(&spine);
}

Test(log_server, past_the_end_there_is_nothing_yet)
{
    spine_t spine;
    spine_open(&spine);
    request_t *request = request_new(spine.config, "log");
    message_log_batches_t page =
        s_read(request, (message_log_read_t){0, UINT64_MAX, 10, 1 << 20, 0});
    cr_assert(eq(u32, page.batches, 0));
    cr_assert(eq(u64, page.next, 0));
    s_fill(&spine);
    page = s_read(request,
                  (message_log_read_t){EVENTS + 50, UINT64_MAX, 10, 99, 0});
    cr_assert(eq(u32, page.batches, 0));
    cr_assert(eq(u64, page.next, EVENTS + 50));
    cr_assert(eq(u64, page.end, EVENTS));
    request_destroy(&request);
    spine_close(&spine);
}

Test(log_server, finds_by_time_and_by_id)
{
    spine_t spine;
    spine_open(&spine);
    s_fill(&spine);
    request_t *request = request_new(spine.config, "log");
    message_t answer = spine_ask(
        request, (message_t){.kind = MESSAGE_LOG_SEEK,
                             .log_seek = {1, (int64_t)1055 * 1000000}});
    cr_assert(answer.kind == MESSAGE_LOG_OFFSET);
    cr_assert(le(u64, answer.log_offset.offset, 55));
    cr_assert(ge(u64, answer.log_offset.offset, 50));
    answer = spine_ask(request, (message_t){.kind = MESSAGE_LOG_SEEK,
                                            .log_seek = {1, INT64_MAX}});
    cr_assert(eq(u64, answer.log_offset.offset, EVENTS));
    answer = spine_ask(request, (message_t){.kind = MESSAGE_LOG_SEEK,
                                            .log_seek = {1, INT64_MIN}});
    cr_assert(eq(u64, answer.log_offset.offset, 0));
    answer = spine_ask(request, (message_t){.kind = MESSAGE_LOG_SEEK,
                                            .log_seek = {0, INT64_MAX}});
    cr_assert(eq(u64, answer.log_offset.offset, EVENTS));

    answer = spine_ask(request, (message_t){.kind = MESSAGE_LOG_FIND,
                                            .log_find = {.id = 1042}});
    cr_assert(answer.kind == MESSAGE_LOG_OFFSETS);
    slice_t list = answer.log_offsets.offsets;
    message_t item;
    cr_assert(eq(int, message_list_next(&list, MESSAGE_LOG_OFFSET, &item), 1));
    cr_assert(eq(u64, item.log_offset.offset, 42));
    cr_assert(eq(int, message_list_next(&list, MESSAGE_LOG_OFFSET, &item), 0));
    answer = spine_ask(
        request, (message_t){.kind = MESSAGE_LOG_FIND, .log_find = {.id = 7}});
    cr_assert(eq(sz, answer.log_offsets.offsets.bytes, 0));
    request_destroy(&request);
    spine_close(&spine);
}

Test(log_server, what_it_does_not_understand_is_a_failure_not_a_silence)
{
    spine_t spine;
    spine_open(&spine);
    request_t *request = request_new(spine.config, "log");
    message_t answer =
        spine_ask(request, (message_t){.kind = MESSAGE_SOURCES_ASK});
    cr_assert(answer.kind == MESSAGE_FAILURE);
    cr_assert(eq(u32, answer.failure.code, EINVAL));

    zsock_t *raw = NULL;
    cr_assert(eq(int, socket_connect(&raw, spine.config, ZMQ_REQ, "log"), 0));
    zsock_set_rcvtimeo(raw, PATIENCE_MS);
    unsigned seed = 3;
    for (int i = 0; i < 200; i++) {
        char noise[40];
        size_t bytes = (size_t)rand_r(&seed) % sizeof noise;
        for (size_t b = 0; b < bytes; b++)
            noise[b] = (char)rand_r(&seed);
        cr_assert(
            eq(int, socket_send_bytes(raw, slice(noise, bytes), false), 0));
        zmsg_t *reply = zmsg_recv(raw);
        cr_assert(reply != NULL, "no answer to garbage %d", i);
        zmsg_destroy(&reply);
    }
    zsock_destroy(&raw);
    request_destroy(&request);
    spine_close(&spine);
}

Test(log_server, a_client_that_vanished_is_nobodys_trouble)
{
    spine_t spine;
    spine_open(&spine);
    s_fill(&spine);
    const message_t ask = {.kind = MESSAGE_LOG_READ,
                           .log_read = {0, UINT64_MAX, 4096, 1 << 20, 1}};
    for (int i = 0; i < 50; i++) {
        zsock_t *raw = NULL;
        cr_assert(
            eq(int, socket_connect(&raw, spine.config, ZMQ_REQ, "log"), 0));
        cr_assert(eq(int, socket_send(raw, &ask, false), 0));
        zsock_destroy(&raw);
    }
    // Frames without the envelope of a request: no client of this socket.
    zsock_t *raw = NULL;
    cr_assert(
        eq(int, socket_connect(&raw, spine.config, ZMQ_DEALER, "log"), 0));
    cr_assert(eq(int, socket_send_bytes(raw, slice("x", 1), false), 0));
    spine_expect_sequence(&spine, 1000, EVENTS);
    zsock_destroy(&raw);
    spine_close(&spine);
}

Test(log_server, copies_the_log_by_another_socket)
{
    spine_t spine;
    spine_open(&spine);
    s_fill(&spine);
    request_t *log = request_new(spine.config, "log");
    request_t *admin = request_new(spine.config, "admin-log");
    const message_t ask = {.kind = MESSAGE_LOG_CHECKPOINT};
    message_t answer = spine_ask(log, ask);
    cr_assert(answer.kind == MESSAGE_FAILURE, "readers would wait for it");
    answer = spine_ask(admin, (message_t){.kind = MESSAGE_LOG_STATS_ASK});
    cr_assert(answer.kind == MESSAGE_FAILURE);
    for (int i = 0; i < 2; i++) { // the one before is forgotten
        answer = spine_ask(admin, ask);
        cr_assert(answer.kind == MESSAGE_DONE);
        cr_assert(eq(u64, answer.done.offset, EVENTS));
    }
    char path[256];
    failure_t failure = {0};
    event_log_t *copy = NULL;
    snprintf(path, sizeof path, "%s/log/" CHECKPOINT_FOLDER_NAME,
             spine.config->data_dir);
    cr_assert(event_log_open(&copy, path, EVENT_LOG_READ, NULL, &failure) == 0,
              "%s", failure.reason);
    cr_assert(eq(u64, event_log_end(copy), EVENTS));
    event_log_close(&copy);
    request_destroy(&admin);
    request_destroy(&log);
    spine_close(&spine);
}

static message_t s_report(request_t *request, const char *view, uint64_t offset)
{
    return spine_ask(request, (message_t){.kind = MESSAGE_SEALED,
                                          .sealed = {slice_of(view), offset}});
}

// Awaits what the log begins with.
static void s_await_first(const spine_t *spine, uint64_t first)
{
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (spine_stats(spine).first != first) {
        cr_assert(clock_tick_ms() < end_ms, "it never begins at %lu",
                  (unsigned long)first);
        zclock_sleep(20);
    }
}

Test(log_server, only_what_all_views_have_sealed_is_dropped)
{
    spine_t spine;
    spine_open(&spine);
    zactor_destroy(&spine.journal);
    spine.config->retention_age_s = 1;
    spine_start(&spine);
    s_fill(&spine);
    request_t *request = request_new(spine.config, "log");
    cr_assert(s_report(request, "nobody", 10).kind == MESSAGE_FAILURE);
    for (size_t i = 1; i < spine.config->view_count; i++)
        cr_assert(s_report(request, spine.config->views[i], 50).kind ==
                  MESSAGE_DONE);
    // Old enough by the time that `keep` says so; but one view said nothing.
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    message_t stats;
    do {
        cr_assert(clock_tick_ms() < end_ms, "nothing grows old");
        zclock_sleep(20);
        stats = spine_ask(request, (message_t){.kind = MESSAGE_LOG_STATS_ASK});
    } while (stats.log_stats.keep < EVENTS);
    cr_assert(eq(u64, stats.log_stats.first, 0));
    cr_assert(s_report(request, spine.config->views[0], 27).kind ==
              MESSAGE_DONE);
    s_await_first(&spine, 20); // the batch that holds 27
    s_report(request, spine.config->views[0], 100);
    s_await_first(&spine, 50);
    request_destroy(&request);
    spine_close(&spine);
}

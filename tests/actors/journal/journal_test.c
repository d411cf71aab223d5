// The journal and the producer over real sockets, with a real log.
#include "tests/actors/spine_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

static zsock_t *s_subscribe(const spine_t *spine, const char *topic)
{
    zsock_t *feed = NULL;
    cr_assert(
        eq(int, socket_connect(&feed, spine->config, ZMQ_SUB, "feed"), 0));
    zsock_set_rcvtimeo(feed, PATIENCE_MS);
    zsock_set_subscribe(feed, topic);
    return feed;
}

// The next message of this topic.
static zmsg_t *s_next(zsock_t *feed, const char *topic)
{
    for (;;) {
        zmsg_t *message = zmsg_recv(feed);
        cr_assert(message != NULL, "nothing came");
        if (zframe_streq(zmsg_first(message), topic))
            return message;
        zmsg_destroy(&message);
    }
}

static void s_decode(zmsg_t *message, message_t *decoded)
{
    zmsg_first(message);
    zframe_t *frame = zmsg_next(message);
    cr_assert(frame != NULL);
    cr_assert(eq(
        int,
        message_decode(decoded, slice(zframe_data(frame), zframe_size(frame))),
        0));
}

Test(journal, a_batch_is_appended_acknowledged_and_fed)
{
    spine_t spine;
    spine_open(&spine);
    zsock_t *feed = s_subscribe(&spine, "");
    zmsg_destroy(&(zmsg_t *){s_next(feed, MESSAGE_TOPIC_HEARTBEAT)});
    producer_t *producer = NULL;
    batch_builder_t *builder = batch_builder_new();
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));

    spine_send(producer, builder, 100, 103);
    spine_settle(producer, 0);
    cr_assert(eq(u64, producer_totals(producer)->appended, 3));
    cr_assert(eq(u64, producer_totals(producer)->end, 3));
    cr_assert(eq(u64, producer_sequence(producer), 1));

    zmsg_t *message = s_next(feed, MESSAGE_TOPIC_BATCH);
    zmsg_first(message);
    zframe_t *head = zmsg_next(message);
    batch_t batch;
    cr_assert(eq(
        int,
        batch_open(&batch, slice(zframe_data(head), zframe_size(head)), NULL),
        0));
    cr_assert(eq(u64, batch.offset, 0));
    cr_assert(eq(u32, batch.count, 3));
    cr_assert(batch.journaled_at_us > 0);
    zmsg_destroy(&message);
    spine_expect_sequence(&spine, 100, 3);

    zsock_destroy(&feed);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, an_event_of_two_producers_is_kept_once)
{
    spine_t spine;
    spine_open(&spine);
    batch_builder_t *builder = batch_builder_new();
    producer_t *one = NULL, *two = NULL;
    cr_assert(eq(int, producer_new(&one, spine.config), 0));
    cr_assert(eq(int, producer_new(&two, spine.config), 0));
    spine_send(one, builder, 0, 10);
    spine_settle(one, 0);
    spine_send(two, builder, 5, 15);
    spine_send(two, builder, 0, 15);
    spine_settle(two, 0);
    cr_assert(eq(u64, producer_totals(two)->appended, 5));
    cr_assert(eq(u64, producer_totals(two)->duplicates, 20));
    cr_assert(eq(u64, spine_stats(&spine).duplicates, 20));
    spine_expect_sequence(&spine, 0, 15);
    producer_destroy(&one);
    producer_destroy(&two);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, cursor_and_dead_letters_commit_with_their_batch)
{
    spine_t spine;
    spine_open(&spine);
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    message_t reject = {.kind = MESSAGE_REJECT,
                        .reject = {.received_at_us = 7,
                                   .source = slice_of("test"),
                                   .reason = slice_of("not JSON"),
                                   .raw = slice_of("{{{")}};
    buffer_t rejects = {0};
    message_list_add(&rejects, &reject);
    cr_assert(eq(int,
                 producer_send(producer, builder, slice_of("test"),
                               slice_of("etag-1"), buffer_slice(&rejects)),
                 0));
    buffer_free(&rejects);
    spine_settle(producer, 0);
    cr_assert(eq(u64, producer_totals(producer)->rejects, 1));
    cr_assert(eq(u64, spine_stats(&spine).end, 0));

    request_t *request = request_new(spine.config, "log");
    message_t answer =
        spine_ask(request, (message_t){.kind = MESSAGE_LOG_CURSORS,
                                       .log_cursors = {slice_of("source:")}});
    cr_assert(answer.kind == MESSAGE_LOG_CURSOR_LIST);
    slice_t list = answer.log_cursor_list.cursors;
    message_t item;
    cr_assert(eq(int, message_list_next(&list, MESSAGE_LOG_CURSOR, &item), 1));
    cr_assert(slice_equal(item.log_cursor.name, slice_of("source:test")));
    cr_assert(slice_equal(item.log_cursor.value, slice_of("etag-1")));
    cr_assert(eq(int, message_list_next(&list, MESSAGE_LOG_CURSOR, &item), 0));

    answer = spine_ask(request, (message_t){.kind = MESSAGE_LOG_REJECTS,
                                            .log_rejects = {UINT64_MAX, 10}});
    cr_assert(answer.kind == MESSAGE_REJECTS);
    cr_assert(eq(u64, answer.rejects.total, 1));
    list = answer.rejects.rejects;
    cr_assert(eq(int, message_list_next(&list, MESSAGE_REJECT, &item), 1));
    cr_assert(slice_equal(item.reject.raw, slice_of("{{{")));
    cr_assert(slice_equal(item.reject.reason, slice_of("not JSON")));
    cr_assert(eq(i64, item.reject.received_at_us, 7));

    request_destroy(&request);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, an_empty_batch_with_nothing_to_say_is_not_sent)
{
    spine_t spine;
    spine_open(&spine);
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    spine_send(producer, builder, 0, 0);
    cr_assert(eq(u64, producer_sequence(producer), 0));
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, what_is_sent_before_the_journal_is_there_arrives)
{
    spine_t spine;
    spine_open(&spine);
    zactor_destroy(&spine.journal);
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    for (uint64_t i = 0; i < 5; i++)
        spine_send(producer, builder, i, i + 1);
    spine_start(&spine);
    spine_settle(producer, 0);
    spine_expect_sequence(&spine, 0, 5);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, a_full_window_says_so_and_takes_nothing)
{
    spine_t spine;
    spine_open(&spine);
    zactor_destroy(&spine.journal);
    spine.config->window_batches = 3;
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    for (uint64_t i = 0; i < 3; i++)
        spine_send(producer, builder, i, i + 1);
    cr_assert(not(producer_has_room(producer)));
    spine_add_event(builder, 3);
    const slice_t none = slice(NULL, 0);
    cr_assert(eq(int,
                 producer_send(producer, builder, slice_of("test"), none, none),
                 -EAGAIN));
    cr_assert(eq(u32, batch_builder_count(builder), 1));
    spine_start(&spine);
    spine_settle(producer, 2);
    cr_assert(producer_has_room(producer));
    cr_assert(eq(int,
                 producer_send(producer, builder, slice_of("test"), none, none),
                 0));
    spine_settle(producer, 0);
    spine_expect_sequence(&spine, 0, 4);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

Test(journal, restarts_in_mid_stream_lose_and_repeat_nothing)
{
    spine_t spine;
    spine_open(&spine);
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    uint64_t id = 0;
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 20; i++, id += 7)
            spine_send(producer, builder, id, id + 7);
        // Some of these are in flight now.
        zactor_destroy(&spine.journal);
        spine_start(&spine);
    }
    spine_settle(producer, 0);
    spine_expect_sequence(&spine, 0, id);
    cr_assert(eq(u64, spine_stats(&spine).duplicates, 0));
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

// A disk that takes no more: what was acknowledged is there, and what was not
// is sent again to the next journal.
Test(journal, a_commit_that_fails_is_never_acknowledged)
{
    spine_t spine;
    spine_open(&spine);
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, spine.config), 0));
    struct rlimit before, tight = {.rlim_cur = 256 << 10};
    cr_assert(eq(int, getrlimit(RLIMIT_FSIZE, &before), 0));
    tight.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(eq(int, setrlimit(RLIMIT_FSIZE, &tight), 0));
    zmq_pollitem_t pipe = {zsock_resolve(spine.journal), 0, ZMQ_POLLIN, 0};
    uint64_t id = 0;
    while (zmq_poll(&pipe, 1, 0) == 0) {
        cr_assert(lt(u64, id, 1000000), "the disk never got full");
        spine_turn(producer);
        for (; producer_has_room(producer); id += 100)
            spine_send(producer, builder, id, id + 100);
    }
    char *word = NULL, *reason = NULL;
    cr_assert(eq(int, zstr_recvx(spine.journal, &word, &reason, NULL), 2));
    cr_assert(strcmp(word, "FAILED") == 0, "%s", word);
    cr_assert(strstr(reason, "cannot commit") != NULL, "%s", reason);
    zstr_free(&word);
    zstr_free(&reason);
    zactor_destroy(&spine.journal);
    cr_assert(eq(int, setrlimit(RLIMIT_FSIZE, &before), 0));
    spine_turn(producer);
    const uint64_t acknowledged = producer_totals(producer)->appended;
    spine_start(&spine);
    cr_assert(ge(u64, spine_stats(&spine).end, acknowledged));
    spine_settle(producer, 0);
    spine_expect_sequence(&spine, 0, id);
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    spine_close(&spine);
}

// Several producers at once share commits.

#define THREADS 4
#define BATCHES 40
#define EVENTS  25

typedef struct {
    const spine_t *spine;
    uint64_t base;
} load_t;

static void *s_load(void *context)
{
    const load_t *load = context;
    batch_builder_t *builder = batch_builder_new();
    producer_t *producer = NULL;
    cr_assert(eq(int, producer_new(&producer, load->spine->config), 0));
    for (uint64_t i = 0; i < BATCHES; i++)
        spine_send(producer, builder, load->base + i * EVENTS,
                   load->base + (i + 1) * EVENTS);
    spine_settle(producer, 0);
    cr_assert(eq(u64, producer_totals(producer)->appended, BATCHES * EVENTS));
    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    return NULL;
}

Test(journal, many_producers_at_once_are_all_served)
{
    spine_t spine;
    spine_open(&spine);
    pthread_t threads[THREADS];
    load_t loads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        loads[i] = (load_t){&spine, 1 + i * 1000000};
        cr_assert(
            eq(int, pthread_create(&threads[i], NULL, s_load, &loads[i]), 0));
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    message_log_stats_t stats = spine_stats(&spine);
    cr_assert(eq(u64, stats.end, THREADS * BATCHES * EVENTS));
    cr_assert(eq(u64, stats.duplicates, 0));
    spine_close(&spine);
}

// Hand-made publications.

typedef struct {
    zsock_t *ingest, *feed;
    batch_builder_t *builder;
    uint64_t id;
} raw_t;

static void s_open_raw(raw_t *raw, const spine_t *spine, uint64_t id)
{
    char topic[18];
    *raw = (raw_t){.builder = batch_builder_new(), .id = id};
    cr_assert(
        eq(int, socket_connect(&raw->ingest, spine->config, ZMQ_XPUB, "ingest"),
           0));
    snprintf(topic, sizeof topic, "A%016llx", (unsigned long long)id);
    raw->feed = s_subscribe(spine, topic);
    // The journal's subscription, and its welcome.
    zmsg_destroy(&(zmsg_t *){zmsg_recv(raw->ingest)});
    zmsg_t *welcome = s_next(raw->feed, topic);
    message_t ack;
    s_decode(welcome, &ack);
    cr_assert(ack.kind == MESSAGE_ACK);
    zmsg_destroy(&welcome);
}

static void s_close_raw(raw_t *raw)
{
    zsock_destroy(&raw->ingest);
    zsock_destroy(&raw->feed);
    batch_builder_destroy(&raw->builder);
}

// Publishes a batch of the one event number `sequence`.
static void s_publish(raw_t *raw, uint64_t floor, uint64_t sequence)
{
    slice_t head, payload;
    const batch_origin_t origin = {.producer = raw->id, .sequence = sequence};
    batch_builder_reset(raw->builder);
    spine_add_event(raw->builder, sequence);
    cr_assert(eq(
        int, batch_builder_finish(raw->builder, &origin, &head, &payload), 0));
    message_t message = {.kind = MESSAGE_PUBLISH, .publish = {.floor = floor}};
    socket_send(raw->ingest, &message, true);
    socket_send_bytes(raw->ingest, head, true);
    socket_send_bytes(raw->ingest, payload, true);
    socket_send_bytes(raw->ingest, slice("", 0), false);
}

static uint64_t s_acknowledged(raw_t *raw)
{
    zmsg_t *message = zmsg_recv(raw->feed);
    cr_assert(message != NULL, "no acknowledgement came");
    message_t ack;
    s_decode(message, &ack);
    uint64_t sequence = ack.ack.sequence;
    zmsg_destroy(&message);
    return sequence;
}

Test(journal, takes_a_producers_batches_in_order_only)
{
    spine_t spine;
    raw_t raw;
    spine_open(&spine);
    s_open_raw(&raw, &spine, 42);
    s_publish(&raw, 1, 2); // early: not heard of
    s_publish(&raw, 1, 1);
    cr_assert(eq(u64, s_acknowledged(&raw), 1));
    s_publish(&raw, 2, 3); // early
    s_publish(&raw, 2, 1); // again: answered again
    cr_assert(eq(u64, s_acknowledged(&raw), 1));
    s_publish(&raw, 2, 2);
    cr_assert(eq(u64, s_acknowledged(&raw), 2));
    s_publish(&raw, 3, 3);
    cr_assert(eq(u64, s_acknowledged(&raw), 3));
    spine_expect_sequence(&spine, 1, 3);
    s_close_raw(&raw);
    spine_close(&spine);
}

Test(journal, a_producer_it_does_not_know_begins_at_its_floor)
{
    spine_t spine;
    raw_t raw;
    spine_open(&spine);
    s_open_raw(&raw, &spine, 42);
    s_publish(&raw, 7, 8);
    s_publish(&raw, 7, 7);
    cr_assert(eq(u64, s_acknowledged(&raw), 7));
    spine_expect_sequence(&spine, 7, 1);
    s_close_raw(&raw);
    spine_close(&spine);
}

Test(journal, garbage_of_every_kind_is_dropped)
{
    spine_t spine;
    raw_t raw;
    spine_open(&spine);
    s_open_raw(&raw, &spine, 42);
    // Frames of random bytes, one to seven of them.
    unsigned seed = 1;
    char noise[64];
    for (int i = 0; i < 300; i++) {
        int frames = 1 + rand_r(&seed) % 7;
        for (int f = 0; f < frames; f++) {
            size_t bytes = (size_t)rand_r(&seed) % sizeof noise;
            for (size_t b = 0; b < bytes; b++)
                noise[b] = (char)rand_r(&seed);
            socket_send_bytes(raw.ingest, slice(noise, bytes), f + 1 < frames);
        }
    }
    // A good first frame before bad ones.
    message_t message = {.kind = MESSAGE_PUBLISH, .publish = {.floor = 1}};
    for (int i = 0; i < 100; i++) {
        socket_send(raw.ingest, &message, true);
        for (int f = 0; f < 3; f++)
            socket_send_bytes(raw.ingest, slice(noise, (size_t)i % 60), f < 2);
    }
    // Nobody's batch, and number 0.
    raw.id = 0;
    s_publish(&raw, 1, 1);
    raw.id = 42;
    s_publish(&raw, 0, 0);
    // What the feed hears from subscribers.
    zsock_t *feed = NULL;
    cr_assert(
        eq(int, socket_connect(&feed, spine.config, ZMQ_XSUB, "feed"), 0));
    static const char *const words[] = {
        "\1A",       "\1A123",      "\1Azzzzzzzzzzzzzzzz", "\1",
        "\2garbage", "\1A 2345678", "\1A-00000000000001",  "\1H",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        socket_send_bytes(feed, slice_of(words[i]), false);
    zmsg_destroy(&(zmsg_t *){s_next(feed, MESSAGE_TOPIC_HEARTBEAT)});
    zsock_destroy(&feed);
    s_publish(&raw, 1, 1);
    cr_assert(eq(u64, s_acknowledged(&raw), 1));
    spine_expect_sequence(&spine, 1, 1);
    s_close_raw(&raw);
    spine_close(&spine);
}

Test(journal, a_log_that_is_in_use_is_a_clear_failure)
{
    spine_t spine;
    spine_open(&spine);
    zactor_t *second = zactor_new(journal_actor, &spine.args);
    char *word = NULL, *reason = NULL;
    cr_assert(eq(int, zstr_recvx(second, &word, &reason, NULL), 2));
    cr_assert(strcmp(word, "FAILED") == 0, "%s", word);
    cr_assert(strstr(reason, spine.dir) != NULL, "%s", reason);
    zstr_free(&word);
    zstr_free(&reason);
    zactor_destroy(&second);
    spine_close(&spine);
}

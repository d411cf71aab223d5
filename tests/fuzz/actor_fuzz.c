// Claims: whatever comes to a socket of the journal, of an aggregator, of the
// fetcher, or of who hears the feed, who asks gets one answer that is a
// message, and all go on.
//
// A journal with its aggregators and a fetcher runs in this process; another
// aggregator, a producer and the api's tail have a journal that is the fuzzer.
// The input: the socket (a byte), then frames, each with its length (u16,
// little-endian) before it. What follows a PUBLISH is signed, so that it passes
// the journal's first check; a first frame "A" becomes the producer's own
// topic.

#include "actors/aggregator/aggregator.h"
#include "actors/fetcher/fetcher.h"
#include "actors/journal/journal.h"
#include "actors/producer/producer.h"
#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "actors/views/registry.h"
#include "api/ask/tail.h"
#include "log/folder.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sign_head.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FRAMES      6
#define FRAME_MAX   4096
#define PATIENCE_MS 60000
#define ASK_MS      1000 // then it is looked whether the asked one failed

typedef struct {
    char dir[64];
    config_t *config;
    zactor_t *actors[2 + CONFIG_VIEWS_MAX];
    actor_args_t args[2 + CONFIG_VIEWS_MAX];
    size_t count;
} world_t;

static world_t s_real = {.dir = "/tmp/octolog-fuzz-XXXXXX"};
static world_t s_fake = {.dir = "/tmp/octolog-fuzz-XXXXXX"};
static zsock_t *s_ingest;
static request_t *s_journal_health, *s_fake_health;
// Of the fake world.
static zsock_t *s_feed, *s_log, *s_taken; // the last is its "ingest"
static producer_t *s_producer;
static batch_builder_t *s_builder;
static char s_topic[32]; // of the producer's acknowledgements
static tail_t *s_tail;

// The sockets, by the input's first byte: those that are not asked, these, and
// two of each view.
enum { PUBLISHED, FED, ANSWERED, NOT_ASKED };
static const char *const s_asked[] = {"log", "admin-log", "fetcher"};
#define ASKED (sizeof s_asked / sizeof *s_asked)

// Setting up.

static void s_start(world_t *world, actor_function_t *run, const char *name)
{
    actor_args_t *args = &world->args[world->count];
    *args = (actor_args_t){world->config, name};
    zactor_t *actor = zactor_new(run, args);
    assert(actor);
    char *word = zstr_recv(actor);
    assert(word && streq(word, "LIVE"));
    zstr_free(&word);
    world->actors[world->count++] = actor;
}

static void s_configure(world_t *world)
{
    const char *dir = mkdtemp(world->dir);
    world->config = config_new();
    assert(dir && world->config);
    int rc = config_set(world->config, "data.dir", dir, NULL, NULL);
    assert(rc == 0);
    rc = config_set(world->config, "github.fetch", "no", NULL, NULL);
    assert(rc == 0);
    rc = config_finish(world->config, NULL, NULL);
    assert(rc == 0);
}

static void s_end(world_t *world)
{
    while (world->count > 0)
        zactor_destroy(&world->actors[--world->count]);
    config_destroy(&world->config);
    if (folder_remove(world->dir) != 0)
        perror(world->dir);
}

static void s_tear_down(void)
{
    tail_destroy(&s_tail);
    producer_destroy(&s_producer);
    batch_builder_destroy(&s_builder);
    zsock_destroy(&s_taken);
    request_destroy(&s_journal_health);
    request_destroy(&s_fake_health);
    zsock_destroy(&s_ingest);
    zsock_destroy(&s_feed);
    zsock_destroy(&s_log);
    s_end(&s_fake);
    s_end(&s_real);
}

// The producer tells its topic by subscribing to it.
static void s_await_topic(void)
{
    zsock_set_rcvtimeo(s_feed, PATIENCE_MS);
    while (!s_topic[0]) {
        zframe_t *frame = zframe_recv(s_feed);
        assert(frame);
        const slice_t word = slice(zframe_data(frame), zframe_size(frame));
        if (word.bytes > 2 && word.bytes < sizeof s_topic &&
            word.data[0] == 1 && word.data[1] == MESSAGE_TOPIC_ACK[0])
            memcpy(s_topic, word.data + 1, word.bytes - 1);
        zframe_destroy(&frame);
    }
}

static void s_start_listeners(void)
{
    int rc = socket_bind(&s_taken, s_fake.config, ZMQ_SUB, "ingest");
    assert(rc == 0);
    zsock_set_subscribe(s_taken, "");
    rc = producer_new(&s_producer, s_fake.config);
    assert(rc == 0);
    s_await_topic();
    s_builder = batch_builder_new();
    assert(s_builder);
    rc = tail_new(&s_tail, s_fake.config);
    assert(rc == 0);
}

static void s_set_up(void)
{
    s_configure(&s_real);
    s_start(&s_real, journal_actor, "journal");
    for (size_t i = 0; registry_views[i]; i++)
        s_start(&s_real, aggregator_actor, registry_views[i]->name);
    s_start(&s_real, fetcher_actor, "fetcher");
    int rc = socket_connect(&s_ingest, s_real.config, ZMQ_PUB, "ingest");
    assert(rc == 0);
    s_configure(&s_fake);
    rc = socket_bind(&s_feed, s_fake.config, ZMQ_XPUB, "feed");
    assert(rc == 0);
    rc = socket_bind(&s_log, s_fake.config, ZMQ_ROUTER, "log");
    assert(rc == 0);
    s_start_listeners();
    s_start(&s_fake, aggregator_actor, "event_counts");
    s_journal_health = request_new(s_real.config, "log");
    s_fake_health = request_new(s_fake.config, "view-event_counts");
    assert(s_journal_health && s_fake_health);
    atexit(s_tear_down);
}

// Sending.

// The frames of the input, the second of a PUBLISH signed.
static zmsg_t *s_frames(slice_t input)
{
    zmsg_t *frames = zmsg_new();
    char copy[FRAME_MAX];
    message_t first = {.kind = MESSAGE_FAILURE};
    assert(frames);
    for (size_t i = 0; i < FRAMES && (i == 0 || input.bytes > 0); i++) {
        size_t bytes = fuzz_take_u8(&input);
        bytes |= (size_t)fuzz_take_u8(&input) << 8;
        slice_t frame = fuzz_take(&input, bytes % sizeof copy);
        if (frame.bytes > 0)
            memcpy(copy, frame.data, frame.bytes);
        if (i == 0)
            (void)message_decode(&first, frame);
        if (i == 1 && first.kind == MESSAGE_PUBLISH)
            fuzz_sign_head(copy, frame.bytes);
        int rc = zmsg_addmem(frames, copy, frame.bytes);
        assert(rc == 0);
    }
    return frames;
}

// A journal that contradicts itself makes an aggregator give up, as it says
// that it does; another is started then.
static void s_revive(void)
{
    char *word = NULL, *reason = NULL;
    zactor_t *actor = s_fake.actors[0];
    if (!(zsock_events(actor) & ZMQ_POLLIN))
        return;
    zstr_recvx(actor, &word, &reason, NULL);
    assert(word && streq(word, "FAILED") && reason &&
           strstr(reason, "rebuilding did not help"));
    zstr_free(&word);
    zstr_free(&reason);
    zactor_destroy(&s_fake.actors[--s_fake.count]);
    s_start(&s_fake, aggregator_actor, "event_counts");
}

static void s_expect_alive(request_t *health, message_kind_t kind,
                           message_kind_t expected)
{
    const message_t question = {.kind = kind};
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    message_t answer;
    int rc;
    do {
        if (health == s_fake_health)
            s_revive();
        rc = request_ask(health, &question, ASK_MS, &answer);
    } while (rc == -ETIMEDOUT && clock_tick_ms() < end_ms);
    assert(rc == 0 && answer.kind == expected);
}

static void s_ask(const char *name, zmsg_t **frames)
{
    zsock_t *socket = NULL;
    message_t answer;
    int rc = socket_connect(&socket, s_real.config, ZMQ_REQ, name);
    assert(rc == 0);
    zsock_set_rcvtimeo(socket, PATIENCE_MS);
    rc = zmsg_send(frames, socket);
    assert(rc == 0);
    zmsg_t *reply = zmsg_recv(socket);
    assert(reply);
    zframe_t *first = zmsg_first(reply);
    rc = message_decode(&answer, slice(zframe_data(first), zframe_size(first)));
    assert(rc == 0);
    zmsg_destroy(&reply);
    zsock_destroy(&socket);
}

static void s_publish(zmsg_t **frames)
{
    int rc = zmsg_send(frames, s_ingest);
    assert(rc == 0);
    s_expect_alive(s_journal_health, MESSAGE_LOG_STATS_ASK, MESSAGE_LOG_STATS);
}

// Has a batch to be acknowledged, and hears what the feed says of it.
static void s_turn_producer(void)
{
    const message_t reject = {.kind = MESSAGE_REJECT,
                              .reject = {.raw = slice_of("{}")}};
    buffer_t rejects = {0};
    (void)producer_work(s_producer, clock_tick_ms());
    message_list_add(&rejects, &reject);
    if (producer_has_room(s_producer)) {
        int rc = producer_send(s_producer, s_builder, slice_of("fuzz"),
                               slice(NULL, 0), buffer_slice(&rejects));
        assert(rc == 0);
    }
    buffer_free(&rejects);
    while (zsock_events(s_taken) & ZMQ_POLLIN) {
        zmsg_t *published = zmsg_recv(s_taken);
        assert(published);
        zmsg_destroy(&published);
    }
    (void)producer_work(s_producer, clock_tick_ms());
    assert(producer_unacknowledged(s_producer) <=
           s_fake.config->window_batches);
}

static void s_feed_all(zmsg_t **frames)
{
    uint64_t end;
    zframe_t *topic = zmsg_first(*frames);
    if (zframe_streq(topic, MESSAGE_TOPIC_ACK))
        zframe_reset(topic, s_topic, strlen(s_topic));
    int rc = zmsg_send(frames, s_feed);
    assert(rc == 0);
    s_turn_producer();
    (void)tail_end(s_tail, &end);
    s_expect_alive(s_fake_health, MESSAGE_VIEW_STATUS_ASK, MESSAGE_AS_OF);
}

// Answers every question of the aggregator that waits.
static void s_answer_aggregator(zmsg_t **frames)
{
    while (zsock_events(s_log) & ZMQ_POLLIN) {
        zmsg_t *question = zmsg_recv(s_log);
        assert(question);
        zmsg_t *answer = zmsg_dup(*frames);
        assert(answer);
        zframe_t *peer = zmsg_pop(question);
        zmsg_pushmem(answer, "", 0);
        zmsg_prepend(answer, &peer);
        zmsg_destroy(&question);
        (void)zmsg_send(&answer, s_log); // it may have given up
        zmsg_destroy(&answer);
    }
    s_expect_alive(s_fake_health, MESSAGE_VIEW_STATUS_ASK, MESSAGE_AS_OF);
}

static size_t s_view_count(void)
{
    size_t count = 0;
    while (registry_views[count])
        count++;
    return count;
}

static void s_ask_one(size_t which, zmsg_t **frames)
{
    char name[CONFIG_ENDPOINT_MAX];
    if (which < ASKED) {
        s_ask(s_asked[which], frames);
        return;
    }
    which -= ASKED;
    snprintf(name, sizeof name, "%s-%s", which % 2 ? "admin" : "view",
             registry_views[which / 2]->name);
    s_ask(name, frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t input = slice(data, size);
    const size_t which =
        fuzz_take_u8(&input) % (NOT_ASKED + ASKED + 2 * s_view_count());
    if (!s_real.config)
        s_set_up();
    zmsg_t *frames = s_frames(input);
    if (which == PUBLISHED)
        s_publish(&frames);
    else if (which == FED)
        s_feed_all(&frames);
    else if (which == ANSWERED)
        s_answer_aggregator(&frames);
    else
        s_ask_one(which - NOT_ASKED, &frames);
    zmsg_destroy(&frames);
    return 0;
}

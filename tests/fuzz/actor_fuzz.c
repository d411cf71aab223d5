// Claims: whatever comes to a socket of the journal or of an aggregator, who
// asks gets one answer that is a message, and all go on serving.
//
// A journal with its aggregators runs in this process; another aggregator has a
// feed and a log that are the fuzzer's. The input: the socket (a byte), then
// frames, each with its length (u16, little-endian) before it. What follows a
// PUBLISH is signed, so that it passes the journal's first check.

#include "actors/aggregator.h"
#include "actors/journal.h"
#include "actors/socket.h"
#include "actors/view.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sign_head.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FRAMES      6
#define FRAME_MAX   4096
#define PATIENCE_MS 60000

typedef struct {
    char dir[64];
    config_t *config;
    zactor_t *actors[1 + CONFIG_VIEWS_MAX];
    actor_args_t args[1 + CONFIG_VIEWS_MAX];
    size_t count;
} world_t;

static world_t s_real = {.dir = "/tmp/octolog-fuzz-XXXXXX"};
static world_t s_fake = {.dir = "/tmp/octolog-fuzz-XXXXXX"};
static zsock_t *s_ingest, *s_feed, *s_log; // the last two are the fake world's
static request_t *s_journal_health, *s_fake_health;

static const char *const s_asked[] = {
    "log",
    "admin-log",
    "view-event_counts",
    "view-pr_interval",
    "view-repo_activity",
    "admin-event_counts",
    "admin-repo_activity",
};
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
    rc = config_finish(world->config, NULL, NULL);
    assert(rc == 0);
}

static void s_end(world_t *world)
{
    char command[128];
    while (world->count > 0)
        zactor_destroy(&world->actors[--world->count]);
    config_destroy(&world->config);
    snprintf(command, sizeof command, "rm -rf '%s'", world->dir);
    if (system(command) != 0)
        perror(world->dir);
}

static void s_tear_down(void)
{
    request_destroy(&s_journal_health);
    request_destroy(&s_fake_health);
    zsock_destroy(&s_ingest);
    zsock_destroy(&s_feed);
    zsock_destroy(&s_log);
    s_end(&s_fake);
    s_end(&s_real);
}

static void s_set_up(void)
{
    s_configure(&s_real);
    s_start(&s_real, journal_actor, "journal");
    for (size_t i = 0; view_classes[i]; i++)
        s_start(&s_real, aggregator_actor, view_classes[i]->name);
    int rc = socket_connect(&s_ingest, s_real.config, ZMQ_PUB, "ingest");
    assert(rc == 0);
    s_configure(&s_fake);
    rc = socket_bind(&s_feed, s_fake.config, ZMQ_XPUB, "feed");
    assert(rc == 0);
    rc = socket_bind(&s_log, s_fake.config, ZMQ_ROUTER, "log");
    assert(rc == 0);
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

static void s_expect_alive(request_t *health, message_kind_t kind,
                           message_kind_t expected)
{
    const message_t question = {.kind = kind};
    message_t answer;
    int rc = request_ask(health, &question, PATIENCE_MS, &answer);
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

static void s_feed_aggregator(zmsg_t **frames)
{
    int rc = zmsg_send(frames, s_feed);
    assert(rc == 0);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t input = slice(data, size);
    const size_t which = fuzz_take_u8(&input) % (ASKED + 3);
    if (!s_real.config)
        s_set_up();
    zmsg_t *frames = s_frames(input);
    if (which < ASKED)
        s_ask(s_asked[which], &frames);
    else if (which == ASKED)
        s_publish(&frames);
    else if (which == ASKED + 1)
        s_feed_aggregator(&frames);
    else
        s_answer_aggregator(&frames);
    zmsg_destroy(&frames);
    return 0;
}

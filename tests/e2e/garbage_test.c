// Garbage on every socket that a running service binds: random bytes, samples
// of every message cut and changed, in any number of frames. Nothing dies,
// everything still answers, and nothing of it is in the log.
//
// OCTOLOG_GARBAGE_ROUNDS and OCTOLOG_GARBAGE_SEED lengthen or repeat it.

#include "actors/config/config.h"
#include "actors/transport/socket.h"
#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <czmq.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX   4096
#define SAMPLES_MAX 256

// How to speak to each of them without waiting for anybody.
static const struct {
    const char *name;
    int type;
} s_sockets[] = {
    {"ingest", ZMQ_PUB},
    {"feed", ZMQ_XSUB},
    {"log", ZMQ_DEALER},
    {"admin-log", ZMQ_DEALER},
    {"supervisor", ZMQ_DEALER},
    {"view-event_counts", ZMQ_DEALER},
    {"admin-event_counts", ZMQ_DEALER},
    {"view-pr_interval", ZMQ_DEALER},
    {"admin-pr_interval", ZMQ_DEALER},
    {"beats", ZMQ_PUSH},
};
#define SOCKETS (sizeof s_sockets / sizeof *s_sockets)

typedef struct {
    zsock_t *sockets[SOCKETS];
    char samples[SAMPLES_MAX][FRAME_MAX];
    size_t sizes[SAMPLES_MAX];
    size_t count;
    unsigned random;
} garbage_t;

static garbage_t s_garbage;

static void s_read_samples(garbage_t *self)
{
    glob_t files = {0};
    glob(OCTOLOG_TREE "/tests/fuzz/corpus/[bm]*/*", 0, NULL, &files);
    for (size_t i = 0; i < files.gl_pathc && self->count < SAMPLES_MAX; i++) {
        FILE *file = fopen(files.gl_pathv[i], "rb");
        cr_assert_not_null(file);
        self->sizes[self->count] =
            fread(self->samples[self->count], 1, FRAME_MAX, file);
        self->count++;
        fclose(file);
    }
    globfree(&files);
    cr_assert_gt(self->count, 10);
}

static void s_connect(garbage_t *self, const config_t *config)
{
    for (size_t i = 0; i < SOCKETS; i++)
        cr_assert_eq(socket_connect(&self->sockets[i], config,
                                    s_sockets[i].type, s_sockets[i].name),
                     0, "%s", s_sockets[i].name);
}

// A sample, whole, cut or changed; or noise.
static size_t s_draw(garbage_t *self, char frame[FRAME_MAX])
{
    unsigned kind = load_random(&self->random, 4);
    size_t bytes = load_random(&self->random, 64);
    if (kind == 0) {
        for (size_t i = 0; i < bytes; i++)
            frame[i] = (char)load_random(&self->random, 256);
        return bytes;
    }
    size_t sample = load_random(&self->random, (unsigned)self->count);
    bytes = self->sizes[sample];
    memcpy(frame, self->samples[sample], bytes);
    if (kind == 1 && bytes > 0)
        bytes = load_random(&self->random, (unsigned)bytes);
    if (kind == 2 && bytes > 0)
        frame[load_random(&self->random, (unsigned)bytes)] ^= 0x41;
    return bytes;
}

// Sends one message to one socket, and takes what answers there are. To a REP
// a request begins with an empty frame; now and then this one does not.
static void s_throw(garbage_t *self, size_t i)
{
    char frame[FRAME_MAX];
    void *socket = zsock_resolve(self->sockets[i]);
    if (s_sockets[i].type == ZMQ_DEALER && load_random(&self->random, 8))
        zmq_send(socket, "", 0, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    for (unsigned n = load_random(&self->random, 5); n > 0; n--)
        zmq_send(socket, frame, s_draw(self, frame),
                 ZMQ_DONTWAIT | ZMQ_SNDMORE);
    zmq_send(socket, frame, s_draw(self, frame), ZMQ_DONTWAIT);
    if (s_sockets[i].type == ZMQ_DEALER || s_sockets[i].type == ZMQ_XSUB)
        while (zmq_recv(socket, frame, sizeof frame, ZMQ_DONTWAIT) >= 0)
            ;
}

static void s_throw_all(garbage_t *self, e2e_process_t *process, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < SOCKETS; i++)
            s_throw(self, i);
        if (round % 50 == 0) { // let it be read: full sockets drop
            e2e_nap();
            cr_assert(!e2e_has_said(process, " ended with "), "%s",
                      process->said);
        }
    }
}

Test(garbage, on_every_socket_kills_nothing, .timeout = 3600)
{
    char *data = e2e_folder();
    e2e_service_t service;
    load_t load;
    garbage_t *self = &s_garbage;
    self->random = (unsigned)load_setting("OCTOLOG_GARBAGE_SEED", 3);
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    load_produce_for(&load, 50);
    s_read_samples(self);
    s_connect(self, load.config);
    s_throw_all(self, &service.process,
                load_setting("OCTOLOG_GARBAGE_ROUNDS", 3000));
    for (size_t i = 0; i < SOCKETS; i++)
        zsock_destroy(&self->sockets[i]);
    // All that was produced is there, and nothing else.
    load_produce_for(&load, 50);
    load_drain(&load);
    e2e_await_offset(&service, (double)load.sent);
    cr_expect_eq(load_check_log(data, load.sent, load.acknowledged), load.sent);
    load_check_views(data);
    cr_expect(!e2e_has_said(&service.process, " ended with "), "%s",
              service.process.said);
    cr_expect(e2e_has_said(&service.process, " publications=1 cause="), "%s",
              service.process.said);
    load_close(&load);
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

// replay_fixture - a data directory with a log of known events.
#ifndef OCTOLOG_TESTS_TOOLS_REPLAY_REPLAY_FIXTURE_H
#define OCTOLOG_TESTS_TOOLS_REPLAY_REPLAY_FIXTURE_H

#include "log/event_log.h"
#include "log/folder.h"
#include "tests/actors/views/view_fixture.h"

#include <stdio.h>

#define REPLAY_EVENTS 2000

typedef struct {
    char dir[64];
    fixture_event_t events[REPLAY_EVENTS]; // event i lies at offset i
} replay_fixture_t;

static inline void replay_fixture_append(event_log_t *log,
                                         const fixture_event_t *events,
                                         uint32_t count, uint64_t offset)
{
    event_key_t keys[64];
    buffer_t head = fixture_head(events, count, offset);
    batch_t batch;
    cr_assert(eq(int, batch_open(&batch, buffer_slice(&head), NULL), 0));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t number = offset + i;
        keys[i] = (event_key_t){.size = sizeof number};
        memcpy(keys[i].bytes, &number, sizeof number);
    }
    const event_log_batch_t entry = {.first = offset,
                                     .count = count,
                                     .head = {head.data, head.bytes},
                                     .payload = {"x", 1},
                                     .keys = keys,
                                     .journaled_at_us = fixture_stamp(offset),
                                     .created_min = batch.created_min,
                                     .created_max = batch.created_max};
    cr_assert(eq(int, event_log_stage(log, &entry, NULL), 0));
    buffer_free(&head);
}

// Random events around 2016-01-01, some of them late, in batches of random
// size.
static inline void replay_fixture_open(replay_fixture_t *self, unsigned seed)
{
    static const char *const s_types[] = {"PushEvent", "PullRequestEvent",
                                          "TeleportEvent"};
    static const char *const s_repos[] = {"a/b", "c/d", "e/f"};
    char path[80];
    failure_t failure = {0};
    event_log_t *log;
    snprintf(self->dir, sizeof self->dir, "/tmp/octolog-replay-XXXXXX");
    cr_assert(mkdtemp(self->dir) != NULL);
    for (uint32_t i = 0; i < REPLAY_EVENTS; i++)
        self->events[i] = (fixture_event_t){
            .type = s_types[(unsigned)rand_r(&seed) % 3],
            .action = rand_r(&seed) % 2 ? "opened" : "closed",
            .repo = s_repos[(unsigned)rand_r(&seed) % 3],
            .repo_id = 1 + i % 3,
            .created_at = 1451606400 + i - (uint32_t)rand_r(&seed) % 50,
        };
    snprintf(path, sizeof path, "%s/log", self->dir);
    cr_assert(eq(
        int, event_log_open(&log, path, EVENT_LOG_WRITE, NULL, &failure), 0));
    for (uint32_t i = 0; i < REPLAY_EVENTS;) {
        uint32_t count = 1 + (uint32_t)rand_r(&seed) % 60;
        count = count < REPLAY_EVENTS - i ? count : REPLAY_EVENTS - i;
        replay_fixture_append(log, self->events + i, count, i);
        i += count;
    }
    cr_assert(eq(int, event_log_commit(log, NULL), 0));
    event_log_close(&log);
}

static inline event_log_t *replay_fixture_log(const replay_fixture_t *self)
{
    char path[80];
    failure_t failure = {0};
    event_log_t *log;
    snprintf(path, sizeof path, "%s/log", self->dir);
    cr_assert(
        eq(int, event_log_open(&log, path, EVENT_LOG_READ, NULL, &failure), 0));
    return log;
}

static inline void replay_fixture_close(replay_fixture_t *self)
{
    cr_assert_eq(folder_remove(self->dir), 0);
}

#endif

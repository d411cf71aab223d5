// The aggregator on a full disk: a small tmpfs, where one may be mounted.
#include "actors/runtime/clock.h"
#include "tests/actors/fetcher/served_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAR_APART 4000u // seconds: a page of its own for each event

// Journals events that need many rows.
static void s_journal_wide(served_t *self, uint64_t from, uint64_t until)
{
    for (uint64_t i = from; i < until; i++)
        spine_add_event(self->builder, i * FAR_APART);
    cr_assert(producer_has_room(self->producer));
    cr_assert(eq(int,
                 producer_send(self->producer, self->builder, slice_of("test"),
                               slice(NULL, 0), slice(NULL, 0)),
                 0));
    spine_settle(self->producer, 0);
}

// All that is free of the disk of `path` goes into one file.
static void s_fill_disk(const char *path)
{
    static char s_bytes[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(ge(int, fd, 0));
    while (write(fd, s_bytes, sizeof s_bytes) > 0)
        ;
    cr_assert(eq(int, errno, ENOSPC));
    close(fd);
}

// Journals until the disk takes no more rows, which a digest would need.
// Returns where the view stands.
static uint64_t s_journal_until_full(served_t *self, uint64_t *journaled)
{
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    message_t answer;
    do {
        cr_assert(lt(i64, clock_tick_ms(), end_ms));
        s_journal_wide(self, *journaled, *journaled + 1000);
        *journaled += 1000;
        answer = spine_ask(self->admin,
                           (message_t){.kind = MESSAGE_VIEW_DIGEST_ASK});
    } while (answer.kind == MESSAGE_VIEW_DIGEST);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_FAILURE));
    cr_assert(eq(u32, answer.failure.code, EAGAIN));
    return served_status(self).offset;
}

// Waits until the view has heard of the log's end.
static void s_await_end(served_t *self, uint64_t end)
{
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (served_status(self).log_end < end)
        cr_assert(lt(i64, clock_tick_ms(), end_ms));
}

Test(aggregator_room, a_full_disk_leaves_its_answers_and_room_brings_it_back)
{
    char views[96], ballast[128];
    served_t self;
    served_open(&self);
    snprintf(views, sizeof views, "%s/views", self.spine.dir);
    snprintf(ballast, sizeof ballast, "%s/ballast", views);
    cr_assert(eq(int, mkdir(views, 0700), 0));
    if (mount("none", views, "tmpfs", 0, "size=40m") != 0) {
        served_close(&self);
        cr_skip_test("needs the right to mount a tmpfs");
    }
    self.spine.config->view_pending_bytes = 1 << 20;
    served_start_view(&self);
    uint64_t journaled = 1000;
    s_journal_wide(&self, 0, journaled);
    served_await(&self, journaled);
    s_fill_disk(ballast);
    const uint64_t at = s_journal_until_full(&self, &journaled);
    s_await_end(&self, journaled);
    cr_assert(lt(u64, at, journaled));
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), at));
    cr_assert(eq(int, unlink(ballast), 0));
    served_await(&self, journaled);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), journaled));
    // One that starts on a full disk answers, too.
    const uint64_t before = journaled;
    served_stop_view(&self);
    s_fill_disk(ballast);
    served_start_view(&self);
    s_journal_wide(&self, before, before + 1000);
    journaled += 1000;
    s_await_end(&self, journaled);
    cr_assert(eq(u64, served_status(&self).offset, before));
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), before));
    cr_assert(eq(int, unlink(ballast), 0));
    served_await(&self, journaled);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), journaled));
    message_view_digest_t digest = served_digest(&self);
    view_engine_t engine;
    self.spine.config->view_pending_bytes = 32 << 20;
    served_stop_view(&self);
    cr_assert(eq(int, umount2(views, MNT_DETACH), 0));
    served_build(&self, journaled, &engine);
    view_digest_t *other = view_digest_new(engine.store);
    view_digest_value_t value;
    cr_assert(eq(int, view_digest_step(other, SIZE_MAX, &value), 1));
    served_assert_same(digest, (message_view_digest_t){value.checkpoint.offset,
                                                       value.high, value.low,
                                                       value.rows});
    view_digest_destroy(&other);
    view_engine_close(&engine);
    producer_destroy(&self.producer);
    batch_builder_destroy(&self.builder);
    spine_close(&self.spine);
}

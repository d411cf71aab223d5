// Generations and rows on disk.
#include "actors/view_store/store.h"
#include "actors/views/registry.h"
#include "tests/actors/views/view_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENTS 500

static char s_folder[64];
static failure_t s_failure;
static view_store_options_t s_options;

static void s_setup(void)
{
    static char base[] = "/tmp/octolog-store-XXXXXX";
    cr_assert(mkdtemp(base) != NULL);
    snprintf(s_folder, sizeof s_folder, "%s/views/event_counts", base);
    s_options = (view_store_options_t){.view = registry_find("event_counts"),
                                       .folder = s_folder,
                                       .cache_bytes = 1 << 20,
                                       .write_bytes = 1 << 20};
}

static void s_shell(const char *command)
{
    char line[256];
    snprintf(line, sizeof line, "cd %s && %s", s_folder, command);
    cr_assert(eq(int, system(line), 0), "%s", line);
}

static void s_teardown(void)
{
    s_shell("rm -rf \"$(realpath ../..)\"");
}

TestSuite(view_store, .init = s_setup, .fini = s_teardown);

static view_store_t *s_open(void)
{
    view_store_t *store;
    cr_assert(eq(int, view_store_open(&store, &s_options, &s_failure), 0), "%s",
              s_failure.reason);
    return store;
}

// Folds events into the store, with a flush every hundred.
static void s_fill(view_store_t *store)
{
    void *state = s_options.view->create();
    for (uint32_t i = 0; i < EVENTS; i++) {
        const fixture_event_t event = {.type = "PushEvent",
                                       .created_at = 7 * i};
        fixture_apply(s_options.view, state, &event, 1, i, 0);
        const view_checkpoint_t at = {i + 1, fixture_stamp(i)};
        if (i % 100 == 99)
            cr_assert(eq(int, view_store_flush(store, state, at), 0));
    }
    s_options.view->destroy(&state);
}

static view_digest_value_t s_digest(view_store_t *store, size_t step)
{
    view_digest_value_t value;
    view_digest_t *digest = view_digest_new(store);
    int rc;
    while ((rc = view_digest_step(digest, step, &value)) == 0)
        ;
    cr_assert(eq(int, rc, 1));
    view_digest_destroy(&digest);
    return value;
}

static void s_on_problem(void *context, const char *text)
{
    cr_assert(gt(sz, strlen(text), 0));
    ++*(int *)context;
}

Test(view_store, rows_and_checkpoint_are_there_after_reopening)
{
    view_store_t *store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, 0));
    s_fill(store);
    view_digest_value_t before = s_digest(store, 3);
    view_store_close(&store);
    store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, EVENTS));
    cr_assert(eq(i64, view_store_checkpoint(store).stamp_us,
                 fixture_stamp(EVENTS - 1)));
    view_digest_value_t after = s_digest(store, 1000000);
    cr_assert(eq(u64, before.high, after.high));
    cr_assert(eq(u64, before.low, after.low));
    cr_assert(eq(u64, before.rows, after.rows));
    cr_assert(gt(u64, before.rows, 50));
    view_store_close(&store);
}

// The whole flush survives a crash of its process, or none of it does.
Test(view_store, a_killed_process_leaves_a_whole_flush)
{
    pid_t pid = fork();
    if (pid == 0) {
        view_store_t *store;
        if (view_store_open(&store, &s_options, &s_failure) != 0)
            _exit(1);
        s_fill(store);
        kill(getpid(), SIGKILL);
    }
    int status;
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    view_store_t *store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, EVENTS));
    view_digest_value_t killed = s_digest(store, 1000);
    view_store_close(&store);
    s_shell("rm -r *");
    store = s_open();
    s_fill(store);
    cr_assert(eq(u64, killed.low, s_digest(store, 1000).low));
    view_store_close(&store);
}

Test(view_store, a_digest_sees_the_rows_as_they_were)
{
    view_store_t *store = s_open();
    view_digest_t *digest = view_digest_new(store);
    s_fill(store);
    view_digest_value_t value;
    cr_assert(eq(int, view_digest_step(digest, 100, &value), 1));
    cr_assert(eq(u64, value.rows, 0));
    cr_assert(eq(u64, value.checkpoint.offset, 0));
    view_digest_destroy(&digest);
    view_store_close(&store);
}

Test(view_store, a_new_generation_is_used_once_it_is_adopted)
{
    view_store_t *store = s_open();
    view_store_t *next;
    cr_assert(eq(int, view_store_create(&next, &s_options, &s_failure), 0));
    cr_assert(
        eq(str, (char *)view_store_generation(next), (char *)"gen-000002"));
    s_fill(next);
    view_store_close(&store);
    store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, 0));
    cr_assert(eq(int, view_store_adopt(next), 0));
    view_store_close(&next);
    view_store_close(&store);
    store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, EVENTS));
    cr_assert(eq(int, view_store_remove(&s_options, "gen-000001"), 0));
    s_shell("test ! -e gen-000001");
    view_store_close(&store);
    cr_assert(eq(int, view_store_remove(&s_options, "gen-000002"), -EBUSY),
              "it is the one in use");
}

Test(view_store, bulk_rows_are_on_disk_once_persisted)
{
    view_store_t *store;
    s_options.bulk = true;
    cr_assert(eq(int, view_store_create(&store, &s_options, &s_failure), 0));
    s_fill(store);
    cr_assert(eq(int, view_store_adopt(store), 0));
    view_store_close(&store);
    s_options.bulk = false;
    store = s_open();
    cr_assert(eq(u64, view_store_checkpoint(store).offset, EVENTS));
    view_store_close(&store);
}

Test(view_store, tidying_spares_what_is_in_use_built_or_held)
{
    view_store_t *store = s_open();
    view_store_t *building;
    view_store_t *left;
    cr_assert(eq(int, view_store_create(&building, &s_options, &s_failure), 0));
    cr_assert(eq(int, view_store_create(&left, &s_options, &s_failure), 0));
    view_store_close(&left);
    view_store_tidy(&s_options);
    s_shell("test \"$(echo gen-*)\" = 'gen-000001 gen-000002'");
    cr_assert(eq(int, view_store_remove(&s_options, "gen-000002"), -EBUSY));
    cr_assert(eq(int, view_store_remove(&s_options, "../gen-000002"), -EINVAL));
    view_store_close(&building);
    int hold = view_generation_hold(s_folder, "gen-000002");
    cr_assert(ge(int, hold, 0));
    view_store_tidy(&s_options);
    s_shell("test -e gen-000002");
    close(hold);
    view_store_tidy(&s_options);
    s_shell("test ! -e gen-000002");
    view_store_close(&store);
}

Test(view_store, rows_of_another_kind_are_refused)
{
    view_store_t *store = s_open();
    view_store_close(&store);
    view_class_t newer = *s_options.view;
    newer.format++;
    s_options.view = &newer;
    cr_assert(
        eq(int, view_store_open(&store, &s_options, &s_failure), -ENOTSUP));
    s_options.view = registry_find("pr_interval");
    cr_assert(
        eq(int, view_store_open(&store, &s_options, &s_failure), -ENOTSUP));
    s_options.view = registry_find("event_counts");
    s_options.partial = true;
    cr_assert(
        eq(int, view_store_open(&store, &s_options, &s_failure), -ENOTSUP));
}

Test(view_store, another_process_at_work_is_not_damage)
{
    view_store_t *store = s_open();
    pid_t pid = fork();
    if (pid == 0) {
        view_store_t *second;
        _exit(-view_store_open(&second, &s_options, &s_failure));
    }
    int status;
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    cr_assert(eq(int, status >> 8, EBUSY));
    view_store_close(&store);
}

Test(view_store, it_can_be_read_while_another_writes)
{
    view_store_t *store = s_open();
    s_fill(store);
    view_digest_value_t own = s_digest(store, 1000);
    view_store_t *beside;
    cr_assert(
        eq(int, view_store_open_beside(&beside, &s_options, &s_failure), 0),
        "%s", s_failure.reason);
    cr_assert(eq(u64, view_store_checkpoint(beside).offset, EVENTS));
    cr_assert(eq(u64, s_digest(beside, 1000).low, own.low));
    int problems = 0;
    cr_assert(eq(i64, view_store_verify(beside, s_on_problem, &problems), 0));
    view_store_close(&beside);
    view_store_close(&store);
    s_shell("rm CURRENT");
    cr_assert(eq(int, view_store_open_beside(&beside, &s_options, &s_failure),
                 -ENOENT));
}

static int s_put_rubbish(void *state, const view_rows_t *rows)
{
    (void)state;
    return rows->put(rows->context, slice("\x01\0\0\0\x02", 5),
                     slice_of("rubbish"));
}

Test(view_store, a_row_of_the_wrong_form_is_found)
{
    view_class_t careless = *s_options.view;
    careless.flush = s_put_rubbish;
    view_store_t *store = s_open();
    s_fill(store);
    view_store_close(&store);
    s_options.view = &careless;
    store = s_open();
    cr_assert(eq(
        int, view_store_flush(store, NULL, (view_checkpoint_t){EVENTS + 1, 0}),
        0));
    int problems = 0;
    cr_assert(eq(i64, view_store_verify(store, s_on_problem, &problems), 1));
    cr_assert(eq(int, problems, 1));
    view_store_close(&store);
}

Test(view_store, a_flipped_byte_on_disk_is_found)
{
    view_store_t *store = s_open();
    s_fill(store);
    cr_assert(eq(int, view_store_persist(store), 0));
    view_store_close(&store);
    s_shell("printf X | dd of=$(ls -S gen-*/*.sst | head -1) bs=1 seek=100 "
            "conv=notrunc "
            "2>/dev/null");
    int problems = 0;
    int rc = view_store_open(&store, &s_options, &s_failure);
    if (rc == 0) {
        cr_assert(
            gt(i64, view_store_verify(store, s_on_problem, &problems), 0));
        view_store_close(&store);
    } else {
        cr_assert(eq(int, rc, -EUCLEAN));
    }
}

// What begins with a seal, and what cannot.
#include "actors/view_store/engine.h"
#include "actors/views/registry.h"
#include "tests/actors/views/view_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define EVENTS 500

static char s_base[] = "/tmp/octolog-seal-XXXXXX";
static failure_t s_failure;
static char s_folder[FOLDER_PATH_MAX];
static view_store_options_t s_options;
static config_t *s_config;

static void s_setup(void)
{
    cr_assert(mkdtemp(s_base) != NULL);
    s_config = config_new();
    cr_assert(eq(int, config_set(s_config, "data.dir", s_base, NULL, NULL), 0));
    cr_assert(eq(int,
                 view_store_options(s_config, registry_find("event_counts"),
                                    s_folder, &s_options),
                 0));
}

static void s_shell(const char *command)
{
    char line[256];
    snprintf(line, sizeof line, "cd %s && %s", s_base, command);
    cr_assert(eq(int, system(line), 0), "%s", line);
}

static void s_teardown(void)
{
    s_shell("rm -rf \"$(realpath .)\"");
    config_destroy(&s_config);
}

TestSuite(view_seal, .init = s_setup, .fini = s_teardown);

// Folds events [position, until) into the engine, on disk.
static void s_fold(view_engine_t *engine, uint64_t until)
{
    for (uint64_t i = engine->position.offset; i < until; i++) {
        const fixture_event_t event = {.type = "PushEvent",
                                       .created_at = 7 * (uint32_t)i};
        fixture_apply(engine->view, engine->state, &event, 1, i, 0);
        engine->position = (view_checkpoint_t){i + 1, fixture_stamp(i)};
    }
    cr_assert(eq(int, view_engine_flush(engine), 0));
    cr_assert(eq(int, view_store_persist(engine->store), 0));
}

static void s_seal(uint64_t until)
{
    view_engine_t seal;
    cr_assert(
        eq(int,
           view_engine_open_seal(&seal, s_config, s_options.view, &s_failure),
           0),
        "%s", s_failure.reason);
    s_fold(&seal, until);
    view_engine_close(&seal);
}

static view_digest_value_t s_digest(view_engine_t *engine)
{
    view_digest_value_t value;
    view_digest_t *digest = view_digest_new(engine->store);
    cr_assert(eq(int, view_digest_step(digest, SIZE_MAX, &value), 1));
    view_digest_destroy(&digest);
    return value;
}

// The view as it is folded from offset 0 on, and its digest.
static view_digest_value_t s_serve(uint64_t until)
{
    view_engine_t live;
    cr_assert(eq(
        int, view_engine_open(&live, s_config, s_options.view, &s_failure), 0));
    s_fold(&live, until);
    view_digest_value_t value = s_digest(&live);
    view_engine_close(&live);
    return value;
}

static void s_rebuild(view_engine_t *engine, uint64_t first)
{
    s_failure.reason[0] = '\0';
    cr_assert(eq(int,
                 view_engine_open(engine, s_config, s_options.view, &s_failure),
                 0),
              "%s", s_failure.reason);
    cr_assert(eq(int, view_engine_rebuild(engine, first, &s_failure), 0), "%s",
              s_failure.reason);
}

Test(view_seal, a_rebuild_is_the_seal_and_what_follows)
{
    view_engine_t engine;
    view_digest_value_t live = s_serve(EVENTS);
    s_seal(100);
    s_seal(200);
    s_rebuild(&engine, 150);
    cr_assert(eq(u64, engine.position.offset, 200));
    cr_assert(eq(i64, engine.position.stamp_us, fixture_stamp(199)));
    cr_assert(eq(u64, view_store_since(engine.store), 0));
    s_fold(&engine, EVENTS);
    cr_assert(eq(u64, s_digest(&engine).low, live.low));
    cr_assert(eq(u64, s_digest(&engine).high, live.high));
    view_engine_close(&engine);
}

Test(view_seal, without_one_the_whole_log_is_folded)
{
    view_engine_t engine;
    s_serve(EVENTS);
    s_rebuild(&engine, 0);
    cr_assert(eq(u64, engine.position.offset, 0));
    cr_assert(eq(u64, s_digest(&engine).rows, 0));
    cr_assert_str_empty(s_failure.reason);
    view_engine_close(&engine);
}

Test(view_seal, without_one_a_shortened_log_begins_where_it_is)
{
    view_engine_t engine;
    s_serve(EVENTS);
    s_rebuild(&engine, 150);
    cr_assert(eq(u64, engine.position.offset, 150));
    cr_assert(eq(u64, view_store_since(engine.store), 150));
    s_fold(&engine, EVENTS);
    view_engine_close(&engine);
    // It stays so.
    cr_assert(
        eq(int, view_engine_open(&engine, s_config, s_options.view, &s_failure),
           0));
    cr_assert(eq(u64, view_store_since(engine.store), 150));
    cr_assert(eq(u64, engine.position.offset, EVENTS));
    view_engine_close(&engine);
}

Test(view_seal, one_behind_the_log_is_of_no_use)
{
    view_engine_t engine;
    s_seal(100);
    s_rebuild(&engine, 101);
    cr_assert(eq(u64, engine.position.offset, 101));
    cr_assert(eq(u64, view_store_since(engine.store), 101));
    cr_assert_str_not_empty(s_failure.reason);
    view_engine_close(&engine);
}

Test(view_seal, a_damaged_one_is_named_and_not_used)
{
    static const char *const s_damages[] = {
        "echo no >views/event_counts/seal/CURRENT",
        "rm views/event_counts/seal/gen-*/*.sst",
        "for f in views/*/seal/gen-*/*.sst; do echo no >$f; done",
    };
    for (size_t i = 0; i < 3; i++) {
        view_engine_t engine;
        s_seal(100);
        s_shell(s_damages[i]);
        s_rebuild(&engine, 50);
        cr_assert(eq(u64, engine.position.offset, 50), "%s", s_damages[i]);
        cr_assert_str_not_empty(s_failure.reason, "%s", s_damages[i]);
        view_engine_close(&engine);
        s_shell("rm -r views/event_counts");
    }
}

Test(view_seal, a_lost_one_is_made_of_the_view)
{
    view_engine_t engine;
    view_digest_value_t live = s_serve(300);
    s_seal(100);
    cr_assert(
        eq(int, view_engine_open(&engine, s_config, s_options.view, &s_failure),
           0));
    cr_assert(
        eq(int, view_seal_renew(&engine.options, engine.store, &s_failure), 0));
    view_engine_close(&engine);
    s_rebuild(&engine, 300);
    cr_assert(eq(u64, engine.position.offset, 300));
    cr_assert(eq(u64, s_digest(&engine).low, live.low));
    view_engine_close(&engine);
    s_seal(400); // and it goes on
    s_shell("test $(ls -d views/event_counts/seal/gen-* | wc -l) = 1");
}

Test(view_seal, is_read_while_it_is_written)
{
    view_engine_t seal;
    view_store_t *beside;
    s_seal(100);
    cr_assert(eq(
        int, view_engine_open_seal(&seal, s_config, s_options.view, &s_failure),
        0));
    s_fold(&seal, 200);
    cr_assert(eq(int, view_seal_open(&beside, &s_options, &s_failure), 0), "%s",
              s_failure.reason);
    cr_assert(eq(u64, view_store_checkpoint(beside).offset, 200));
    s_fold(&seal, 300);
    cr_assert(eq(u64, view_store_checkpoint(beside).offset, 200));
    int problems = 0;
    cr_assert(eq(i64, view_store_verify(beside, NULL, &problems), 0));
    view_store_close(&beside);
    view_engine_close(&seal);
}

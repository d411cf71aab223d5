// The rows of a store: parts that become one row, and rows as they were.
#include "actors/view_store/store.h"
#include "actors/views/registry.h"
#include "log/folder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static char s_base[32];
static char s_folder[64];
static failure_t s_failure;
static view_class_t s_view;
static view_store_options_t s_options;

static const slice_t s_key = {"k", 1};

// Parts are letters; their row is all of them in order of the alphabet, each
// once. One that holds a '!' cannot be merged.
static int s_join(slice_t key, const slice_t *parts, size_t count,
                  buffer_t *row)
{
    (void)key;
    for (char letter = '!'; letter <= 'z'; letter++) {
        for (size_t i = 0; i < count; i++) {
            if (!memchr(parts[i].data, letter, parts[i].bytes))
                continue;
            if (letter == '!')
                return -ENOMEM;
            buffer_add(row, &letter, 1);
            break;
        }
    }
    return buffer_failed(row) ? -ENOMEM : 0;
}

// The state is the letters to add, each as a part of its own.
static int s_flush(void *state, const view_rows_t *rows)
{
    for (const char *part = state; *part; part++) {
        int rc = rows->merge(rows->context, s_key, slice(part, 1));
        if (rc != 0)
            return rc;
    }
    return 0;
}

static void s_setup(void)
{
    snprintf(s_base, sizeof s_base, "/tmp/octolog-rows-XXXXXX");
    cr_assert(mkdtemp(s_base) != NULL);
    snprintf(s_folder, sizeof s_folder, "%s/joined", s_base);
    s_view = *registry_find("event_counts");
    s_view.name = "joined";
    s_view.flush = s_flush;
    s_view.merge = s_join;
    s_options = (view_store_options_t){.view = &s_view,
                                       .folder = s_folder,
                                       .cache_bytes = 1 << 20,
                                       .write_bytes = 1 << 20};
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_base), 0);
}

TestSuite(view_store_rows, .init = s_setup, .fini = s_teardown);

static view_store_t *s_open(void)
{
    view_store_t *store;
    cr_assert(eq(int, view_store_open(&store, &s_options, &s_failure), 0), "%s",
              s_failure.reason);
    return store;
}

static int s_add(view_store_t *store, const char *letters)
{
    char state[64];
    snprintf(state, sizeof state, "%s", letters);
    view_checkpoint_t at = view_store_checkpoint(store);
    at.offset++;
    return view_store_flush(store, state, at);
}

static int s_count_row(void *context, slice_t key, slice_t value)
{
    cr_assert(slice_equal(key, s_key));
    cr_assert(gt(sz, value.bytes, 0));
    ++*(int *)context;
    return 0;
}

// The row is these letters, by its key and in a scan; "": there is none.
static void s_expect(const view_rows_t *rows, const char *letters)
{
    slice_t value = {NULL, 0};
    int seen = 0;
    const int there = *letters != '\0';
    cr_assert(eq(int, rows->get(rows->context, s_key, &value), there));
    cr_assert(slice_equal(value, slice_of(letters)), "%.*s, not %s",
              (int)value.bytes, value.data, letters);
    cr_assert(eq(int,
                 rows->scan(rows->context, slice_of("a"), slice_of("z"),
                            s_count_row, &seen),
                 0));
    cr_assert(eq(int, seen, there));
}

Test(view_store_rows, parts_are_one_row_whenever_they_were_added)
{
    view_store_t *store = s_open();
    s_expect(view_store_rows(store), "");
    cr_assert(eq(int, s_add(store, "cab"), 0));
    s_expect(view_store_rows(store), "abc");
    cr_assert(eq(int, s_add(store, "xa"), 0));
    s_expect(view_store_rows(store), "abcx");
    view_store_close(&store);
    // From files, each with a part of its own, and from memory.
    for (const char *letter = "mnop"; *letter; letter++) {
        store = s_open();
        cr_assert(eq(int, s_add(store, (char[]){*letter, '\0'}), 0));
        cr_assert(eq(int, view_store_persist(store), 0));
        view_store_close(&store);
    }
    store = s_open();
    s_expect(view_store_rows(store), "abcmnopx");
    cr_assert(eq(int, s_add(store, "z"), 0));
    s_expect(view_store_rows(store), "abcmnopxz");
    view_store_close(&store);
}

Test(view_store_rows, a_row_of_which_nothing_can_be_made_is_no_row)
{
    view_store_t *store = s_open();
    const view_rows_t *rows = view_store_rows(store);
    slice_t value;
    int seen = 0;
    cr_assert(eq(int, s_add(store, "ab!"), 0));
    cr_assert(lt(int, rows->get(rows->context, s_key, &value), 0));
    cr_assert(gt(sz, strlen(view_store_reason(store)), 0));
    cr_assert(lt(int,
                 rows->scan(rows->context, slice_of("a"), slice_of("z"),
                            s_count_row, &seen),
                 0));
    cr_assert(eq(int, seen, 0));
    view_store_close(&store);
}

Test(view_store_rows, frozen_rows_stay_as_they_were)
{
    view_store_t *store = s_open();
    view_frozen_t *empty = view_store_freeze(store);
    cr_assert(eq(int, s_add(store, "ab"), 0));
    view_frozen_t *half = view_store_freeze(store);
    cr_assert(eq(int, s_add(store, "c"), 0));
    cr_assert(eq(int, view_store_persist(store), 0));
    s_expect(view_frozen_rows(empty), "");
    s_expect(view_frozen_rows(half), "ab");
    s_expect(view_store_rows(store), "abc");
    view_store_thaw(&empty);
    cr_assert(empty == NULL);
    view_store_thaw(&empty);
    s_expect(view_frozen_rows(half), "ab");
    view_store_thaw(&half);
    view_store_close(&store);
}

Test(view_store_rows, a_reader_beside_freezes_what_stands_still)
{
    view_store_t *store = s_open(), *beside;
    cr_assert(eq(int, s_add(store, "ab"), 0));
    cr_assert(
        eq(int, view_store_open_beside(&beside, &s_options, &s_failure), 0));
    view_frozen_t *frozen = view_store_freeze(beside);
    cr_assert(eq(int, s_add(store, "c"), 0));
    s_expect(view_frozen_rows(frozen), "ab");
    view_store_thaw(&frozen);
    view_store_close(&beside);
    view_store_close(&store);
}

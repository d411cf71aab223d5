// Names and links of repositories, merged from parts.
#include "actors/views/repo_activity/names.h"
#include "actors/views/repo_activity/rows.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// More than two levels of merging take at once.
#define PARTS    1000
#define SUBJECTS 5
#define NAMES    3

// Places and hashes with the same first bits: of one page.
#define PAGE (UINT64_C(0x123) << (64 - VIEW_REPO_NAME_BITS))

static buffer_t s_parts[PARTS];
static slice_t s_slices[PARTS];

static void s_free_parts(void)
{
    for (size_t i = 0; i < PARTS; i++)
        buffer_free(&s_parts[i]);
}

TestSuite(view_repo_names, .fini = s_free_parts);

// All at once, and one after the other onto what there is.
static buffer_t s_merge_all(slice_t key)
{
    buffer_t row = {0};
    for (size_t i = 0; i < PARTS; i++)
        s_slices[i] = buffer_slice(&s_parts[i]);
    cr_assert(eq(int, view_repo_names_merge(key, s_slices, PARTS, &row), 0));
    return row;
}

static buffer_t s_merge_each(slice_t key)
{
    buffer_t row = {0};
    buffer_add(&row, s_parts[0].data, s_parts[0].bytes);
    for (size_t i = 1; i < PARTS; i++) {
        const slice_t both[] = {buffer_slice(&s_parts[i]), buffer_slice(&row)};
        buffer_t next = {0};
        cr_assert(eq(int, view_repo_names_merge(key, both, 2, &next), 0));
        buffer_free(&row);
        row = next;
    }
    return row;
}

static buffer_t s_merge_both_ways(slice_t key)
{
    buffer_t row = s_merge_all(key), other = s_merge_each(key);
    const char *reason = "";
    cr_assert(slice_equal(buffer_slice(&row), buffer_slice(&other)));
    cr_assert(eq(int, view_repo_check_row(key, buffer_slice(&row), &reason), 0),
              "%s", reason);
    buffer_free(&other);
    return row;
}

Test(view_repo_names, each_name_is_there_once_since_its_first_event)
{
    static uint32_t s_since[SUBJECTS][NAMES]; // 0: never so called
    unsigned seed = 7;
    char key[VIEW_REPO_KEY_MAX], name[16];
    size_t expected = 0, found = 0;
    for (size_t i = 0; i < PARTS; i++) {
        const unsigned subject = (unsigned)rand_r(&seed) % SUBJECTS;
        const unsigned number = (unsigned)rand_r(&seed) % NAMES;
        const uint32_t since = 1 + (uint32_t)rand_r(&seed) % 100000;
        uint32_t *first = &s_since[subject][number];
        snprintf(name, sizeof name, "a/name-%u", number);
        const view_repo_name_t none = {0}, entry = {PAGE + 1 + subject,
                                                    slice_of(name), since};
        view_repo_add_name(&s_parts[i], &none, &entry);
        expected += *first == 0;
        *first = *first == 0 || since < *first ? since : *first;
    }
    buffer_t row = s_merge_both_ways(view_repo_names_key(key, PAGE));
    view_repo_name_t entry = {0};
    for (slice_t rest = buffer_slice(&row);
         view_repo_next_name(&rest, &entry) == 1; found++) {
        const unsigned number =
            (unsigned)(entry.name.data[entry.name.bytes - 1] - '0');
        cr_assert(lt(u32, number, NAMES));
        cr_assert(
            eq(u32, entry.since, s_since[entry.place - PAGE - 1][number]));
    }
    cr_assert(eq(sz, found, expected));
    buffer_free(&row);
}

Test(view_repo_names, each_link_is_there_once)
{
    static bool s_linked[NAMES][SUBJECTS];
    unsigned seed = 11;
    char key[VIEW_REPO_KEY_MAX];
    size_t expected = 0, found = 0;
    for (size_t i = 0; i < PARTS; i++) {
        const unsigned hash = (unsigned)rand_r(&seed) % NAMES;
        const unsigned place = (unsigned)rand_r(&seed) % SUBJECTS;
        const view_repo_link_t none = {0}, entry = {PAGE + hash, place, true};
        view_repo_add_link(&s_parts[i], &none, &entry);
        expected += !s_linked[hash][place];
        s_linked[hash][place] = true;
    }
    buffer_t row = s_merge_both_ways(view_repo_links_key(key, PAGE));
    view_repo_link_t entry = {0};
    for (slice_t rest = buffer_slice(&row);
         view_repo_next_link(&rest, &entry) == 1; found++)
        cr_assert(s_linked[entry.hash - PAGE][entry.place]);
    cr_assert(eq(sz, found, expected));
    buffer_free(&row);
}

Test(view_repo_names, a_damaged_part_is_noticed_wherever_it_is)
{
    char key[VIEW_REPO_KEY_MAX];
    const view_repo_name_t none = {0}, entry = {PAGE + 1, slice_of("a/b"), 5};
    for (size_t i = 0; i < PARTS; i++)
        view_repo_add_name(&s_parts[i], &none, &entry);
    for (size_t i = 0; i < PARTS; i += 37) {
        buffer_t row = {0};
        for (size_t n = 0; n < PARTS; n++)
            s_slices[n] = buffer_slice(&s_parts[n]);
        s_slices[i].bytes--; // its last number is cut
        cr_assert(eq(int,
                     view_repo_names_merge(view_repo_names_key(key, PAGE),
                                           s_slices, PARTS, &row),
                     -EUCLEAN));
        buffer_free(&row);
    }
}

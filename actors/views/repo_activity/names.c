#include "actors/views/repo_activity/names.h"

#include <errno.h>
#include <stdlib.h>

static uint16_t s_shard(uint64_t place)
{
    return view_repo_shard(place, VIEW_REPO_NAME_BITS);
}

// Adding parts.

typedef struct {
    const view_repo_changes_t *changes;
    const view_rows_t *rows;
    view_repo_pair_t *pairs; // one per naming
    view_repo_pair_t *scratch;
    buffer_t part;
} flush_t;

static int s_add_part(flush_t *self, slice_t key)
{
    if (buffer_failed(&self->part))
        return -ENOMEM;
    return self->rows->merge(self->rows->context, key,
                             buffer_slice(&self->part));
}

// Returns the index of the first pair after `at` that is in another shard.
static size_t s_end_of_shard(const flush_t *self, size_t at)
{
    const uint16_t shard = s_shard(self->pairs[at].key);
    size_t end = at + 1;
    while (end < self->changes->naming_count &&
           s_shard(self->pairs[end].key) == shard)
        end++;
    return end;
}

static view_repo_name_t s_name(const view_repo_changes_t *changes,
                               const view_repo_pair_t *pair)
{
    const view_repo_naming_t *naming = &changes->namings[pair->rest];
    return (view_repo_name_t){naming->place,
                              view_repo_changes_text(changes, naming->name),
                              naming->since};
}

static int s_compare_names(const void *a, const void *b, void *changes)
{
    const view_repo_name_t left = s_name(changes, a);
    const view_repo_name_t right = s_name(changes, b);
    return view_repo_compare_names(&left, &right);
}

// Sorts by place and then, which rarely matters, by name.
static void s_sort_names(flush_t *self)
{
    const size_t count = self->changes->naming_count;
    for (size_t i = 0; i < count; i++)
        self->pairs[i] = (view_repo_pair_t){self->changes->namings[i].place, i};
    view_repo_sort(self->pairs, self->scratch, count, 0);
    for (size_t at = 0, end; at < count; at = end) {
        for (end = at + 1;
             end < count && self->pairs[end].key == self->pairs[at].key;)
            end++;
        if (end > at + 1)
            qsort_r(self->pairs + at, end - at, sizeof *self->pairs,
                    s_compare_names, (void *)self->changes);
    }
}

// How far ahead names are prefetched: they are stored in order of arrival.
#define S_AHEAD ((size_t)8)

static void s_fetch(const flush_t *self, size_t at)
{
    const view_repo_changes_t *changes = self->changes;
    if (at + 2 * S_AHEAD < changes->naming_count)
        __builtin_prefetch(
            &changes->namings[self->pairs[at + 2 * S_AHEAD].rest]);
    if (at + S_AHEAD < changes->naming_count)
        __builtin_prefetch(
            changes->pool.data +
            changes->namings[self->pairs[at + S_AHEAD].rest].name.at);
}

// Encodes namings [at, end), which are of one page; equal ones become one.
static void s_write_names(flush_t *self, size_t at, size_t end)
{
    view_repo_name_t before = {0};
    buffer_reset(&self->part);
    while (at < end) {
        s_fetch(self, at);
        view_repo_name_t entry = s_name(self->changes, &self->pairs[at]);
        while (++at < end) {
            view_repo_name_t next = s_name(self->changes, &self->pairs[at]);
            if (view_repo_compare_names(&entry, &next) != 0)
                break;
            if (next.since < entry.since)
                entry.since = next.since;
        }
        view_repo_add_name(&self->part, &before, &entry);
        before = entry;
    }
}

static int s_flush_names(flush_t *self)
{
    const size_t count = self->changes->naming_count;
    int rc = 0;
    s_sort_names(self);
    for (size_t at = 0, end; at < count && rc == 0; at = end) {
        char key[VIEW_REPO_KEY_MAX];
        end = s_end_of_shard(self, at);
        s_write_names(self, at, end);
        rc = s_add_part(self, view_repo_names_key(key, self->pairs[at].key));
    }
    return rc;
}

// Encodes links [at, end), which are of one page. All spellings of a name share
// one link.
static void s_write_links(flush_t *self, size_t at, size_t end)
{
    view_repo_link_t before = {0};
    buffer_reset(&self->part);
    for (; at < end; at++) {
        const view_repo_link_t entry = {self->pairs[at].key,
                                        self->pairs[at].rest, true};
        if (before.taken && view_repo_compare_links(&before, &entry) == 0)
            continue;
        view_repo_add_link(&self->part, &before, &entry);
        before = entry;
    }
}

static int s_flush_links(flush_t *self)
{
    const view_repo_changes_t *changes = self->changes;
    const size_t count = changes->naming_count;
    int rc = 0;
    for (size_t i = 0; i < count; i++)
        self->pairs[i] =
            (view_repo_pair_t){view_repo_hash(view_repo_changes_text(
                                   changes, changes->namings[i].name)),
                               changes->namings[i].place};
    view_repo_sort(self->pairs, self->scratch, count, 0);
    for (size_t at = 0, end; at < count && rc == 0; at = end) {
        char key[VIEW_REPO_KEY_MAX];
        end = s_end_of_shard(self, at);
        s_write_links(self, at, end);
        rc = s_add_part(self, view_repo_links_key(key, self->pairs[at].key));
    }
    return rc;
}

int view_repo_names_flush(const view_repo_changes_t *changes,
                          const view_rows_t *rows)
{
    const size_t count = changes->naming_count;
    if (count == 0)
        return 0;
    flush_t self = {.changes = changes, .rows = rows};
    self.pairs = calloc(count, sizeof *self.pairs);
    self.scratch = calloc(count, sizeof *self.scratch);
    int rc = self.pairs && self.scratch ? s_flush_names(&self) : -ENOMEM;
    if (rc == 0)
        rc = s_flush_links(&self);
    free(self.pairs);
    free(self.scratch);
    buffer_free(&self.part);
    return rc;
}

// Merging. Parts are read side by side, lowest entry first, a few parts at a
// time, so that finding the lowest stays cheap.

#define S_FAN_IN 16u

typedef struct {
    slice_t rest;
    view_repo_name_t entry;
    int more;
} names_t;

typedef struct {
    slice_t rest;
    view_repo_link_t entry;
    int more;
} links_t;

// Returns the part with the lowest entry; NULL when all are at their ends.
static names_t *s_lowest_names(names_t *parts, size_t count)
{
    names_t *lowest = NULL;
    for (size_t i = 0; i < count; i++) {
        names_t *part = &parts[i];
        if (part->more == 1 &&
            (!lowest || part->entry.place < lowest->entry.place ||
             (part->entry.place == lowest->entry.place &&
              view_repo_compare_names(&part->entry, &lowest->entry) < 0)))
            lowest = part;
    }
    return lowest;
}

static int s_merge_names(const slice_t *parts, size_t count, buffer_t *out)
{
    names_t sides[S_FAN_IN];
    names_t *lowest;
    view_repo_name_t before = {0}, entry = {0};
    for (size_t i = 0; i < count; i++) {
        sides[i] = (names_t){.rest = parts[i]};
        sides[i].more = view_repo_next_name(&sides[i].rest, &sides[i].entry);
        if (sides[i].more < 0)
            return -EUCLEAN;
    }
    while ((lowest = s_lowest_names(sides, count))) {
        const view_repo_name_t next = lowest->entry;
        lowest->more = view_repo_next_name(&lowest->rest, &lowest->entry);
        if (lowest->more < 0)
            return -EUCLEAN;
        if (entry.name.bytes && view_repo_compare_names(&entry, &next) == 0) {
            entry.since = next.since < entry.since ? next.since : entry.since;
            continue;
        }
        if (entry.name.bytes) {
            view_repo_add_name(out, &before, &entry);
            before = entry;
        }
        entry = next;
    }
    if (entry.name.bytes)
        view_repo_add_name(out, &before, &entry);
    return 0;
}

static links_t *s_lowest_links(links_t *parts, size_t count)
{
    links_t *lowest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].more == 1 &&
            (!lowest ||
             view_repo_compare_links(&parts[i].entry, &lowest->entry) < 0))
            lowest = &parts[i];
    }
    return lowest;
}

static int s_merge_links(const slice_t *parts, size_t count, buffer_t *out)
{
    links_t sides[S_FAN_IN];
    links_t *lowest;
    view_repo_link_t before = {0};
    for (size_t i = 0; i < count; i++) {
        sides[i] = (links_t){.rest = parts[i]};
        sides[i].more = view_repo_next_link(&sides[i].rest, &sides[i].entry);
        if (sides[i].more < 0)
            return -EUCLEAN;
    }
    while ((lowest = s_lowest_links(sides, count))) {
        const view_repo_link_t entry = lowest->entry;
        lowest->more = view_repo_next_link(&lowest->rest, &lowest->entry);
        if (lowest->more < 0)
            return -EUCLEAN;
        if (before.taken && view_repo_compare_links(&before, &entry) == 0)
            continue;
        view_repo_add_link(out, &before, &entry);
        before = entry;
    }
    return 0;
}

static int s_merge_some(slice_t key, const slice_t *parts, size_t count,
                        buffer_t *row)
{
    int rc =
        (key.data[0] == 'i' ? s_merge_names : s_merge_links)(parts, count, row);
    return rc == 0 && buffer_failed(row) ? -ENOMEM : rc;
}

// Merges more parts than fit in one pass: first each sixteenth of them, then
// the results.
static int s_merge_many(slice_t key, const slice_t *parts, size_t count,
                        buffer_t *row)
{
    buffer_t rooms[S_FAN_IN] = {0};
    slice_t merged[S_FAN_IN];
    size_t done = 0;
    int rc = 0;
    for (size_t i = 0; i < S_FAN_IN && rc == 0; i++) {
        const size_t until = count * (i + 1) / S_FAN_IN;
        rc = view_repo_names_merge(key, parts + done, until - done, &rooms[i]);
        merged[i] = buffer_slice(&rooms[i]);
        done = until;
    }
    if (rc == 0)
        rc = s_merge_some(key, merged, S_FAN_IN, row);
    for (size_t i = 0; i < S_FAN_IN; i++)
        buffer_free(&rooms[i]);
    return rc;
}

int view_repo_names_merge(slice_t key, const slice_t *parts, size_t count,
                          buffer_t *row)
{
    return (count <= S_FAN_IN ? s_merge_some : s_merge_many)(key, parts, count,
                                                             row);
}

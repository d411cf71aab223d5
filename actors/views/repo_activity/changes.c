#include "actors/views/repo_activity/changes.h"

#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

// Recorded namings that are remembered; a power of two.
#define S_NOTED (1u << 19)

int view_repo_changes_init(view_repo_changes_t *changes)
{
    changes->oldest = UINT32_MAX;
    changes->noted = calloc(S_NOTED, sizeof *changes->noted);
    return changes->noted ? 0 : -ENOMEM;
}

void view_repo_changes_free(view_repo_changes_t *changes)
{
    free(changes->pairs);
    free(changes->scratch);
    free(changes->namings);
    free(changes->unknown);
    free(changes->noted);
    buffer_free(&changes->pool);
}

slice_t view_repo_changes_text(const view_repo_changes_t *changes,
                               view_repo_text_t text)
{
    return slice(changes->pool.data + text.at, text.bytes);
}

size_t view_repo_changes_bytes(const view_repo_changes_t *changes)
{
    return changes->count * 2 * sizeof *changes->pairs +
           changes->naming_count * sizeof *changes->namings +
           changes->unknown_count * sizeof *changes->unknown +
           changes->pool.bytes;
}

void view_repo_changes_reset(view_repo_changes_t *changes)
{
    changes->count = changes->naming_count = changes->unknown_count = 0;
    changes->oldest = UINT32_MAX;
    changes->newest = 0;
    buffer_reset(&changes->pool);
}

// Adding events.

// Grows an array, if needed, for one more item.
static int s_reserve(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return 0;
    size_t grown = *capacity ? *capacity * 2 : 1024;
    void *moved = reallocarray(*items, grown, size);
    if (!moved)
        return -ENOMEM;
    *items = moved;
    *capacity = grown;
    return 0;
}

#define S_RESERVE(items, count, capacity)                                      \
    s_reserve((void **)&(items), count, &(capacity), sizeof *(items))

static view_repo_text_t s_keep(view_repo_changes_t *changes, slice_t text)
{
    view_repo_text_t kept = {changes->pool.bytes, text.bytes};
    buffer_add(&changes->pool, text.data, text.bytes);
    return kept;
}

// A subject of an event, ready to be added. If two namings had the same key,
// with probability 2^-64, a name would be lost.
typedef struct {
    uint64_t place;
    uint64_t key; // hash of place and name; 0: no name
    slice_t name;
    uint32_t type;
    uint32_t created_at;
} subject_t;

static view_repo_noted_t *s_noted(const view_repo_changes_t *changes,
                                  uint64_t key)
{
    return &changes->noted[key >> 1 & (S_NOTED - 1)];
}

// Records the name of a subject, unless it is known to be recorded already with
// the same or an earlier time.
static int s_add_naming(view_repo_changes_t *changes, const subject_t *subject)
{
    view_repo_noted_t *noted = s_noted(changes, subject->key);
    if (noted->key == subject->key && noted->since <= subject->created_at)
        return 0;
    if (S_RESERVE(changes->namings, changes->naming_count,
                  changes->naming_capacity) != 0)
        return -ENOMEM;
    changes->namings[changes->naming_count++] = (view_repo_naming_t){
        subject->place, s_keep(changes, subject->name), subject->created_at};
    *noted = (view_repo_noted_t){subject->key, subject->created_at};
    return buffer_failed(&changes->pool) ? -ENOMEM : 0;
}

static int s_add_change(view_repo_changes_t *changes, uint64_t place,
                        uint32_t type, uint32_t number)
{
    if (S_RESERVE(changes->pairs, changes->count, changes->capacity) != 0)
        return -ENOMEM;
    changes->pairs[changes->count++] =
        (view_repo_pair_t){place, (uint64_t)type << 32 | number};
    return 0;
}

static int s_add_subject(view_repo_changes_t *changes, const subject_t *subject)
{
    if (subject->created_at < changes->oldest)
        changes->oldest = subject->created_at;
    if (subject->created_at > changes->newest)
        changes->newest = subject->created_at;
    int rc = s_add_change(changes, subject->place, subject->type,
                          subject->created_at);
    return rc == 0 && subject->key ? s_add_naming(changes, subject) : rc;
}

// A subject without an id is identified by its name; false if it has neither.
static bool s_make_subject(const view_repo_changes_t *changes,
                           view_repo_kind_t kind, uint64_t id, slice_t name,
                           subject_t *subject)
{
    if (id >> 62) // GitHub has no such ids
        id = 0;
    if (id == 0 && name.bytes == 0)
        return false;
    subject->place = view_repo_place(kind, id, name);
    subject->name = name;
    subject->key = 0;
    if (name.bytes) {
        subject->key =
            XXH3_64bits_withSeed(name.data, name.bytes, subject->place) | 1;
        __builtin_prefetch(s_noted(changes, subject->key));
    }
    return true;
}

// Adds a type that the batch stores by name. The batch may predate its code.
static int s_unknown_type(view_repo_changes_t *changes, slice_t name,
                          uint32_t *type)
{
    *type = event_type_code(name);
    if (*type != EVENT_OTHER)
        return 0;
    if (S_RESERVE(changes->unknown, changes->unknown_count,
                  changes->unknown_capacity) != 0)
        return -ENOMEM;
    *type = VIEW_REPO_UNKNOWN + (uint32_t)changes->unknown_count;
    changes->unknown[changes->unknown_count++] = s_keep(changes, name);
    return buffer_failed(&changes->pool) ? -ENOMEM : 0;
}

// Makes the subjects of event i, at most two.
static size_t s_make_subjects(const view_repo_changes_t *changes,
                              const batch_t *batch, uint32_t i, uint32_t type,
                              subject_t subjects[2])
{
    slice_t name = batch_repo_name(batch, i);
    size_t count = 0;
    for (size_t s = 0; s < 2; s++) {
        subjects[s].type = type;
        subjects[s].created_at = batch_created_at(batch, i);
    }
    if (!event_is_full_name(name))
        name = slice(NULL, 0);
    count += s_make_subject(changes, VIEW_REPO_REPOSITORY,
                            batch_repo_id(batch, i), name, &subjects[count]);
    count +=
        s_make_subject(changes, VIEW_REPO_ORGANISATION, batch_org_id(batch, i),
                       batch_org_login(batch, i), &subjects[count]);
    return count;
}

// Events handled together: the table entries of all their names are prefetched
// before the first one is read.
#define S_AHEAD 16u

int view_repo_changes_add(view_repo_changes_t *changes, const batch_t *batch,
                          uint32_t from, uint32_t until)
{
    int rc = 0;
    while (from < until && rc == 0) {
        const uint32_t end = until - from > S_AHEAD ? from + S_AHEAD : until;
        subject_t subjects[2 * S_AHEAD];
        size_t count = 0;
        for (; from < end && rc == 0; from++) {
            uint32_t type = batch_type(batch, from);
            if (type >= EVENT_TYPES)
                rc = s_unknown_type(changes, batch_type_name(batch, from),
                                    &type);
            count +=
                s_make_subjects(changes, batch, from, type, &subjects[count]);
        }
        for (size_t i = 0; i < count && rc == 0; i++)
            rc = s_add_subject(changes, &subjects[i]);
    }
    return rc;
}

int view_repo_changes_add_count(view_repo_changes_t *changes,
                                const view_repo_count_t *entry)
{
    uint32_t type = entry->type;
    uint64_t left = entry->count;
    int rc = 0;
    if (type == EVENT_OTHER)
        rc = s_unknown_type(changes, entry->name, &type);
    while (rc == 0 && left > 0) {
        uint32_t part = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
        rc = s_add_change(changes, entry->place, type, part);
        left -= part;
    }
    return rc;
}

// Sorting.

static int s_compare_texts(const view_repo_changes_t *changes,
                           view_repo_text_t a, view_repo_text_t b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order =
        memcmp(changes->pool.data + a.at, changes->pool.data + b.at, shared);
    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static int s_compare_unknown(const void *a, const void *b, void *context)
{
    const view_repo_changes_t *changes = context;
    return s_compare_texts(changes, changes->unknown[*(const uint32_t *)a],
                           changes->unknown[*(const uint32_t *)b]);
}

// Numbers the unknown types by name; equal names get the same number.
static int s_number_unknown(view_repo_changes_t *changes)
{
    const size_t count = changes->unknown_count;
    if (count == 0)
        return 0;
    uint32_t *order = calloc(2 * count, sizeof *order);
    view_repo_text_t *sorted = calloc(count, sizeof *sorted);
    if (!order || !sorted) {
        free(order);
        free(sorted);
        return -ENOMEM;
    }
    uint32_t *numbers = order + count; // by old number
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, s_compare_unknown, changes);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = changes->unknown[order[i]];
        bool again =
            i && s_compare_texts(changes, sorted[i - 1], sorted[i]) == 0;
        numbers[order[i]] = again ? numbers[order[i - 1]] : i;
    }
    for (size_t i = 0; i < changes->count; i++) {
        view_repo_pair_t *pair = &changes->pairs[i];
        uint32_t type = view_repo_change_type(pair);
        if (type >= VIEW_REPO_UNKNOWN)
            pair->rest = (uint64_t)(VIEW_REPO_UNKNOWN +
                                    numbers[type - VIEW_REPO_UNKNOWN])
                             << 32 |
                         view_repo_change_number(pair);
    }
    memcpy(changes->unknown, sorted, count * sizeof *sorted);
    free(order);
    free(sorted);
    return 0;
}

int view_repo_changes_prepare(view_repo_changes_t *changes)
{
    view_repo_pair_t *scratch = reallocarray(
        changes->scratch, changes->capacity, sizeof *changes->scratch);
    if (!scratch && changes->capacity)
        return -ENOMEM;
    changes->scratch = scratch;
    return s_number_unknown(changes);
}

void view_repo_changes_sort(view_repo_changes_t *changes, uint32_t seconds)
{
    view_repo_sort(changes->pairs, changes->scratch, changes->count, seconds);
}

#include "actors/view_repo_changes.h"

#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

// Namings that are remembered as noted; a power of two.
#define S_NOTED (1u << 17)

int view_repo_changes_init(view_repo_changes_t *changes)
{
    changes->noted = calloc(S_NOTED, sizeof *changes->noted);
    return changes->noted ? 0 : -ENOMEM;
}

void view_repo_changes_free(view_repo_changes_t *changes)
{
    free(changes->changes);
    free(changes->scratch);
    free(changes->namings);
    free(changes->strange);
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
    return changes->count * 2 * sizeof *changes->changes +
           changes->naming_count * sizeof *changes->namings +
           changes->strange_count * sizeof *changes->strange +
           changes->pool.bytes;
}

void view_repo_changes_reset(view_repo_changes_t *changes)
{
    changes->count = changes->naming_count = changes->strange_count = 0;
    buffer_reset(&changes->pool);
}

// Taking events.

// Makes room for one more item in an array.
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

// Notes the name of a subject, unless it is known to be noted with no later
// time. Two namings of one key, at 2^-64, would lose a name.
static int s_add_naming(view_repo_changes_t *changes, uint64_t place,
                        slice_t name, uint32_t created_at)
{
    uint64_t key = XXH3_64bits_withSeed(name.data, name.bytes, place) | 1;
    view_repo_noted_t *noted = &changes->noted[key >> 1 & (S_NOTED - 1)];
    if (noted->key == key && noted->since <= created_at)
        return 0;
    if (S_RESERVE(changes->namings, changes->naming_count,
                  changes->naming_capacity) != 0)
        return -ENOMEM;
    changes->namings[changes->naming_count++] =
        (view_repo_naming_t){place, s_keep(changes, name), created_at};
    *noted = (view_repo_noted_t){key, created_at};
    return buffer_failed(&changes->pool) ? -ENOMEM : 0;
}

static int s_add_change(view_repo_changes_t *changes, view_repo_change_t change)
{
    if (S_RESERVE(changes->changes, changes->count, changes->capacity) != 0)
        return -ENOMEM;
    changes->changes[changes->count++] = change;
    return 0;
}

// Without an id the name says which subject it is; without both, nobody.
static int s_add_subject(view_repo_changes_t *changes, view_repo_kind_t kind,
                         uint64_t id, slice_t name, view_repo_change_t change)
{
    if (id >> 62) // GitHub has no such ids
        id = 0;
    if (id == 0 && name.bytes == 0)
        return 0;
    change.place = view_repo_place(kind, id, name);
    int rc = s_add_change(changes, change);
    if (rc == 0 && name.bytes)
        rc = s_add_naming(changes, change.place, name, change.created_at);
    return rc;
}

// A type without a code here. The batch may be older than the code it has now.
static int s_strange_type(view_repo_changes_t *changes, slice_t name,
                          uint32_t *type)
{
    *type = event_type_code(name);
    if (*type != EVENT_OTHER)
        return 0;
    if (S_RESERVE(changes->strange, changes->strange_count,
                  changes->strange_capacity) != 0)
        return -ENOMEM;
    *type = VIEW_REPO_STRANGE + (uint32_t)changes->strange_count;
    changes->strange[changes->strange_count++] = s_keep(changes, name);
    return buffer_failed(&changes->pool) ? -ENOMEM : 0;
}

// owner/name, neither of them empty. The oldest archives have a bare "/".
static bool s_is_full_name(slice_t name)
{
    const char *slash = name.bytes ? memchr(name.data, '/', name.bytes) : NULL;
    return slash && slash > name.data && slash < name.data + name.bytes - 1;
}

int view_repo_changes_add(view_repo_changes_t *changes, const batch_t *batch,
                          uint32_t i)
{
    view_repo_change_t change = {
        .created_at = batch_created_at(batch, i),
        .type = batch_type(batch, i),
    };
    slice_t name = batch_repo_name(batch, i);
    int rc = 0;
    if (change.type >= EVENT_TYPES)
        rc = s_strange_type(changes, batch_type_name(batch, i), &change.type);
    if (rc == 0)
        rc = s_add_subject(
            changes, VIEW_REPO_REPOSITORY, batch_repo_id(batch, i),
            s_is_full_name(name) ? name : slice(NULL, 0), change);
    if (rc == 0)
        rc = s_add_subject(changes, VIEW_REPO_ORGANISATION,
                           batch_org_id(batch, i), batch_org_login(batch, i),
                           change);
    return rc;
}

// Sorting.

typedef enum { S_BY_TIME, S_BY_TYPE, S_BY_PLACE, S_BY_BUCKET } s_by_t;

static inline uint64_t s_key(const view_repo_change_t *change, s_by_t by,
                             uint32_t seconds)
{
    switch (by) {
    case S_BY_TIME:
        return change->created_at;
    case S_BY_TYPE:
        return change->type;
    case S_BY_PLACE:
        return change->place;
    default:
        return change->created_at / seconds;
    }
}

// Orders by one byte of the key and leaves equal ones in order.
static void s_pass(view_repo_changes_t *changes, s_by_t by, uint32_t seconds,
                   unsigned shift)
{
    size_t places[256] = {0};
    size_t next = 0;
    for (size_t i = 0; i < changes->count; i++)
        places[s_key(&changes->changes[i], by, seconds) >> shift & 0xff]++;
    for (size_t value = 0; value < 256; value++) {
        size_t count = places[value];
        places[value] = next;
        next += count;
    }
    for (size_t i = 0; i < changes->count; i++) {
        const view_repo_change_t *change = &changes->changes[i];
        size_t value = s_key(change, by, seconds) >> shift & 0xff;
        changes->scratch[places[value]++] = *change;
    }
    view_repo_change_t *sorted = changes->scratch;
    changes->scratch = changes->changes;
    changes->changes = sorted;
}

// Orders by the bytes of the key that differ at all.
static void s_sort_by(view_repo_changes_t *changes, s_by_t by, uint32_t seconds)
{
    uint64_t differing = 0;
    for (size_t i = 1; i < changes->count; i++)
        differing |= s_key(&changes->changes[i], by, seconds) ^
                     s_key(&changes->changes[0], by, seconds);
    for (unsigned shift = 0; shift < 64 && differing >> shift; shift += 8) {
        if (differing >> shift & 0xff)
            s_pass(changes, by, seconds, shift);
    }
}

static int s_compare_texts(const view_repo_changes_t *changes,
                           view_repo_text_t a, view_repo_text_t b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order =
        memcmp(changes->pool.data + a.at, changes->pool.data + b.at, shared);
    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static int s_compare_strange(const void *a, const void *b, void *context)
{
    const view_repo_changes_t *changes = context;
    return s_compare_texts(changes, changes->strange[*(const uint32_t *)a],
                           changes->strange[*(const uint32_t *)b]);
}

// Gives each strange type the number of the first of its name, by name.
static int s_number_strange(view_repo_changes_t *changes)
{
    const size_t count = changes->strange_count;
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
    qsort_r(order, count, sizeof *order, s_compare_strange, changes);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = changes->strange[order[i]];
        bool again =
            i && s_compare_texts(changes, sorted[i - 1], sorted[i]) == 0;
        numbers[order[i]] = again ? numbers[order[i - 1]] : i;
    }
    for (size_t i = 0; i < changes->count; i++) {
        uint32_t *type = &changes->changes[i].type;
        if (*type >= VIEW_REPO_STRANGE)
            *type = VIEW_REPO_STRANGE + numbers[*type - VIEW_REPO_STRANGE];
    }
    memcpy(changes->strange, sorted, count * sizeof *sorted);
    free(order);
    free(sorted);
    return 0;
}

static int s_compare_namings(const void *a, const void *b, void *context)
{
    const view_repo_naming_t *left = a, *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return s_compare_texts(context, left->name, right->name);
}

int view_repo_changes_sort(view_repo_changes_t *changes)
{
    view_repo_change_t *scratch = reallocarray(
        changes->scratch, changes->capacity, sizeof *changes->scratch);
    if (!scratch)
        return -ENOMEM;
    changes->scratch = scratch;
    int rc = s_number_strange(changes);
    if (rc != 0)
        return rc;
    s_sort_by(changes, S_BY_TIME, 1);
    s_sort_by(changes, S_BY_TYPE, 1);
    s_sort_by(changes, S_BY_PLACE, 1);
    if (changes->naming_count)
        qsort_r(changes->namings, changes->naming_count,
                sizeof *changes->namings, s_compare_namings, changes);
    return 0;
}

void view_repo_changes_group(view_repo_changes_t *changes, uint32_t seconds)
{
    s_sort_by(changes, S_BY_BUCKET, seconds);
}

#include "actors/views/repo_activity/rows.h"

#include "actors/views/varint.h"
#include "proto/event/event.h"

#include <endian.h>
#include <errno.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

const view_repo_level_t view_repo_levels[VIEW_REPO_LEVELS] = {
    {3600, 24, 8, 4}, {86400, 32, 10, 8}, {32 * 86400, 1, 12, 16}};

// Flags in a subject's number. GitHub's ids have 31 bits today.
#define S_NAMELESS_ID  (UINT64_C(1) << 63) // it is the hash of a name
#define S_ORGANISATION (UINT64_C(1) << 62)
#define S_ID_MASK      (S_ORGANISATION - 1)

// Low bits of a number that are moved to the front of its place.
#define S_TURNED 14
#define S_REST   (64 - S_TURNED)

// Swaps neighbouring bits, then neighbouring pairs, and so on.
static uint64_t s_turn(uint64_t bits)
{
    bits = (bits >> 1 & 0x5555) | (bits & 0x5555) << 1;
    bits = (bits >> 2 & 0x3333) | (bits & 0x3333) << 2;
    bits = (bits >> 4 & 0x0f0f) | (bits & 0x0f0f) << 4;
    bits = (bits >> 8 & 0x00ff) | (bits & 0x00ff) << 8;
    return bits >> (16 - S_TURNED);
}

static uint64_t s_number(uint64_t place)
{
    return s_turn(place >> S_REST) | place << S_TURNED;
}

uint64_t view_repo_place(view_repo_kind_t kind, uint64_t id, slice_t name)
{
    uint64_t number = id;
    if (id == 0)
        number = (view_repo_hash(name) & S_ID_MASK) | S_NAMELESS_ID;
    if (kind == VIEW_REPO_ORGANISATION)
        number |= S_ORGANISATION;
    return s_turn(number & ((1u << S_TURNED) - 1)) << S_REST |
           number >> S_TURNED;
}

bool view_repo_is_organisation(uint64_t place)
{
    return place & S_ORGANISATION >> S_TURNED;
}

uint64_t view_repo_id(uint64_t place)
{
    uint64_t number = s_number(place);
    return number & S_NAMELESS_ID ? 0 : number & S_ID_MASK;
}

int view_repo_compare_ids(uint64_t place_a, uint64_t place_b)
{
    uint64_t a = s_number(place_a), b = s_number(place_b);
    return (a > b) - (a < b);
}

static char s_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

uint64_t view_repo_hash(slice_t name)
{
    char lower[EVENT_NAME_MAX];
    size_t bytes = name.bytes < sizeof lower ? name.bytes : sizeof lower;
    for (size_t i = 0; i < bytes; i++)
        lower[i] = s_lower(name.data[i]);
    return XXH3_64bits(lower, bytes);
}

bool view_repo_same_name(slice_t a, slice_t b)
{
    if (a.bytes != b.bytes)
        return false;
    for (size_t i = 0; i < a.bytes; i++) {
        if (s_lower(a.data[i]) != s_lower(b.data[i]))
            return false;
    }
    return true;
}

// Keys.

// Tables of ranks follow those of counts.
#define S_RANKS 0x10

#define S_COUNTS_KEY_BYTES 8
#define S_RANKS_KEY_BYTES  7

static void s_write_key(char *key, size_t table, uint32_t bucket,
                        uint32_t shard)
{
    uint32_t big_bucket = htobe32(bucket);
    uint16_t big_shard = htobe16((uint16_t)shard);
    key[0] = (char)table;
    memcpy(key + 1, &big_bucket, sizeof big_bucket);
    memcpy(key + 5, &big_shard, sizeof big_shard);
}

slice_t view_repo_counts_key(char key[VIEW_REPO_KEY_MAX], size_t level,
                             uint32_t bucket, uint32_t shard)
{
    const uint32_t parts = view_repo_levels[level].parts;
    s_write_key(key, level + 1, bucket / parts, shard);
    key[7] = (char)(bucket % parts);
    return slice(key, S_COUNTS_KEY_BYTES);
}

slice_t view_repo_ranks_key(char key[VIEW_REPO_KEY_MAX], size_t level,
                            uint32_t bucket, uint32_t shard)
{
    s_write_key(key, S_RANKS + level + 1, bucket, shard);
    return slice(key, S_RANKS_KEY_BYTES);
}

uint32_t view_repo_key_bucket(slice_t key)
{
    uint32_t parent;
    memcpy(&parent, key.data + 1, sizeof parent);
    return be32toh(parent) * view_repo_levels[key.data[0] - 1].parts +
           (uint8_t)key.data[7];
}

uint32_t view_repo_key_shard(slice_t key)
{
    uint16_t shard;
    memcpy(&shard, key.data + 5, sizeof shard);
    return be16toh(shard);
}

static slice_t s_table_key(char *key, char table, uint64_t place)
{
    uint16_t shard = htobe16(view_repo_shard(place, VIEW_REPO_NAME_BITS));
    key[0] = table;
    memcpy(key + 1, &shard, sizeof shard);
    return slice(key, 1 + sizeof shard);
}

slice_t view_repo_names_key(char key[VIEW_REPO_KEY_MAX], uint64_t place)
{
    return s_table_key(key, 'i', place);
}

slice_t view_repo_links_key(char key[VIEW_REPO_KEY_MAX], uint64_t hash)
{
    return s_table_key(key, 'n', hash);
}

// Order.

static int s_compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int s_compare_text(slice_t a, slice_t b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : s_compare(a.bytes, b.bytes);
}

int view_repo_compare_counts(const view_repo_count_t *a,
                             const view_repo_count_t *b)
{
    if (a->place != b->place)
        return s_compare(a->place, b->place);
    if (a->type != b->type)
        return s_compare(a->type, b->type);
    int order = a->type == EVENT_OTHER ? s_compare_text(a->name, b->name) : 0;
    return order ? order : s_compare(a->second, b->second);
}

int view_repo_compare_names(const view_repo_name_t *a,
                            const view_repo_name_t *b)
{
    int order = s_compare(a->place, b->place);
    return order ? order : s_compare_text(a->name, b->name);
}

int view_repo_compare_links(const view_repo_link_t *a,
                            const view_repo_link_t *b)
{
    int order = s_compare(a->hash, b->hash);
    return order ? order : s_compare(a->place, b->place);
}

// Entries.

// The longest place, type, second, count and length of a name.
#define S_COUNT_BYTES_MAX 64

void view_repo_add_count(buffer_t *page, const view_repo_count_t *before,
                         const view_repo_count_t *entry)
{
    char *begin = buffer_grow(page, S_COUNT_BYTES_MAX + entry->name.bytes);
    if (!begin)
        return;
    char *at = view_varint_write(begin, entry->place - before->place);
    *at++ = (char)entry->type;
    if (entry->type == EVENT_OTHER) {
        at = view_varint_write(at, entry->name.bytes);
        memcpy(at, entry->name.data, entry->name.bytes);
        at += entry->name.bytes;
    }
    at = view_varint_write(at,
                           (uint64_t)entry->second << 1 | (entry->count > 1));
    if (entry->count > 1)
        at = view_varint_write(at, entry->count);
    page->bytes = (size_t)(at - page->data);
}

// Adds a difference to a number; false if it overflows.
static bool s_take_sum(slice_t *page, uint64_t before, uint64_t *sum)
{
    uint64_t difference;
    return view_varint_take(page, &difference) &&
           !__builtin_add_overflow(before, difference, sum);
}

static bool s_take_name(slice_t *page, slice_t *name)
{
    uint64_t length;
    return view_varint_take(page, &length) && length > 0 &&
           length <= EVENT_NAME_MAX &&
           view_varint_take_text(page, length, name);
}

static bool s_take_type(slice_t *page, view_repo_count_t *entry)
{
    entry->name = slice(NULL, 0);
    return view_varint_take_u8(page, &entry->type) &&
           (entry->type == EVENT_OTHER ? s_take_name(page, &entry->name)
                                       : entry->type < EVENT_TYPES);
}

static bool s_take_number(slice_t *page, view_repo_count_t *entry)
{
    uint64_t second;
    if (!view_varint_take(page, &second) ||
        second >> 1 >= view_repo_levels[0].seconds)
        return false;
    entry->second = (uint32_t)(second >> 1);
    entry->count = 1;
    return (second & 1) == 0 ||
           (view_varint_take(page, &entry->count) && entry->count > 1);
}

int view_repo_next_count(slice_t *page, view_repo_count_t *entry)
{
    view_repo_count_t next;
    if (page->bytes == 0)
        return 0;
    if (!s_take_sum(page, entry->place, &next.place) ||
        !s_take_type(page, &next) || !s_take_number(page, &next) ||
        (entry->count && view_repo_compare_counts(entry, &next) >= 0))
        return -EUCLEAN;
    *entry = next;
    return 1;
}

void view_repo_add_name(buffer_t *page, const view_repo_name_t *before,
                        const view_repo_name_t *entry)
{
    const uint32_t since = htole32(entry->since);
    char *begin = buffer_grow(page, (size_t)2 * VIEW_VARINT_MAX +
                                        entry->name.bytes + sizeof since);
    if (!begin)
        return;
    char *at = view_varint_write(begin, entry->place - before->place);
    at = view_varint_write(at, entry->name.bytes);
    memcpy(at, entry->name.data, entry->name.bytes);
    at += entry->name.bytes;
    memcpy(at, &since, sizeof since);
    page->bytes = (size_t)(at - page->data) + sizeof since;
}

int view_repo_next_name(slice_t *page, view_repo_name_t *entry)
{
    view_repo_name_t next;
    slice_t since;
    if (page->bytes == 0)
        return 0;
    if (!s_take_sum(page, entry->place, &next.place) ||
        !s_take_name(page, &next.name) ||
        !view_varint_take_text(page, sizeof next.since, &since) ||
        (entry->name.bytes && view_repo_compare_names(entry, &next) >= 0))
        return -EUCLEAN;
    memcpy(&next.since, since.data, sizeof next.since);
    next.since = le32toh(next.since);
    *entry = next;
    return 1;
}

void view_repo_add_link(buffer_t *page, const view_repo_link_t *before,
                        const view_repo_link_t *entry)
{
    view_varint_add(page, entry->hash - before->hash);
    buffer_add_u64(page, entry->place);
}

int view_repo_next_link(slice_t *page, view_repo_link_t *entry)
{
    view_repo_link_t next = {.taken = true};
    slice_t place;
    if (page->bytes == 0)
        return 0;
    if (!s_take_sum(page, entry->hash, &next.hash) ||
        !view_varint_take_text(page, sizeof next.place, &place))
        return -EUCLEAN;
    memcpy(&next.place, place.data, sizeof next.place);
    next.place = le64toh(next.place);
    if (entry->taken && view_repo_compare_links(entry, &next) >= 0)
        return -EUCLEAN;
    *entry = next;
    return 1;
}

// Checks.

static bool s_check_counts(slice_t key, slice_t page)
{
    if (key.bytes != S_COUNTS_KEY_BYTES)
        return false;
    const size_t level = (size_t)key.data[0] - 1;
    const view_repo_level_t *form = &view_repo_levels[level];
    view_repo_count_t entry = {0};
    int rc;
    while ((rc = view_repo_next_count(&page, &entry)) == 1) {
        if (view_repo_shard(entry.place, form->bits) !=
                view_repo_key_shard(key) ||
            (level > 0 && entry.second))
            return false;
    }
    return rc == 0 && (uint8_t)key.data[7] < form->parts;
}

static bool s_check_ranks(slice_t key, slice_t page)
{
    if (key.bytes != S_RANKS_KEY_BYTES)
        return false;
    const view_repo_level_t *form =
        &view_repo_levels[key.data[0] - S_RANKS - 1];
    view_repo_count_t entry = {0};
    int rc;
    while ((rc = view_repo_next_count(&page, &entry)) == 1) {
        if (view_repo_shard(entry.place, form->bits) !=
                view_repo_key_shard(key) ||
            entry.second || entry.type == EVENT_OTHER ||
            entry.count < form->least || view_repo_is_organisation(entry.place))
            return false;
    }
    return rc == 0;
}

static bool s_check_names(slice_t key, slice_t page)
{
    char expected[VIEW_REPO_KEY_MAX];
    view_repo_name_t entry = {0};
    int rc;
    while ((rc = view_repo_next_name(&page, &entry)) == 1) {
        if (!slice_equal(key, view_repo_names_key(expected, entry.place)))
            return false;
    }
    return rc == 0;
}

static bool s_check_links(slice_t key, slice_t page)
{
    char expected[VIEW_REPO_KEY_MAX];
    view_repo_link_t entry = {0};
    int rc;
    while ((rc = view_repo_next_link(&page, &entry)) == 1) {
        if (!slice_equal(key, view_repo_links_key(expected, entry.hash)))
            return false;
    }
    return rc == 0;
}

int view_repo_check_row(slice_t key, slice_t value, const char **reason)
{
    char table = '\0';
    bool sound = false;
    if (key.bytes)
        table = key.data[0];
    *reason = "unknown kind of row";
    if (table >= 1 && table <= VIEW_REPO_LEVELS) {
        *reason = "not a page of counts";
        sound = value.bytes && s_check_counts(key, value);
    } else if (table > S_RANKS && table <= S_RANKS + VIEW_REPO_LEVELS) {
        *reason = "not a page of ranks";
        sound = value.bytes && s_check_ranks(key, value);
    } else if (table == 'i') {
        *reason = "not a page of names";
        sound = value.bytes && s_check_names(key, value);
    } else if (table == 'n') {
        *reason = "not a page of links";
        sound = value.bytes && s_check_links(key, value);
    } else if (slice_equal(key, slice_of(VIEW_REPO_BOUNDS_KEY))) {
        *reason = "not the times of the oldest and newest event";
        sound = value.bytes == 2 * sizeof(uint32_t);
    } else if (slice_equal(key, slice_of(VIEW_REPO_ROLLED_KEY))) {
        *reason = "not the progress of rolling up";
        sound = value.bytes == VIEW_REPO_ROLLED_BYTES;
    }
    return sound ? 0 : -EUCLEAN;
}

// view_repo_rows - the keys and values of the rows of view_repo_activity.
//
// A *subject* is a repository or an organisation, identified by a number:
// GitHub's id or, without one, a hash of the name in lower case, and two flags.
// Its *place* is the same number with the low 14 bits reversed and moved to the
// front. Thus subjects spread evenly, and any number of leading bits of the
// place divides all tables in the same order. A row is a *page*: the sorted
// entries of the subjects whose places share their leading bits.
//
//     level u8, parent u32, shard u16, child u8 -> counts
//         1 = hours    256 shards   the parent is the day; entries include the
//                                   second
//         2 = days    1024 shards   the parent is the span
//         3 = spans   4096 shards   of 32 days; no parent: the span itself
//     0x10 + level, bucket u32, shard u16 -> ranks: the counts of that page per
//         repository and type that are at least the level's `least`; type 0 is
//         the sum over all types
//     's'           -> how far days and spans are rolled up: for each the
//                      bucket u32 and the shard u16 (rollup.h)
//     'b'           -> created_at of the oldest and the newest event, u32 each
//     'i' shard u16 -> names: the names of a subject, and since when
//     'n' shard u16 -> links: the subjects that have a name, by the name's hash
//
//     count   place (difference from the previous entry, varint), type u8, for
//             EVENT_OTHER the length of its name (varint) and the name, then a
//             varint: twice the second within the hour, plus 1 if a count
//             (varint) follows; if none follows, the count is 1
//     name    place (difference, varint), length (varint), name, since u32:
//             created_at of the first event that has it
//     link    hash of the name in lower case (difference, varint), place u64
//
// Numbers in keys are big-endian, those in values little-endian.
//
// Errors    The next calls return 1, 0 at the end of the page, or -EUCLEAN for
//           bytes that no page has. The buffer records that memory ran out.
// Memory    What is read borrows the bytes it was read from.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROWS_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROWS_H

#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEW_REPO_LEVELS 3

typedef struct {
    uint32_t seconds; // of a bucket
    uint32_t parts;   // buckets in a bucket of the level above
    unsigned bits;    // leading bits of the place that form the shard
    uint32_t least;   // smallest count that is a rank
} view_repo_level_t;

extern const view_repo_level_t view_repo_levels[VIEW_REPO_LEVELS];

// Leading bits that form the shard in the tables of names and links.
#define VIEW_REPO_NAME_BITS 12

#define VIEW_REPO_BOUNDS_KEY "b"
#define VIEW_REPO_ROLLED_KEY "s"

#define VIEW_REPO_ROLLED_BYTES 12

// Subjects.

typedef enum { VIEW_REPO_REPOSITORY, VIEW_REPO_ORGANISATION } view_repo_kind_t;

// The place of a subject; the name is used only if the id is 0.
uint64_t view_repo_place(view_repo_kind_t kind, uint64_t id, slice_t name);

bool view_repo_is_organisation(uint64_t place);

// GitHub's id; 0: none.
uint64_t view_repo_id(uint64_t place);

// Orders subjects by id; those without an id come last.
int view_repo_compare_ids(uint64_t place_a, uint64_t place_b);

// Hash and equality of names, ignoring case.
uint64_t view_repo_hash(slice_t name);
bool view_repo_same_name(slice_t a, slice_t b);

// Keys.

#define VIEW_REPO_KEY_MAX 8

// The shard of a place or hash: its first `bits` bits.
static inline uint16_t view_repo_shard(uint64_t place, unsigned bits)
{
    return (uint16_t)(place >> (64 - bits));
}

// `level` counts from 0. Each returns a slice of `key`.
slice_t view_repo_counts_key(char key[VIEW_REPO_KEY_MAX], size_t level,
                             uint32_t bucket, uint32_t shard);
slice_t view_repo_ranks_key(char key[VIEW_REPO_KEY_MAX], size_t level,
                            uint32_t bucket, uint32_t shard);
slice_t view_repo_names_key(char key[VIEW_REPO_KEY_MAX], uint64_t place);
slice_t view_repo_links_key(char key[VIEW_REPO_KEY_MAX], uint64_t hash);

// The parts of the key of a page of counts.
uint32_t view_repo_key_bucket(slice_t key);
uint32_t view_repo_key_shard(slice_t key);

// Entries. The next calls take one off the front of a page: zero *entry before
// the first call, then pass the previous entry. The add calls append one after
// `before`, which is zeroed for the first.

typedef struct {
    uint64_t place;
    uint64_t count;
    slice_t name;    // of the type, for EVENT_OTHER
    uint32_t second; // within the hour, at the lowest level; else 0
    uint8_t type;
} view_repo_count_t;

typedef struct {
    uint64_t place;
    slice_t name; // as spelled; empty before the first
    uint32_t since;
} view_repo_name_t;

typedef struct {
    uint64_t hash;
    uint64_t place;
    bool taken; // false before the first
} view_repo_link_t;

int view_repo_next_count(slice_t *page, view_repo_count_t *entry);
int view_repo_next_name(slice_t *page, view_repo_name_t *entry);
int view_repo_next_link(slice_t *page, view_repo_link_t *entry);

void view_repo_add_count(buffer_t *page, const view_repo_count_t *before,
                         const view_repo_count_t *entry);
void view_repo_add_name(buffer_t *page, const view_repo_name_t *before,
                        const view_repo_name_t *entry);
void view_repo_add_link(buffer_t *page, const view_repo_link_t *before,
                        const view_repo_link_t *entry);

// Order of the keys of entries; 0: the keys are equal.
int view_repo_compare_counts(const view_repo_count_t *a,
                             const view_repo_count_t *b);
int view_repo_compare_names(const view_repo_name_t *a,
                            const view_repo_name_t *b);
int view_repo_compare_links(const view_repo_link_t *a,
                            const view_repo_link_t *b);

// Checks a whole row, as view_class_t.check_row.
int view_repo_check_row(slice_t key, slice_t value, const char **reason);

#endif

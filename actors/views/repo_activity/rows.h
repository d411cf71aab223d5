// view_repo_rows - the keys and values of the rows of view_repo_activity.
//
// What is counted is a *subject*: a repository or an organisation. Its number
// is GitHub's id or, without one, a hash of its name in lower case, and two
// flags. A *place* is the same number with its low 14 bits turned round and put
// first, so that subjects spread evenly, and that any number of leading bits
// of the place cuts all tables in the same order. A row is a *page*: the sorted
// entries of the subjects with the same leading bits.
//
//     level u8, parent u32, shard u16, child u8 -> counts
//         1 = hours   256 shards   the parent is the day; entries know the
//                                  second
//         2 = days   1024 shards   the parent is the span
//         3 = spans of 32 days     4096 shards, no parent: the span itself
//     0x10 + level, bucket u32, shard u16 -> ranks: of the counts of that page,
//         those of a repository and type that are not below the level's `least`
//         and, as type 0, those of a repository and all types together
//     's'           -> how far days and spans are rolled up, of each the bucket
//                      u32 and the shard u16 (view_repo_rollup.h)
//     'b'           -> created_at of the oldest and the newest event, u32 each
//     'i' shard u16 -> names: what a subject was called, and since when
//     'n' shard u16 -> links: which subjects bear a name, by the name's hash
//
//     count   place (difference from the entry before, varint), type u8, for
//             EVENT_OTHER the length of its name (varint) and the name, then a
//             varint: twice the second of the hour, plus 1 if a count follows,
//             else the count is 1; the count (varint)
//     name    place (difference, varint), length (varint), name, since u32:
//             created_at of the first event that has it
//     link    hash of the name in lower case (difference, varint), place u64
//
// Numbers of keys are big-endian, those of values little-endian.
//
// Errors    Reading returns 1, 0 at the end of the page, or -EUCLEAN for bytes
//           that no page has. Out of memory shows in the buffer.
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
    uint32_t parts;   // buckets in one of the level above
    unsigned bits;    // of the place that make the shard
    uint32_t least;   // count that is a rank
} view_repo_level_t;

extern const view_repo_level_t view_repo_levels[VIEW_REPO_LEVELS];

// Of the tables of names and of links.
#define VIEW_REPO_NAME_BITS 12

#define VIEW_REPO_BOUNDS_KEY "b"
#define VIEW_REPO_ROLLED_KEY "s"

#define VIEW_REPO_ROLLED_BYTES 12

// Subjects.

typedef enum { VIEW_REPO_REPOSITORY, VIEW_REPO_ORGANISATION } view_repo_kind_t;

// The place of a subject; the name matters where the id is 0.
uint64_t view_repo_place(view_repo_kind_t kind, uint64_t id, slice_t name);

bool view_repo_is_organisation(uint64_t place);

// GitHub's id; 0: it has none.
uint64_t view_repo_id(uint64_t place);

// Subjects in order of their ids, those without after all others.
int view_repo_compare_ids(uint64_t place_a, uint64_t place_b);

// Of a name, whatever the case of its letters.
uint64_t view_repo_hash(slice_t name);
bool view_repo_same_name(slice_t a, slice_t b);

// Keys.

#define VIEW_REPO_KEY_MAX 8

// The shard of the first `bits` bits of a place or hash.
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

// Of the key of a page of counts.
uint32_t view_repo_key_bucket(slice_t key);
uint32_t view_repo_key_shard(slice_t key);

// Entries. `next` takes one off the front of a page; *entry is zeroed before
// the first call and must be the one before after that. `add` appends one that
// follows `before`, which is zeroed for the first.

typedef struct {
    uint64_t place;
    uint64_t count;
    slice_t name;    // of the type, for EVENT_OTHER
    uint32_t second; // of its hour, at the lowest level; else 0
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

// Order of the keys of entries: 0 means that they are about the same.
int view_repo_compare_counts(const view_repo_count_t *a,
                             const view_repo_count_t *b);
int view_repo_compare_names(const view_repo_name_t *a,
                            const view_repo_name_t *b);
int view_repo_compare_links(const view_repo_link_t *a,
                            const view_repo_link_t *b);

// Checks a whole row, as view_class_t.check_row.
int view_repo_check_row(slice_t key, slice_t value, const char **reason);

#endif

// view_pr_rows - the keys and values of the rows of view_pr_interval.
//
//     'e' repo at     -> action u8, and its name for EVENT_OTHER
//                        one for each PullRequestEvent
//     'n' name        -> at, repo
//                        the latest use of a name; the name is in lower case
//     'r' repo        -> at, updated_at_us i64, name
//                        the latest name of a repository, as spelled
//
//     at    created_at u32, offset u64: the second, and the event within it
//     repo  id u64; if the id is 0, then the length u16 and the bytes of its
//           name in lower case
//
// All numbers are big-endian, so that keys sort by time.
//
// Errors    The read calls return false for bytes that the write calls never
//           produce. The buffer records that memory ran out.
// Memory    What is read borrows the bytes it was read from.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_ROWS_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_ROWS_H

#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEW_PR_ROWS_EVENT 'e'
#define VIEW_PR_ROWS_NAME  'n'
#define VIEW_PR_ROWS_REPO  'r'

typedef struct {
    uint64_t id;
    slice_t name; // lower case; only with id 0
} view_pr_repo_t;

typedef struct {
    uint32_t created_at;
    uint64_t offset;
} view_pr_moment_t;

typedef struct {
    uint8_t action;
    slice_t action_name; // as GitHub spells it; set for every code
} view_pr_event_row_t;

typedef struct {
    view_pr_moment_t used_at;
    view_pr_repo_t repo;
} view_pr_name_row_t;

typedef struct {
    view_pr_moment_t named_at; // of the event that the name is from
    int64_t updated_at_us;
    slice_t name; // empty: none of its events had one
} view_pr_repo_row_t;

// Negative, 0, positive, as memcmp().
int view_pr_moment_compare(view_pr_moment_t a, view_pr_moment_t b);
int view_pr_repo_compare(const view_pr_repo_t *a, const view_pr_repo_t *b);

// Each replaces the content of *key.
void view_pr_rows_event_key(buffer_t *key, const view_pr_repo_t *repo,
                            view_pr_moment_t at);
void view_pr_rows_name_key(buffer_t *key, slice_t lower_name);
void view_pr_rows_repo_key(buffer_t *key, const view_pr_repo_t *repo);

// Sets the key bounds of a repository's events with created_at in [start, end).
void view_pr_rows_event_range(buffer_t *from, buffer_t *until,
                              const view_pr_repo_t *repo, uint64_t start,
                              uint64_t end);

// Each replaces the content of *value.
void view_pr_rows_write_event(buffer_t *value, const view_pr_event_row_t *row);
void view_pr_rows_write_name(buffer_t *value, const view_pr_name_row_t *row);
void view_pr_rows_write_repo(buffer_t *value, const view_pr_repo_row_t *row);

bool view_pr_rows_read_event(slice_t value, view_pr_event_row_t *row);
bool view_pr_rows_read_name(slice_t value, view_pr_name_row_t *row);
bool view_pr_rows_read_repo(slice_t value, view_pr_repo_row_t *row);

bool view_pr_rows_read_event_key(slice_t key, view_pr_repo_t *repo,
                                 view_pr_moment_t *at);
bool view_pr_rows_read_repo_key(slice_t key, view_pr_repo_t *repo);

#endif

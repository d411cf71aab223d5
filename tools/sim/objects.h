// objects - the JSON objects that payloads are made of: users, repositories,
// issues, with the dozens of URLs that GitHub puts into each.
//
// Errors    Out of memory shows in the buffer.
// Threads   Any, one per buffer.

#ifndef OCTOLOG_TOOLS_SIM_OBJECTS_H
#define OCTOLOG_TOOLS_SIM_OBJECTS_H

#include "proto/base/buffer.h"
#include "tools/sim/dice.h"
#include "tools/sim/names.h"

// How payloads look: in full, as until 2025-10-07, or trimmed, as since.
typedef enum {
    OBJECTS_2016,
    OBJECTS_2026,
} objects_shape_t;

void objects_user(buffer_t *out, objects_shape_t shape,
                  const names_user_t *user);

// The whole repository, about 5 KB. A fork keeps the name and the id is its
// own; fork_of is NULL otherwise.
void objects_repo(buffer_t *out, objects_shape_t shape,
                  const names_repo_t *repo, uint32_t now);
void objects_fork(buffer_t *out, objects_shape_t shape,
                  const names_repo_t *fork_of, const names_user_t *by,
                  uint64_t id, uint32_t now);

typedef struct {
    const names_repo_t *repo;
    const names_user_t *author;
    uint32_t number;
    uint64_t id;
    uint32_t created_at;
    bool open;
} objects_issue_t;

void objects_issue(buffer_t *out, objects_shape_t shape,
                   const objects_issue_t *issue, dice_t *dice);

// A line as people write it, as JSON text between quotes: plain, in other
// scripts, with quotes, backslashes, emoji and escapes.
const char *objects_line(dice_t *dice);

// `lines` of them, joined by escaped line breaks, without quotes around.
void objects_text(buffer_t *out, dice_t *dice, uint32_t lines);

#endif

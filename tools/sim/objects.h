// objects - the JSON objects in payloads: users, repositories and issues, with
// all the URLs that GitHub includes.
//
// Errors    Out of memory shows in the buffer.
// Threads   Any, one per buffer.

#ifndef OCTOLOG_TOOLS_SIM_OBJECTS_H
#define OCTOLOG_TOOLS_SIM_OBJECTS_H

#include "proto/base/buffer.h"
#include "tools/sim/dice.h"
#include "tools/sim/names.h"

// The format of payloads: full, as until 2025-10-07, or trimmed, as since then.
typedef enum {
    OBJECTS_2016,
    OBJECTS_2026,
} objects_shape_t;

void objects_user(buffer_t *out, objects_shape_t shape,
                  const names_user_t *user);

// A whole repository, about 5 KB. A fork has the name of its parent, a
// different owner and its own id.
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

// A line of human text, escaped for JSON, without quotes around it: plain, in
// non-Latin scripts, with quotes, backslashes, emoji and escapes.
const char *objects_line(dice_t *dice);

// `lines` such lines, joined by escaped line breaks.
void objects_text(buffer_t *out, dice_t *dice, uint32_t lines);

#endif

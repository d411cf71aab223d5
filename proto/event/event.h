// event - one GitHub event, and the codes of types and actions.
//
// An event is its raw JSON, kept verbatim, and a row of columns extracted from
// it. Only `type` and `created_at` are required; other columns are 0 or empty
// if absent. Unknown types and actions are data: their code is EVENT_OTHER, and
// their name is stored beside it.
//
// The codes are stored on disk and sent on the wire: add new ones at the end,
// never renumber (proto/README.md, "Codes").
//
// Errors    None: look-ups return EVENT_OTHER or NULL.
// Memory    An event_t borrows its slices; event_copy() owns copies of names.
// Threads   Any; the tables are constant.

#ifndef OCTOLOG_PROTO_EVENT_EVENT_H
#define OCTOLOG_PROTO_EVENT_EVENT_H

#include "proto/base/slice.h"

#include <stdint.h>

// A code in the columns of type and action: the batch stores the name.
#define EVENT_OTHER 255

typedef enum {
    EVENT_TYPE_NONE = 0, // never stored
    EVENT_TYPE_COMMIT_COMMENT = 1,
    EVENT_TYPE_CREATE = 2,
    EVENT_TYPE_DELETE = 3,
    EVENT_TYPE_DISCUSSION = 4,
    EVENT_TYPE_FORK = 5,
    EVENT_TYPE_GOLLUM = 6,
    EVENT_TYPE_ISSUE_COMMENT = 7,
    EVENT_TYPE_ISSUES = 8,
    EVENT_TYPE_MEMBER = 9,
    EVENT_TYPE_PUBLIC = 10,
    EVENT_TYPE_PULL_REQUEST = 11,
    EVENT_TYPE_PULL_REQUEST_REVIEW = 12,
    EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT = 13,
    EVENT_TYPE_PULL_REQUEST_REVIEW_THREAD = 14,
    EVENT_TYPE_PUSH = 15,
    EVENT_TYPE_RELEASE = 16,
    EVENT_TYPE_SPONSORSHIP = 17,
    EVENT_TYPE_WATCH = 18,
    // No longer sent; found in archives.
    EVENT_TYPE_DOWNLOAD = 19,
    EVENT_TYPE_FOLLOW = 20,
    EVENT_TYPE_FORK_APPLY = 21,
    EVENT_TYPE_GIST = 22,
    EVENT_TYPE_TEAM_ADD = 23,
    EVENT_TYPES // one past the last known code
} event_type_t;

typedef enum {
    EVENT_ACTION_NONE = 0, // the event has no payload.action
    EVENT_ACTION_OPENED = 1,
    EVENT_ACTION_CLOSED = 2, // a pull request closed without a merge
    EVENT_ACTION_MERGED = 3, // also "closed" with pull_request.merged true
    EVENT_ACTION_REOPENED = 4,
    EVENT_ACTION_LABELED = 5,
    EVENT_ACTION_UNLABELED = 6,
    EVENT_ACTION_ASSIGNED = 7,
    EVENT_ACTION_UNASSIGNED = 8,
    EVENT_ACTION_SYNCHRONIZE = 9,
    EVENT_ACTION_EDITED = 10,
    EVENT_ACTION_CREATED = 11,
    EVENT_ACTION_DELETED = 12,
    EVENT_ACTION_STARTED = 13,
    EVENT_ACTION_PUBLISHED = 14,
    EVENT_ACTION_ADDED = 15,
    EVENT_ACTION_REVIEW_REQUESTED = 16,
    EVENT_ACTION_UPDATED = 17,
    EVENT_ACTION_DISMISSED = 18,
    EVENT_ACTIONS // one past the last known code
} event_action_t;

// The longest name of a type, action, repository, actor or organisation; a
// longer one makes the event a dead letter.
#define EVENT_NAME_MAX 4095

// The largest event accepted: GitHub's own limit, since a webhook may have
// 25 MB. The largest event seen has 245,661 bytes.
#define EVENT_JSON_MAX (25u << 20) // 25 MiB

// One event. The slices borrow memory of the module that filled it in.
typedef struct {
    uint64_t id;         // 0: none, or not a number
    uint64_t repo_id;    // 0: absent
    uint64_t actor_id;   // 0: absent
    uint64_t org_id;     // 0: absent
    uint32_t created_at; // seconds since 1970 UTC
    uint8_t type;        // event_type_t or EVENT_OTHER
    uint8_t action;      // event_action_t or EVENT_OTHER
    slice_t type_name;   // as sent
    slice_t action_name; // empty if none; "merged" for a merge
    slice_t repo_name;   // "owner/name" as sent; empty if absent
    slice_t actor_login;
    slice_t org_login;
    slice_t json; // the raw event, from its { to its }
} event_t;

// Copies the event and its names into one block, to be freed with free(); json
// is still borrowed. NULL when out of memory.
event_t *event_copy(const event_t *event);

// The code of a type as GitHub spells it ("PushEvent"); EVENT_OTHER if it has
// none.
uint8_t event_type_code(slice_t name);

// "PushEvent" for EVENT_TYPE_PUSH; NULL for a code that is not in the table.
const char *event_type_name(uint8_t code);

// The same for payload.action ("opened").
uint8_t event_action_code(slice_t name);
const char *event_action_name(uint8_t code);

// Whether a name of a repository is owner/name, neither empty. The oldest
// archives have a bare "/".
bool event_is_full_name(slice_t name);

#endif

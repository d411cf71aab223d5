// view_repo_messages - the questions and answers of view_repo_activity, and
// their JSON.
//
//     top         type bytes, start u64, end u64, limit u32
//                 -> list of view_repo_ranked_t: most events first, then by id
//     activity,   name bytes, start u64, end u64
//     counts      -> view_repo_known_t, list of view_count_t
//
// Errors    Those of view_question_t.render.
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_MESSAGES_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_MESSAGES_H

#include "actors/views/answer.h"

// The repositories with the most events with created_at in [start, end).
typedef struct {
    slice_t type;   // "PushEvent"; empty: all types
    uint64_t start; // seconds since 1970
    uint64_t end;   // UINT64_MAX: no bound
    uint32_t limit;
    slice_t by; // not sent: the name of the type in the JSON
} view_repo_top_asked_t;

extern const record_field_t view_repo_top_asked_fields[];

// The largest limit of a question for the top.
#define VIEW_REPO_TOP_MAX 1000u

typedef struct {
    uint64_t id;  // GitHub's; 0: none
    slice_t name; // in GitHub's latest spelling; empty: not known
    uint64_t count;
} view_repo_ranked_t;

extern const record_field_t view_repo_ranked_fields[];

// The events of one repository ("owner/name") or organisation ("login").
typedef struct {
    slice_t name; // in any case
    uint64_t start;
    uint64_t end; // UINT64_MAX: no bound

    // Not sent: the types to write as JSON for counts, and the JSON text of
    // pull_requests, which activity includes unchanged.
    view_types_t types;
    slice_t pull_requests;
} view_repo_asked_t;

extern const record_field_t view_repo_asked_fields[];

typedef struct {
    uint8_t found;     // 0: no event of it is known
    uint64_t id;       // GitHub's; 0: none
    slice_t name;      // in GitHub's latest spelling
    uint32_t first_at; // created_at within the window; 0: no events in it
    uint32_t last_at;
} view_repo_known_t;

extern const record_field_t view_repo_known_fields[];

// Reads an answer to activity or counts. 1: some event of its subject is known;
// 0: none is. -EBADMSG: damaged.
int view_repo_is_known(const message_view_answer_t *answer);

// Writes TopRepositories of schema.json.
int view_repo_top_render(const void *asked, const message_view_answer_t *answer,
                         buffer_t *out);

// Writes Repository. -ENOENT: no event of it is known.
int view_repo_activity_render(const void *asked,
                              const message_view_answer_t *answer,
                              buffer_t *out);

// Writes EventCounts of the view event_counts. An unknown subject gives zeros,
// not an error, since any name may exist on GitHub.
int view_repo_counts_render(const void *asked,
                            const message_view_answer_t *answer, buffer_t *out);

#endif

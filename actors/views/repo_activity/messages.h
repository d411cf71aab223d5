// view_repo_messages - what view_repo_activity is asked, what it answers, and
// the JSON of that.
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

// The repositories with most events with created_at in [start, end).
typedef struct {
    slice_t type;   // "PushEvent"; empty: of all types
    uint64_t start; // seconds since 1970
    uint64_t end;   // UINT64_MAX: no bound
    uint32_t limit;
    slice_t by; // not sent: what the JSON calls the type
} view_repo_top_asked_t;

extern const record_field_t view_repo_top_asked_fields[];

// Repositories that one question for the top may ask for.
#define VIEW_REPO_TOP_MAX 1000u

typedef struct {
    uint64_t id;  // GitHub's; 0: it has none
    slice_t name; // as GitHub spelled it last; empty: never told
    uint64_t count;
} view_repo_ranked_t;

extern const record_field_t view_repo_ranked_fields[];

// The events of one repository ("owner/name") or organisation ("login").
typedef struct {
    slice_t name; // in any case
    uint64_t start;
    uint64_t end; // UINT64_MAX: no bound

    // Not sent: the types that the JSON of counts has, and the JSON of
    // pull_requests, which that of activity has as it is.
    view_types_t types;
    slice_t pull_requests;
} view_repo_asked_t;

extern const record_field_t view_repo_asked_fields[];

typedef struct {
    uint8_t found;     // 0: no event of it is known
    uint64_t id;       // GitHub's; 0: it has none
    slice_t name;      // as GitHub spelled it last
    uint32_t first_at; // created_at in the window; 0: no event there
    uint32_t last_at;
} view_repo_known_t;

extern const record_field_t view_repo_known_fields[];

// Whether any event is known of what an answer to activity or counts is about.
// -EBADMSG.
int view_repo_is_known(const message_view_answer_t *answer);

// TopRepositories of schema.json.
int view_repo_top_render(const void *asked, const message_view_answer_t *answer,
                         buffer_t *out);

// Repository. -ENOENT: no event of it is known.
int view_repo_activity_render(const void *asked,
                              const message_view_answer_t *answer,
                              buffer_t *out);

// EventCounts of the view event_counts; zeros where nothing is known, for
// nobody knows what names there may be.
int view_repo_counts_render(const void *asked,
                            const message_view_answer_t *answer, buffer_t *out);

#endif

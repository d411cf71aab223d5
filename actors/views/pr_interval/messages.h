// view_pr_messages - what view_pr_interval is asked, what it answers, and the
// JSON of that.
//
//     intervals    repo bytes, action bytes, start u64, end u64
//                  -> view_pr_answer_t, list of view_pr_interval_t: the action
//                  asked for at the top level, then one an action, by name
//
// Errors    Those of view_question_t.render.
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_MESSAGES_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_MESSAGES_H

#include "actors/views/answer.h"

// PullRequestEvents of one repository.
typedef struct {
    slice_t repo;   // "owner/name", any case
    slice_t action; // "opened"; empty: over all actions
    uint64_t start; // created_at in [start, end), seconds since 1970
    uint64_t end;   // UINT64_MAX: no bound

    // Not sent: the JSON is PullRequests of schema.json, without the name, and
    // zeros where nothing is known.
    bool nameless;
} view_pr_asked_t;

extern const record_field_t view_pr_asked_fields[];

// Events one question may take into account, at 16 bytes each while it is
// answered. The busiest repositories known have a tenth of this.
#define VIEW_PR_INTERVAL_MAX_EVENTS (4u << 20)

// Names of actions without a code that one question may meet. GitHub has
// twenty.
#define VIEW_PR_INTERVAL_MAX_OTHERS 256u

typedef struct {
    uint8_t found;         // 0: no PullRequestEvent of it is known
    slice_t repo;          // as GitHub spelled it last
    int64_t updated_at_us; // journaling of its newest applied event
} view_pr_answer_t;

extern const record_field_t view_pr_answer_fields[];

// Statistics over sorted times. Averages of fewer than two are absent: then
// count < 2 and the seconds are 0.
typedef struct {
    slice_t action; // empty for the top level
    uint64_t count;
    uint32_t first_at; // seconds since 1970; 0 with count 0
    uint32_t last_at;
    double average_s;
    double median_s;
    double p90_s;
} view_pr_interval_t;

extern const record_field_t view_pr_interval_fields[];

// PullRequestIntervals of schema.json: by_action always has opened, closed and
// merged. -ENOENT: nothing is known of the repository.
int view_pr_render(const void *asked, const message_view_answer_t *answer,
                   buffer_t *out);

#endif

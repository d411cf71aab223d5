// view_pr_messages - the question and answer of view_pr_interval, and their
// JSON.
//
//     intervals    repo bytes, action bytes, start u64, end u64
//                  -> view_pr_answer_t, list of view_pr_interval_t: first the
//                  action asked for, then one per action, sorted by name
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
    slice_t action; // "opened"; empty: all actions
    uint64_t start; // created_at in [start, end), seconds since 1970
    uint64_t end;   // UINT64_MAX: no bound

    // Not sent: write PullRequests of schema.json, which has no name, and has
    // zeros if the repository is not known.
    bool nameless;
} view_pr_asked_t;

extern const record_field_t view_pr_asked_fields[];

// The largest number of events that one question may cover. Each takes 16 bytes
// while the answer is computed. The busiest known repositories have a tenth of
// this.
#define VIEW_PR_INTERVAL_MAX_EVENTS (4u << 20)

// The largest number of action names without a code that one question may
// cover. GitHub has twenty.
#define VIEW_PR_INTERVAL_MAX_OTHERS 256u

typedef struct {
    uint8_t found;         // 0: no PullRequestEvent of it is known
    slice_t repo;          // in GitHub's latest spelling
    int64_t updated_at_us; // when its newest applied event was journaled
} view_pr_answer_t;

extern const record_field_t view_pr_answer_fields[];

// Statistics over sorted times. Fewer than two have no intervals: if count < 2,
// the JSON has no averages and the seconds here are 0.
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

// Writes PullRequestIntervals of schema.json; by_action always has opened,
// closed and merged. -ENOENT: the repository is not known.
int view_pr_render(const void *asked, const message_view_answer_t *answer,
                   buffer_t *out);

#endif

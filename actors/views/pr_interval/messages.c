#include "actors/views/pr_interval/messages.h"

#include <errno.h>

const record_field_t view_pr_asked_fields[] = {
    RECORD_FIELD(view_pr_asked_t, repo),
    RECORD_FIELD(view_pr_asked_t, action),
    RECORD_FIELD(view_pr_asked_t, start),
    RECORD_FIELD(view_pr_asked_t, end),
    RECORD_END,
};

const record_field_t view_pr_answer_fields[] = {
    RECORD_FIELD(view_pr_answer_t, found),
    RECORD_FIELD(view_pr_answer_t, repo),
    RECORD_FIELD(view_pr_answer_t, updated_at_us),
    RECORD_END,
};

const record_field_t view_pr_interval_fields[] = {
    RECORD_FIELD(view_pr_interval_t, action),
    RECORD_FIELD(view_pr_interval_t, count),
    RECORD_FIELD(view_pr_interval_t, first_at),
    RECORD_FIELD(view_pr_interval_t, last_at),
    RECORD_FIELD(view_pr_interval_t, average_s),
    RECORD_FIELD(view_pr_interval_t, median_s),
    RECORD_FIELD(view_pr_interval_t, p90_s),
    RECORD_END,
};

// Writes seconds, or null with fewer than two pull requests.
static void s_seconds(json_text_t *json, const char *key,
                      const view_pr_interval_t *interval, double seconds)
{
    if (interval->count < 2)
        json_text_null(json, key);
    else
        json_text_double(json, key, seconds);
}

static void s_action(json_text_t *json, slice_t action,
                     const view_pr_interval_t *interval)
{
    json_text_key(json, action);
    json_text_open(json, NULL, '{');
    json_text_unsigned(json, "pr_count", interval->count);
    s_seconds(json, "avg_interval_seconds", interval, interval->average_s);
    s_seconds(json, "median_interval_seconds", interval, interval->median_s);
    s_seconds(json, "p90_interval_seconds", interval, interval->p90_s);
    json_text_time(json, "first_ts", interval->first_at);
    json_text_time(json, "last_ts", interval->last_at);
    json_text_close(json, '}');
}

static const char *const s_main_actions[] = {"opened", "closed", "merged"};
#define S_MAIN_ACTIONS (sizeof s_main_actions / sizeof s_main_actions[0])

static bool s_is_main_action(slice_t action)
{
    for (size_t i = 0; i < S_MAIN_ACTIONS; i++) {
        if (slice_equal(action, slice_of(s_main_actions[i])))
            return true;
    }
    return false;
}

// Writes the statistics of one action; zeros if it never occurred.
static int s_find_action(slice_t actions, slice_t action,
                         view_pr_interval_t *interval)
{
    view_pr_interval_t item;
    int rc;
    *interval = (view_pr_interval_t){.action = action};
    while ((rc = record_next(&actions, view_pr_interval_fields, &item)) > 0) {
        if (slice_equal(item.action, action))
            *interval = item;
    }
    return rc;
}

static int s_by_action(json_text_t *json, slice_t actions)
{
    view_pr_interval_t interval;
    int rc = 0;
    json_text_open(json, "by_action", '{');
    for (size_t i = 0; rc == 0 && i < S_MAIN_ACTIONS; i++) {
        slice_t action = slice_of(s_main_actions[i]);
        rc = s_find_action(actions, action, &interval);
        s_action(json, action, &interval);
    }
    while (rc == 0 && (rc = record_next(&actions, view_pr_interval_fields,
                                        &interval)) > 0) {
        if (!s_is_main_action(interval.action))
            s_action(json, interval.action, &interval);
        rc = 0;
    }
    json_text_close(json, '}');
    return rc;
}

// `top` is the first item of the answer's list; `actions` holds the rest.
static int s_members(json_text_t *json, const view_pr_answer_t *known,
                     const view_pr_interval_t *top, slice_t actions)
{
    s_seconds(json, "avg_interval_seconds", top, top->average_s);
    json_text_unsigned(json, "pr_count", top->count);
    json_text_time(json, "first_pull_request_ts", top->first_at);
    json_text_time(json, "last_pull_request_ts", top->last_at);
    json_text_time_us(json, "updated_at", known->updated_at_us);
    return s_by_action(json, actions);
}

int view_pr_render(const void *asked, const message_view_answer_t *answer,
                   buffer_t *out)
{
    const view_pr_asked_t *question = asked;
    view_pr_answer_t known;
    view_pr_interval_t top = {0};
    slice_t actions = answer->body;
    if (!record_take(&actions, view_pr_answer_fields, &known))
        return -EBADMSG;
    if (!known.found && !question->nameless)
        return -ENOENT;
    if (known.found &&
        record_next(&actions, view_pr_interval_fields, &top) != 1)
        return -EBADMSG;
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    if (!question->nameless)
        json_text_string(&json, "repo_name", known.repo);
    int rc = s_members(&json, &known, &top, actions);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

#include "actors/views/repo_activity/messages.h"

#include <errno.h>

const record_field_t view_repo_top_asked_fields[] = {
    RECORD_FIELD(view_repo_top_asked_t, type),
    RECORD_FIELD(view_repo_top_asked_t, start),
    RECORD_FIELD(view_repo_top_asked_t, end),
    RECORD_FIELD(view_repo_top_asked_t, limit),
    RECORD_END,
};

const record_field_t view_repo_ranked_fields[] = {
    RECORD_FIELD(view_repo_ranked_t, id),
    RECORD_FIELD(view_repo_ranked_t, name),
    RECORD_FIELD(view_repo_ranked_t, count),
    RECORD_END,
};

const record_field_t view_repo_asked_fields[] = {
    RECORD_FIELD(view_repo_asked_t, name),
    RECORD_FIELD(view_repo_asked_t, start),
    RECORD_FIELD(view_repo_asked_t, end),
    RECORD_END,
};

const record_field_t view_repo_known_fields[] = {
    RECORD_FIELD(view_repo_known_t, found),
    RECORD_FIELD(view_repo_known_t, id),
    RECORD_FIELD(view_repo_known_t, name),
    RECORD_FIELD(view_repo_known_t, first_at),
    RECORD_FIELD(view_repo_known_t, last_at),
    RECORD_END,
};

int view_repo_is_known(const message_view_answer_t *answer)
{
    view_repo_known_t known;
    slice_t body = answer->body;
    return record_take(&body, view_repo_known_fields, &known) ? known.found != 0
                                                              : -EBADMSG;
}

// Writes the name and id of a repository.
static void s_identity(json_text_t *json, slice_t name, uint64_t id)
{
    if (name.bytes)
        json_text_string(json, "repo_name", name);
    else
        json_text_null(json, "repo_name");
    if (id)
        json_text_unsigned(json, "repo_id", id);
    else
        json_text_null(json, "repo_id");
}

int view_repo_top_render(const void *asked, const message_view_answer_t *answer,
                         buffer_t *out)
{
    const view_repo_top_asked_t *question = asked;
    json_text_t json = json_text_start(out);
    slice_t rest = answer->body;
    view_repo_ranked_t repo;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_string(&json, "by", question->by);
    json_text_open(&json, "repos", '[');
    while ((rc = record_next(&rest, view_repo_ranked_fields, &repo)) > 0) {
        json_text_open(&json, NULL, '{');
        s_identity(&json, repo.name, repo.id);
        json_text_unsigned(&json, "count", repo.count);
        json_text_close(&json, '}');
    }
    json_text_close(&json, ']');
    if (rc == 0)
        rc = view_answer_window(&json, question->start, question->end);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

static int s_total(slice_t counts, uint64_t *total)
{
    view_count_t item;
    int rc;
    *total = 0;
    while ((rc = record_next(&counts, view_count_fields, &item)) > 0)
        *total += item.count;
    return rc;
}

int view_repo_activity_render(const void *asked,
                              const message_view_answer_t *answer,
                              buffer_t *out)
{
    const view_repo_asked_t *question = asked;
    json_text_t json = json_text_start(out);
    view_repo_known_t known;
    slice_t counts = answer->body;
    uint64_t events;
    if (!record_take(&counts, view_repo_known_fields, &known))
        return -EBADMSG;
    if (!known.found)
        return -ENOENT;
    int rc = s_total(counts, &events);
    json_text_open(&json, NULL, '{');
    s_identity(&json, known.name, known.id);
    json_text_unsigned(&json, "events", events);
    if (rc == 0)
        rc = view_answer_counts(&json, counts, &(view_types_t){NULL, 0});
    json_text_time(&json, "first_event_ts", known.first_at);
    json_text_time(&json, "last_event_ts", known.last_at);
    if (question->pull_requests.bytes)
        json_text_raw(&json, "pull_requests", question->pull_requests);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

int view_repo_counts_render(const void *asked,
                            const message_view_answer_t *answer, buffer_t *out)
{
    const view_repo_asked_t *question = asked;
    json_text_t json = json_text_start(out);
    view_repo_known_t known;
    slice_t counts = answer->body;
    if (!record_take(&counts, view_repo_known_fields, &known))
        return -EBADMSG;
    json_text_open(&json, NULL, '{');
    int rc = view_answer_counts(&json, counts, &question->types);
    if (rc == 0)
        rc = view_answer_window(&json, question->start, question->end);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

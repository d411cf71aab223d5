#include "actors/views/view.h"

#include "actors/views/event_counts/event_counts.h"
#include "actors/views/pr_interval/pr_interval.h"
#include "actors/views/repo_activity/repo_activity.h"

#include <assert.h>
#include <errno.h>

const view_class_t *const view_classes[] = {
    &view_event_counts,
    &view_pr_interval,
    &view_repo_activity,
    NULL,
};

const view_class_t *view_find(const char *name)
{
    for (size_t i = 0; view_classes[i]; i++) {
        if (strcmp(view_classes[i]->name, name) == 0)
            return view_classes[i];
    }
    return NULL;
}

message_t view_ask(const view_question_t *kind, const void *question,
                   buffer_t *body)
{
    buffer_reset(body);
    record_add(body, kind->fields, question);
    return (message_t){
        .kind = MESSAGE_VIEW_QUESTION,
        .view_question = {slice_of(kind->name), buffer_slice(body)}};
}

static const view_question_t *s_find_question(const view_class_t *view,
                                              slice_t name)
{
    for (size_t i = 0; view->questions[i]; i++) {
        if (slice_equal(slice_of(view->questions[i]->name), name))
            return view->questions[i];
    }
    return NULL;
}

int view_answer(const view_class_t *view, void *state, const view_rows_t *rows,
                const message_view_question_t *question, buffer_t *answer)
{
    const view_question_t *kind = s_find_question(view, question->name);
    _Alignas(max_align_t) char asked[VIEW_QUESTION_BYTES_MAX] = {0};
    slice_t body = question->body;
    assert(!kind || kind->bytes <= sizeof asked);
    if (!kind || !record_take(&body, kind->fields, asked) || body.bytes > 0)
        return -EINVAL;
    int rc = kind->answer(state, rows, asked, answer);
    return rc == 0 && buffer_failed(answer) ? -ENOMEM : rc;
}

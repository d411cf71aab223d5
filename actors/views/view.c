#include "actors/views/view.h"

#include <assert.h>
#include <errno.h>

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

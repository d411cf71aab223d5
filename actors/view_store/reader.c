#include "actors/view_store/reader.h"

#include <errno.h>

int view_reader_begin(view_reader_t *reader, const view_class_t *view,
                      view_store_t *store, const message_as_of_t *as_of)
{
    if (!reader->state) {
        reader->view = view;
        reader->state = view->create();
    }
    if (!reader->state)
        return -ENOMEM;
    reader->frozen = view_store_freeze(store);
    if (!reader->frozen)
        return -ENOMEM;
    reader->as_of = *as_of;
    buffer_reset(&reader->answer);
    return 0;
}

int view_reader_step(view_reader_t *reader, const message_t *question,
                     message_t *answer)
{
    if (question->kind != MESSAGE_VIEW_QUESTION)
        return -EINVAL;
    int rc = view_answer(reader->view, reader->state,
                         view_frozen_rows(reader->frozen),
                         &question->view_question, &reader->answer);
    reader->is_halfway = rc == 1;
    if (rc == 0)
        *answer = (message_t){
            .kind = MESSAGE_VIEW_ANSWER,
            .view_answer = {reader->as_of, buffer_slice(&reader->answer)}};
    return rc;
}

bool view_reader_is_busy(const view_reader_t *reader)
{
    return reader->frozen != NULL;
}

static void s_forget_state(view_reader_t *reader)
{
    if (reader->state)
        reader->view->destroy(&reader->state);
    reader->is_halfway = false;
}

void view_reader_end(view_reader_t *reader)
{
    view_store_thaw(&reader->frozen);
    // A state half-way would take the next question for the rest of this one.
    if (reader->is_halfway)
        s_forget_state(reader);
}

void view_reader_close(view_reader_t *reader)
{
    view_reader_end(reader);
    s_forget_state(reader);
    buffer_free(&reader->answer);
}

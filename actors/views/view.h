// view - the interface of a materialized view: a pure fold over the heads of
// batches.
//
//     state(n) = fold(apply, log[0..n))
//
// A view uses no clock, no randomness and no disk. Its rows do not depend on
// where batches begin, on when changes are flushed, or on the order in which
// events arrived, except where the view's own header says so. Folding the log
// again therefore gives the same rows, bit for bit, and a digest can prove it.
//
// apply() folds events into changes held in memory; flush() merges them into
// rows: sorted pairs of bytes that the caller keeps (actors/view_store/store.h,
// or a plain model in tests). A view's folder also defines its questions, its
// answers, their JSON and the schema of the JSON.
//
// Rows      Keys never begin with a zero byte: those belong to the keeper.
// Errors    0 or a negative errno. After a failed apply or flush the state may
//           hold part of the change: destroy it and start again from the rows.
//           -EUCLEAN: a row is damaged.
// Memory    Everything passed in is borrowed for the call.
// Threads   One at a time per state; classes are constant.

#ifndef OCTOLOG_ACTORS_VIEWS_VIEW_H
#define OCTOLOG_ACTORS_VIEWS_VIEW_H

#include "proto/base/record.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Returns 0 to continue. Any other value stops the scan, which returns it.
typedef int view_each_row_t(void *context, slice_t key, slice_t value);

// Where rows are kept. A flush puts each row at most once, and only after any
// get of it, so puts need not be visible until the flush is over. The same
// holds for a step of settle().
typedef struct {
    // 1: *value is the row's, valid until the next get; 0: no such row.
    int (*get)(void *context, slice_t key, slice_t *value);
    int (*put)(void *context, slice_t key, slice_t value);
    // Adds a part to a row without reading the row. The view's merge() later
    // combines the parts into one row. Only for views with merge(); a row that
    // is merged is never put.
    int (*merge)(void *context, slice_t key, slice_t part);
    // Calls `each` for the rows with from <= key < until, in key order.
    int (*scan)(void *context, slice_t from, slice_t until,
                view_each_row_t *each, void *each_context);
    void *context;
} view_rows_t;

// One figure about a view's content ("PushEvent", 17), for people to read.
typedef void view_each_total_t(void *context, slice_t name, uint64_t value);

typedef struct {
    const char *name; // of the view, its folder and its endpoints
    uint32_t format;  // of its rows; rows of another are rebuilt from the log

    // Describes its answers: the JSON text of an object that maps names to
    // OpenAPI schemas. In the view's folder it is schema.json.
    const char *schema;

    // The kinds of question it answers; ends with a NULL.
    const struct view_question *const *questions;

    void *(*create)(void); // NULL: out of memory
    void (*destroy)(void **state);

    // Folds events [from, until) of the batch, until <= batch->count. -ENOMEM.
    int (*apply)(void *state, const batch_t *batch, uint32_t from,
                 uint32_t until);

    // Memory used by unflushed changes; 0 when there are none.
    size_t (*pending_bytes)(const void *state);

    // Merges all changes into the rows.
    int (*flush)(void *state, const view_rows_t *rows);

    // Combines `count` > 0 parts into one row. The result does not depend on
    // the order in which parts were added and merged. Any thread, at any time.
    // NULL: rows have no parts. -ENOMEM.
    int (*merge)(slice_t key, const slice_t *parts, size_t count,
                 buffer_t *row);

    // Does one step of the work that flushes left for later, such as rolling
    // up. 1: more to do; 0: nothing left, as a digest requires. Answers are
    // correct before that as well. NULL: flushes leave nothing.
    int (*settle)(void *state, const view_rows_t *rows);

    // Checks the form of one row. -EUCLEAN: *reason says what is wrong.
    int (*check_row)(slice_t key, slice_t value, const char **reason);

    // Sums up the rows in a few figures. May read all of them.
    int (*totals)(void *state, const view_rows_t *rows, view_each_total_t *each,
                  void *context);
} view_class_t;

// A kind of question. The asker fills in the struct of this kind. Its `fields`
// are sent; the rest of the struct is used only to write the JSON.
typedef struct view_question {
    const view_class_t *view; // that answers it
    const char *name;         // unique among the view's questions
    const record_field_t *fields;
    size_t bytes; // of the struct, at most VIEW_QUESTION_BYTES_MAX

    // Answers from the rows alone: any state of the class gives the same
    // answer, and the state keeps nothing of the rows. Appends to `answer`,
    // which the caller has emptied before the first call.
    // 1: not finished after a few milliseconds of work; call again with the
    // same arguments on the same rows, even if events were applied meanwhile.
    // -EINVAL: the question has no answer. -E2BIG: the answer is too large.
    int (*answer)(void *state, const view_rows_t *rows, const void *question,
                  buffer_t *answer);

    // Appends an answer as a JSON object. The answer need not be trusted.
    // -EBADMSG: it is damaged. -ENOENT: it says that the subject is not known,
    // and this kind has no JSON for that. -EINVAL: the question is out of
    // bounds. On failure the buffer may hold part of an object.
    int (*render)(const void *question, const message_view_answer_t *answer,
                  buffer_t *out);
} view_question_t;

#define VIEW_QUESTION_BYTES_MAX 256

// Builds the message that asks a question. Its bytes are in `body`, which is
// emptied first.
message_t view_ask(const view_question_t *kind, const void *question,
                   buffer_t *body);

// Does one step of an answer, as view_question_t.answer. -EINVAL: the question
// is not for this view, or is damaged.
int view_answer(const view_class_t *view, void *state, const view_rows_t *rows,
                const message_view_question_t *question, buffer_t *answer);

#endif

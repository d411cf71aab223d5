// view - what a materialized view is: a pure fold over the heads of batches.
//
//     state(n) = fold(apply, log[0..n))
//
// No clock, no randomness, no disk, and no dependence on where batches begin,
// when changes are flushed or in which order events arrived, beyond what the
// view's own header says. So folding the log again gives the same rows, bit
// for bit, and a digest can prove it.
//
// A view folds into changes it holds in memory; flush() merges them into rows,
// sorted pairs of bytes that somebody else keeps (actors/view_store/store.h, or
// a plain model in tests). What it can be asked, what it answers, how that is
// written as JSON and what schema describes the JSON is in its folder, too.
//
// Rows      Keys do not begin with a zero byte: those are their keeper's.
// Errors    0 or a negative errno. After a failed apply or flush the state may
//           hold half of it: destroy it and start from what the rows say.
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

// Returns 0 to go on, anything else to stop the scan and be returned by it.
typedef int view_each_row_t(void *context, slice_t key, slice_t value);

// Where rows live. A flush puts each row at most once and gets it before it
// puts it, so puts need not be seen until the flush is over; the same holds of
// a step of settling.
typedef struct {
    // 1: *value is the row's, valid until the next get; 0: there is none.
    int (*get)(void *context, slice_t key, slice_t *value);
    int (*put)(void *context, slice_t key, slice_t value);
    // Adds a part to a row without reading it: the view's merge() makes one
    // row of its parts, some time. For views with merge(); a row that is
    // merged is never put.
    int (*merge)(void *context, slice_t key, slice_t part);
    // Calls `each` for the rows with from <= key < until, in order of key.
    int (*scan)(void *context, slice_t from, slice_t until,
                view_each_row_t *each, void *each_context);
    void *context;
} view_rows_t;

// One figure of what a view holds ("PushEvent", 17), for people.
typedef void view_each_total_t(void *context, slice_t name, uint64_t value);

typedef struct {
    const char *name; // of the view, its folder and its endpoints
    uint32_t format;  // of its rows; another one is rebuilt from the log

    // What its answers look like: the JSON text of an object that holds OpenAPI
    // schemas by name. The view's folder has it as schema.json.
    const char *schema;

    // What it can be asked; ends with a NULL.
    const struct view_question *const *questions;

    void *(*create)(void); // NULL: out of memory
    void (*destroy)(void **state);

    // Folds events [from, until) of the batch, until <= batch->count. -ENOMEM.
    int (*apply)(void *state, const batch_t *batch, uint32_t from,
                 uint32_t until);

    // Memory that unflushed changes take; 0 without any.
    size_t (*pending_bytes)(const void *state);

    // Merges all changes into rows.
    int (*flush)(void *state, const view_rows_t *rows);

    // Makes one row of `count` > 0 parts, in whatever order they were added
    // and merged. Any thread, at any time. NULL: rows have no parts. -ENOMEM.
    int (*merge)(slice_t key, const slice_t *parts, size_t count,
                 buffer_t *row);

    // Does a step of what the last flush left to be done, in rows of their
    // own: 1, or 0 when the rows are settled, as they must be for a digest.
    // Questions are answered rightly before, too. NULL: they always are.
    int (*settle)(void *state, const view_rows_t *rows);

    // Checks the form of one row. -EUCLEAN: *reason says what is wrong.
    int (*check_row)(slice_t key, slice_t value, const char **reason);

    // What the rows hold, in a few figures. Reads all of them if it must.
    int (*totals)(void *state, const view_rows_t *rows, view_each_total_t *each,
                  void *context);
} view_class_t;

// A kind of question. Whoever asks fills in the struct of this kind; its
// `fields` are sent, what else it holds is for the JSON alone.
typedef struct view_question {
    const view_class_t *view; // that answers it
    const char *name;         // of its own among the questions of the view
    const record_field_t *fields;
    size_t bytes; // of the struct, at most VIEW_QUESTION_BYTES_MAX

    // Answers from rows alone: any state of the class gives the same answer,
    // and keeps nothing of the rows. Appends to `answer`, which the caller has
    // emptied before the first call.
    // 1: it would take longer than some milliseconds; to be called again with
    // the same, on the same rows, whatever is applied meanwhile.
    // -EINVAL: there can be no answer. -E2BIG: more than it may hold.
    int (*answer)(void *state, const view_rows_t *rows, const void *question,
                  buffer_t *answer);

    // Appends the JSON object of an answer, whoever it came from.
    // -EBADMSG: it is damaged; -ENOENT: it is that there is no such thing, and
    // JSON has no words for it; -EINVAL: the question is beyond its bounds. The
    // buffer may hold half of an object then.
    int (*render)(const void *question, const message_view_answer_t *answer,
                  buffer_t *out);
} view_question_t;

#define VIEW_QUESTION_BYTES_MAX 256

// The message that asks a question; its bytes are in `body`, which is emptied
// before.
message_t view_ask(const view_question_t *kind, const void *question,
                   buffer_t *body);

// Does a step of an answer, as view_question_t.answer. -EINVAL: not a question
// for this view, or one that is damaged.
int view_answer(const view_class_t *view, void *state, const view_rows_t *rows,
                const message_view_question_t *question, buffer_t *answer);

#endif

// view_reader - answers one question from the rows of a view as they were when
// it began, a step at a time, while the view goes on.
//
// It has a state of the view's class for itself, so that several may read one
// store, and none of them sees what is folded meanwhile.
//
// Errors    0 or a negative errno: those of view_answer() and -ENOMEM.
// Memory    Of the state and the answer, from the first question until
//           view_reader_close(). The view and the store are borrowed.
// Threads   The store's.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_READER_H
#define OCTOLOG_ACTORS_VIEW_STORE_READER_H

#include "actors/view_store/store.h"

// A zeroed one is closed and ready.
typedef struct {
    const view_class_t *view;
    void *state;
    view_frozen_t *frozen; // NULL: no question is under way
    message_as_of_t as_of; // of the question under way
    buffer_t answer;       // its bytes, as far as they are there
    bool is_halfway;       // the state holds half a question
} view_reader_t;

// Begins a question of the rows as they are now, which is where as_of says.
// None may be under way.
int view_reader_begin(view_reader_t *reader, const view_class_t *view,
                      view_store_t *store, const message_as_of_t *as_of);

// Does a step of the question, the same at each: 1 when it needs another, or 0
// with the answer, whose slices are the reader's until it begins another
// question or is closed.
int view_reader_step(view_reader_t *reader, const message_t *question,
                     message_t *answer);

bool view_reader_is_busy(const view_reader_t *reader);

// Lets go of the rows, answered or not. A reader must do so before its store
// is closed.
void view_reader_end(view_reader_t *reader);

// Ends, and frees what it has.
void view_reader_close(view_reader_t *reader);

#endif

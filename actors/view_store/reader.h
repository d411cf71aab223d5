// view_reader - answers one question from a view's rows as of the moment it
// began, in steps, while the view continues to change.
//
// Each reader has a separate state of the view's class, so several can read one
// store, and none of them sees what is folded meanwhile.
//
// Errors    0 or a negative errno: those of view_answer() and -ENOMEM.
// Memory    Holds the state and the answer from the first question until
//           view_reader_close(). The view and the store are borrowed.
// Threads   The store's.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_READER_H
#define OCTOLOG_ACTORS_VIEW_STORE_READER_H

#include "actors/view_store/store.h"

// Zeroed: closed and ready to use.
typedef struct {
    const view_class_t *view;
    void *state;
    view_frozen_t *frozen; // NULL: no question is in progress
    message_as_of_t as_of; // of the question in progress
    buffer_t answer;       // the bytes of the answer so far
    bool is_halfway;       // the state holds an unfinished question
} view_reader_t;

// Begins a question about the rows as they are now, at the position in as_of.
// None may be in progress.
int view_reader_begin(view_reader_t *reader, const view_class_t *view,
                      view_store_t *store, const message_as_of_t *as_of);

// Does a step of the question; pass the same question each time. 1: call again.
// 0: *answer is set; its slices belong to the reader and are valid until it
// begins another question or is closed.
int view_reader_step(view_reader_t *reader, const message_t *question,
                     message_t *answer);

bool view_reader_is_busy(const view_reader_t *reader);

// Releases the rows, answered or not. Must be called before the store is
// closed.
void view_reader_end(view_reader_t *reader);

// Ends the question and frees the reader's memory.
void view_reader_close(view_reader_t *reader);

#endif

// handler - what the handlers of requests share.
//
// A handler is the function of a route (route.h). It gets a request whose
// parameters are good and fills the answer in; it knows no HTTP beyond the
// status.
//
// Threads   A call is the worker thread's that makes it.

#ifndef OCTOLOG_API_HANDLER_HANDLER_H
#define OCTOLOG_API_HANDLER_HANDLER_H

#include "actors/config/config.h"
#include "actors/views/view.h"
#include "api/ask/ask.h"
#include "api/handler/answer.h"
#include "api/handler/parameters.h"

#include <stdbool.h>

struct asset; // asset.h

typedef struct {
    const config_t *config;
    ask_t *ask;
    struct tail *tail;       // tail.h
    struct traffic *traffic; // traffic.h
    struct tls *tls;         // tls.h; NULL: plain HTTP
    struct stream *stream;   // stream.h; what follows an answer that streams
    const parameters_t *parameters;
    const char *accept; // headers; NULL without
    const char *last_event_id;
    int64_t now_us;   // when the request came, on the clock
    int64_t begun_ms; // and on the one that never jumps
    answer_t *answer;
} call_t;

typedef void handler_t(call_t *call);

// Asks an actor within http.deadline-ms. false: the answer is a 503 that says
// why, and the handler is done.
bool handler_ask(call_t *call, const char *endpoint, const message_t *question,
                 message_kind_t expected, message_t *answer);

// Asks a view, as long as this octolog keeps it, with the struct of that kind
// of question.
bool handler_ask_view(call_t *call, const view_question_t *kind,
                      const void *question, message_view_answer_t *answer);

// Asks a view and makes the JSON of what it says the answer. false: it says
// that there is no such thing, and the handler has to.
bool handler_answer_view(call_t *call, const view_question_t *kind,
                         const void *question);

// To be called with what a rendering function returned: a damaged list in an
// actor's answer becomes a 503.
void handler_check(call_t *call, int rc);

// Makes the answer one of the files of asset.h.
void handler_file(call_t *call, const struct asset *file);

// The parameters of a path that names a repository, and the "owner/name" that
// they are together.
#define HANDLER_OWNER                                                          \
    {                                                                          \
        .name = "owner", .kind = PARAMETER_NAME, .in_path = true,              \
        .example = "octocat"                                                   \
    }
#define HANDLER_REPO                                                           \
    {                                                                          \
        .name = "repo", .kind = PARAMETER_NAME, .in_path = true,               \
        .example = "hello-world"                                               \
    }
slice_t handler_repository(const call_t *call, char name[PARAMETERS_URL_MAX]);

// Makes the answer a 404 in the words of the service this one replaces.
void handler_unknown_repository(call_t *call, slice_t name);

// The parameters of a window of time.
#define HANDLER_START                                                          \
    {                                                                          \
        .name = "start", .kind = PARAMETER_TIME,                               \
        .about = "count events created at or after this time; default: no "    \
                 "lower bound",                                                \
        .example = "2026-01-31T12:00:00Z"                                      \
    }
#define HANDLER_END                                                            \
    {                                                                          \
        .name = "end", .kind = PARAMETER_TIME,                                 \
        .about = "count events created before this time; default: now",        \
        .example = "2026-01-31T12:10:00Z"                                      \
    }

// Reads them as the window [start, end): `start` defaults to the beginning,
// `end` to `otherwise`. false: it ends before it starts, and the answer is a
// 422.
bool handler_window(call_t *call, uint32_t otherwise, uint32_t *start,
                    uint32_t *end);

#endif

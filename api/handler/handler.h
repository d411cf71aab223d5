// handler - functions shared by the handlers of routes.
//
// A handler is the function of a route (route.h). It gets a request with valid
// parameters and fills in the answer. Of HTTP it knows the status only.
//
// Threads   A call belongs to the worker thread that creates it.

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
    struct stream *stream;   // stream.h; state of an answer that streams
    const parameters_t *parameters;
    const char *accept; // headers; NULL: not sent
    const char *last_event_id;
    int64_t now_us;   // when the request arrived, microseconds since 1970
    int64_t begun_ms; // the same, on the monotonic clock
    answer_t *answer;
} call_t;

typedef void handler_t(call_t *call);

// Asks an actor, waiting at most http.deadline-ms. false: the answer is a 503
// with the reason, and the handler must return.
bool handler_ask(call_t *call, const char *endpoint, const message_t *question,
                 message_kind_t expected, message_t *answer);

// Asks a view; `question` is the struct of this kind of question. false: as
// handler_ask(), also if the view is not configured.
bool handler_ask_view(call_t *call, const view_question_t *kind,
                      const void *question, message_view_answer_t *answer);

// Asks a view and renders its reply as the JSON answer. false: the view does
// not know the thing asked for, and the handler must write the 404.
bool handler_answer_view(call_t *call, const view_question_t *kind,
                         const void *question);

// Turns a negative result of a rendering function, which means a damaged list
// in an actor's answer, into a 503.
void handler_check(call_t *call, int rc);

// Answers with a file of asset.h.
void handler_file(call_t *call, const struct asset *file);

// The parameters of a path that names a repository. handler_repository() joins
// them to "owner/name" in `name`.
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

// Answers 404 with the same text as the service that octolog replaces.
void handler_unknown_repository(call_t *call, slice_t name);

// The parameters of a time window.
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

// Reads them as the window [start, end), in seconds since 1970. The default of
// `start` is 0, that of `end` is `otherwise`. false: the window ends before it
// starts, and the answer is a 422.
bool handler_window(call_t *call, uint32_t otherwise, uint32_t *start,
                    uint32_t *end);

#endif

// handler - what the handlers of requests share.
//
// A route is one row of the table in routes.c, one file handler_NAME.c with
// one function of this shape, its rendering, and its test. A handler gets a
// request whose parameters are good and fills the answer in; it knows no HTTP
// beyond the status.
//
// Threads   A call is the worker thread's that makes it.

#ifndef OCTOLOG_API_HANDLER_HANDLER_H
#define OCTOLOG_API_HANDLER_HANDLER_H

#include "actors/config/config.h"
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

handler_t handler_root, handler_openapi;
handler_t handler_health, handler_live, handler_ready;
handler_t handler_counts, handler_series, handler_intervals;
handler_t handler_top, handler_repo;
handler_t handler_events, handler_event, handler_stream;
handler_t handler_metrics;
handler_t handler_docs, handler_asset;
handler_t handler_log, handler_rejects, handler_sources, handler_actors;

// Asks an actor within http.deadline-ms. false: the answer is a 503 that says
// why, and the handler is done.
bool handler_ask(call_t *call, const char *endpoint, const message_t *question,
                 message_kind_t expected, message_t *answer);

// Asks the view of this name, as long as this octolog keeps it.
bool handler_ask_view(call_t *call, const char *view, const message_t *question,
                      message_kind_t expected, message_t *answer);

// To be called with what a rendering function returned: a damaged list in an
// actor's answer becomes a 503.
void handler_check(call_t *call, int rc);

// Makes the answer one of the files of asset.h.
void handler_file(call_t *call, const struct asset *file);

// "owner/name" of a path that has both.
slice_t handler_repository(const call_t *call, char name[PARAMETERS_URL_MAX]);

// Makes the answer a 404 in the words of the service this one replaces.
void handler_unknown_repository(call_t *call, slice_t name);

// The windows [start, end) that routes take as times: `start` defaults to the
// beginning, `end` to `otherwise`. false: it ends before it starts, and the
// answer is a 422.
bool handler_window(call_t *call, uint32_t otherwise, uint32_t *start,
                    uint32_t *end);

#endif

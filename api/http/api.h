// api - the actor that answers REST queries.
//
// It holds no state of its own: every answer is asked of the actor that knows.
// The routes are in routes.c, the web server's threads in server.h.
//
// On its pipe, beyond what actors/runtime/actor.h says of all actors:
//   api -> host      "PORT", number: where it listens; then "LIVE"
//
// Asks (REQ, a socket a thread, http.deadline-ms for an answer):
//   log              LOG_STATS_ASK, LOG_READ, LOG_SEEK, LOG_FIND, LOG_REJECTS,
//                    LOG_CURSORS
//   view-NAME        VIEW_STATUS_ASK, VIEW_QUESTION
//   fetcher          SOURCES_ASK
//   supervisor       ACTORS_ASK
//
// Subscribes (SUB):
//   feed             batches and heartbeats: that the log has grown (tail.h)

#ifndef OCTOLOG_API_HTTP_API_H
#define OCTOLOG_API_HTTP_API_H

#include "actors/runtime/actor.h"

actor_function_t api_actor;

#endif

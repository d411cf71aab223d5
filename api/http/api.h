// api - the actor that answers REST queries.
//
// It keeps no state: it asks the actor that has the data for every answer. The
// routes are in api/routes, the web server's threads in server.c.
//
// On its pipe, besides the messages of every actor (actors/runtime/actor.h):
//   api -> host      "PORT", number: the port it listens on; then "LIVE"
//
// Asks (REQ, one socket for each thread and endpoint, within http.deadline-ms):
//   log              LOG_STATS_ASK, LOG_READ, LOG_SEEK, LOG_FIND, LOG_REJECTS,
//                    LOG_CURSORS
//   view-NAME        VIEW_STATUS_ASK, VIEW_QUESTION
//   fetcher          SOURCES_ASK
//   supervisor       ACTORS_ASK
//
// Subscribes (SUB):
//   feed             batches and heartbeats, to notice that the log has grown
//                    (tail.h)

#ifndef OCTOLOG_API_HTTP_API_H
#define OCTOLOG_API_HTTP_API_H

#include "actors/runtime/actor.h"

actor_function_t api_actor;

#endif

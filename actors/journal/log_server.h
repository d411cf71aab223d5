// log_server - answers readers of history, beside the journal that writes it.
//
// Only one process can have the log open for writing, and reads must not delay
// appends: so this is a thread of the journal's process with its own socket.
//
// "log", REP, one request and one answer (fields in proto/message.h):
//
//   reader -> here   LOG_READ        here -> reader   LOG_BATCHES + frames
//                    LOG_SEEK                         LOG_OFFSET
//                    LOG_FIND                         LOG_OFFSETS
//                    LOG_STATS_ASK                    LOG_STATS
//                    LOG_CURSORS                      LOG_CURSOR_LIST
//                    LOG_REJECTS                      REJECTS
//   aggregator -> here
//                    SEALED                           DONE
//                    anything else                    FAILURE
//
// "admin-log", REP, in another thread, for requests that take longer than a
// reader may wait:
//
//   backup -> here   LOG_CHECKPOINT  here -> backup   DONE
//                    anything else                    FAILURE
//
// Bounds    An answer has at most LOG_SERVER_BATCHES batches and
//           LOG_SERVER_BYTES bytes, but always one item if there is one.
// Errors    0 or a negative errno. A request that fails is answered with
//           FAILURE and affects nothing else.
// Threads   Runs a separate thread; the owner calls the functions below.

#ifndef OCTOLOG_ACTORS_JOURNAL_LOG_SERVER_H
#define OCTOLOG_ACTORS_JOURNAL_LOG_SERVER_H

#include "actors/config/config.h"
#include "log/event_log.h"

#include <stddef.h>

#define LOG_SERVER_BATCHES 4096u
#define LOG_SERVER_BYTES   ((size_t)8 * 1024 * 1024)
#define LOG_SERVER_REJECTS 1000u
// Events that may share one id; two have been seen (proto/README.md).
#define LOG_SERVER_FOUND 64u

typedef struct log_server log_server_t;

// Binds `name`, one of the two above, and serves it. name, config and log must
// outlive it. -ENOMEM and the errors of socket_bind().
int log_server_new(log_server_t **server, const config_t *config,
                   event_log_t *log, const char *name);

// The offset up to which the snapshots of all configured views cover the log,
// as reported since the journal started; 0 while a view has not reported.
uint64_t log_server_sealed(const log_server_t *server);

// Sets the first offset that LOG_STATS says will be kept.
void log_server_keep(log_server_t *server, uint64_t keep);

// Finishes the request in progress, then ends the thread.
void log_server_destroy(log_server_t **server);

#endif

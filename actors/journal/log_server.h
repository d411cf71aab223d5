// log_server - answers who reads history, beside the journal that writes it.
//
// A log has one process that writes it, and reads must not delay appends: so
// this is a thread of the journal's process with a socket of its own.
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
// "admin-log", REP, in another thread, for what takes longer than a reader
// waits:
//
//   backup -> here   LOG_CHECKPOINT  here -> backup   DONE
//                    anything else                    FAILURE
//
// Bounds    Whatever is asked, an answer holds at most LOG_SERVER_BATCHES
//           batches and LOG_SERVER_BYTES, but always one item if there is one.
// Errors    0 or a negative errno. A request that fails is answered by FAILURE
//           and is nobody else's trouble.
// Threads   One of its own; new and destroy are the owner's.

#ifndef OCTOLOG_ACTORS_JOURNAL_LOG_SERVER_H
#define OCTOLOG_ACTORS_JOURNAL_LOG_SERVER_H

#include "actors/config/config.h"
#include "log/event_log.h"

#include <stddef.h>

#define LOG_SERVER_BATCHES 4096u
#define LOG_SERVER_BYTES   ((size_t)8 * 1024 * 1024)
#define LOG_SERVER_REJECTS 1000u
// Events that can bear one id; two are known to (proto/README.md).
#define LOG_SERVER_FOUND 64u

typedef struct log_server log_server_t;

// Binds `name`, one of the two above, and serves it. name, config and log must
// outlive it. -ENOMEM and those of socket_bind().
int log_server_new(log_server_t **server, const config_t *config,
                   event_log_t *log, const char *name);

// Up to where all configured views have sealed the log, as they reported since
// the journal started: a view that said nothing yet has sealed nothing.
uint64_t log_server_sealed(const log_server_t *server);

// What LOG_STATS says of what will be kept.
void log_server_keep(log_server_t *server, uint64_t keep);

// Ends the request under way, then the thread.
void log_server_destroy(log_server_t **server);

#endif

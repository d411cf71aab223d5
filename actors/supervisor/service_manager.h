// service_manager - reports octolog's state to systemd (sd_notify).
//
// The protocol (sd_notify(3)) is a datagram of lines to the Unix socket that
// NOTIFY_SOCKET names: too little to link libsystemd for.
//
//   READY=1               once, when everything is ready for the first time
//   STATUS=text           when the text changes; at most once in 2 s, except
//                         when readiness changes
//   STOPPING=1            once
//   WATCHDOG=1            three times per WATCHDOG_USEC interval while all
//                         actors are alive; without it systemd restarts octolog
//   EXTEND_TIMEOUT_USEC=  until ready, while all actors are alive: rebuilding
//                         views may take longer than any fixed time-out
//
// A datagram that cannot be sent is sent again by a later call. Without
// NOTIFY_SOCKET all calls do nothing.
//
// Units     Milliseconds of a clock that never jumps.
// Threads   One.

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SERVICE_MANAGER_H
#define OCTOLOG_ACTORS_SUPERVISOR_SERVICE_MANAGER_H

#include "actors/runtime/health.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

typedef struct {
    int socket; // -1: no service manager
    struct sockaddr_un address;
    socklen_t address_bytes;
    int64_t watchdog_ms; // between two WATCHDOG=1; 0: not requested
    int64_t watchdog_due_ms;
    int64_t extend_due_ms;
    int64_t status_due_ms;        // no other status is sent before
    char status[HEALTH_TEXT_MAX]; // last sent
    bool status_is_ready;         // as of that status
    bool ready;                   // sent
    bool stopping;                // sent
} service_manager_t;

// The state to report.
typedef struct {
    bool ready;
    bool alive; // no actor hangs: no need for a restart
    bool stopping;
    const char *status; // one line, under HEALTH_TEXT_MAX bytes
} service_manager_news_t;

// Removes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment,
// so that no child process notifies in the name of this one. Call it before any
// other thread exists. 0: opened, or there is no service manager. -EINVAL,
// -EAFNOSUPPORT, ...: the socket is neither a path nor abstract, or cannot be
// opened; nothing will be reported.
int service_manager_open(service_manager_t *self);

// Sends what is new or due. Returns the milliseconds until something may be due
// again: at most a minute. Never blocks.
int64_t service_manager_tell(service_manager_t *self, int64_t now_ms,
                             const service_manager_news_t *news);

void service_manager_close(service_manager_t *self);

#endif

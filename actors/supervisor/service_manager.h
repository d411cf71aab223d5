// service_manager - tells systemd, or who speaks its protocol, how it is.
//
// The protocol (sd_notify(3)) is a datagram of lines to the Unix socket that
// NOTIFY_SOCKET names: too little to link libsystemd for.
//
//   READY=1               once, when all is ready for the first time
//   STATUS=words          when they change; once in 2 s at most, but for those
//                         that it is ready now, or no longer
//   STOPPING=1            once
//   WATCHDOG=1            thrice in the interval that WATCHDOG_USEC asks for,
//                         while all is alive; else the manager restarts it all
//   EXTEND_TIMEOUT_USEC=  until it is ready, while all is alive: views that
//                         are rebuilt may take longer than any fixed time-out
//
// A datagram that finds no room is sent again by a later call. Without a
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
    int socket; // -1: nobody to tell
    struct sockaddr_un address;
    socklen_t address_bytes;
    int64_t watchdog_ms; // between two WATCHDOG=1; 0: not asked for
    int64_t watchdog_due_ms;
    int64_t extend_due_ms;
    int64_t status_due_ms;        // before it no other words are told
    char status[HEALTH_TEXT_MAX]; // last told
    bool status_is_ready;         // by those words
    bool ready;                   // told
    bool stopping;                // told
} service_manager_t;

// What there is to tell.
typedef struct {
    bool ready;
    bool alive; // nothing hangs: no need for a restart
    bool stopping;
    const char *status; // one line, under HEALTH_TEXT_MAX bytes
} service_manager_news_t;

// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment,
// so that no child of this process tells in its name; call it before there is
// any other thread. -EINVAL, -EAFNOSUPPORT, ...: nobody will be told, for a
// socket that is neither a path nor abstract, or cannot be made. 0: all is
// well, whether there is somebody or not.
int service_manager_open(service_manager_t *self);

// Tells what is new or due. Returns how long until something may be due again:
// a minute at most. Never blocks.
int64_t service_manager_tell(service_manager_t *self, int64_t now_ms,
                             const service_manager_news_t *news);

void service_manager_close(service_manager_t *self);

#endif

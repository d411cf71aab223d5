// supervision - the supervisor's decisions as a state machine on values.
//
// Uses no process, socket or clock: the time is passed in. One supervision_t
// stands for one actor across all its processes.
//
//   WAITING --start due--> RUNNING --exit--> WAITING (after a delay)
//                             |      exit too often, or refused --> FAILED
//                             +--stop requested--> STOPPING --exit--> STOPPED
//
// Restart   At once after the first exit, and after the exit of a process that
//           ran for a whole restart_window_ms; otherwise after a delay that
//           doubles with each exit from restart_min_ms up to restart_max_ms.
// Limit     More than restart_limit exits within restart_window_ms: give up.
//           An actor that refuses to start before it was ever live
//           (ACTOR_REFUSED) is given up at once: it would refuse again.
// Waiting   An actor that was live and then finds the disk full is restarted
//           every restart_max_ms without limit, and these exits do not count:
//           space may be freed, and giving up would stop the actors that still
//           work. Exits for lack of memory do not count either, but are
//           otherwise treated like any other.
// Silence   A process that sends no heartbeat for beat_timeout_ms must be
//           killed. While its state is still "starting" it has six times as
//           long: opening a large store on a busy disk takes time.
// Stopping  Stages stop one after another and share the remaining time 4:3:2:1.
//           The first, which drains, gets the most; the next ones get what it
//           leaves. Processes that miss the deadline must be killed.
//
// Units     Milliseconds of a clock that never jumps.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SUPERVISION_H
#define OCTOLOG_ACTORS_SUPERVISOR_SUPERVISION_H

#include <stdbool.h>
#include <stdint.h>

// Bounds config's supervisor.restart-limit.
#define SUPERVISION_LIMIT_MAX 1000

typedef enum {
    SUPERVISION_WAITING,
    SUPERVISION_RUNNING,
    SUPERVISION_STOPPING,
    SUPERVISION_STOPPED,
    SUPERVISION_FAILED,
} supervision_state_t;

typedef struct {
    int restart_min_ms;
    int restart_max_ms;
    int restart_limit; // 1..SUPERVISION_LIMIT_MAX
    int64_t restart_window_ms;
    int beat_timeout_ms;
    int stop_ms;
} supervision_policy_t;

typedef struct {
    supervision_state_t state;
    int64_t due_ms;     // WAITING: when to start
    int64_t started_ms; // of the current or last process
    int64_t beat_ms;    // its last heartbeat; started_ms before the first
    bool has_started;   // this process reported more than "starting"
    bool was_started;   // any of its processes ever did
    bool was_live;      // any of its processes was ever live
    bool is_killed;     // this process, for its silence
    int64_t killed_ms;
    int delay_ms; // before the next restart
    uint64_t restarts;
    // Times of the last exits, as a ring: exits[n % limit] for exit n.
    uint64_t exit_count;
    int64_t exits[SUPERVISION_LIMIT_MAX];
} supervision_t;

// Initializes an actor that should be started at once.
void supervision_init(supervision_t *self, int64_t now_ms);

// Its process was started.
void supervision_started(supervision_t *self, int64_t now_ms);

// The state an actor reports in a heartbeat.
typedef enum {
    SUPERVISION_STARTING,
    SUPERVISION_STARTED, // but does not serve
    SUPERVISION_LIVE,    // serves
} supervision_word_t;

// A heartbeat of its process arrived.
void supervision_beat(supervision_t *self, int64_t now_ms,
                      supervision_word_t word);

// It was told to stop. An actor without a process counts as stopped at once.
void supervision_stop(supervision_t *self);

typedef enum {
    SUPERVISION_ENDED,     // its process ended, or could not be started
    SUPERVISION_REFUSED,   // it reported that it cannot start
    SUPERVISION_NO_ROOM,   // it reported that the disk is full
    SUPERVISION_NO_MEMORY, // it ended, or could not be started, out of memory
} supervision_exit_t;

// Its process is gone. Decides what follows and returns the new state.
supervision_state_t supervision_exited(supervision_t *self,
                                       const supervision_policy_t *policy,
                                       int64_t now_ms, supervision_exit_t how);

// Whether a start is due.
bool supervision_start_is_due(const supervision_t *self, int64_t now_ms);

// Whether its process must be killed for its silence.
bool supervision_is_silent(const supervision_t *self,
                           const supervision_policy_t *policy, int64_t now_ms);

// Its process was killed for its silence; until it exits it no longer counts as
// silent.
void supervision_killed(supervision_t *self, int64_t now_ms);

// Whether a killed process has not exited for beat_timeout_ms: the kernel
// cannot end it.
bool supervision_is_stuck(const supervision_t *self,
                          const supervision_policy_t *policy, int64_t now_ms);

// Milliseconds until something may be due for this actor, never negative; a
// minute if nothing is.
int64_t supervision_wait_ms(const supervision_t *self,
                            const supervision_policy_t *policy, int64_t now_ms);

// The deadline of the stage that begins to stop now. `stages`: how many are
// left, including this one; begun_ms: when the whole stop began. A tenth of
// stop_ms is reserved for what follows the last process.
int64_t supervision_stage_deadline(const supervision_policy_t *policy,
                                   int64_t begun_ms, int64_t now_ms,
                                   int stages);

#endif

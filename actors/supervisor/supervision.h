// supervision - what the supervisor decides: values in, decisions out.
//
// Knows no process, no socket and no clock: the time is passed in. One
// supervision_t stands for one actor, through all its processes.
//
//   WAITING --start due--> RUNNING --exit--> WAITING (after a delay)
//                             |      exit too often, or refused --> FAILED
//                             +--told to stop--> STOPPING --exit--> STOPPED
//
// Restart   At once after the first exit, and after that of a process that ran
//           for a whole restart_window_ms; else after a delay, which doubles
//           with each exit from restart_min_ms up to restart_max_ms.
// Intensity More than restart_limit exits within restart_window_ms: give up.
//           An actor that said that it cannot start before it ever was live
//           (ACTOR_REFUSED) is given up at once: it would say so again.
// Waiting   An actor that was live and then lacks room on the disk is tried
//           every restart_max_ms without end, and uncounted: space may come
//           back, and giving up would take what still works along. One that
//           lacks memory is tried as after any other exit, but uncounted, too.
// Silence   A process that sends no beat for beat_timeout_ms is to be killed.
//           Until it says more than that it is starting, it has six times
//           that: opening a large store on a busy disk takes its time.
// Stopping  Stages, one after another, share the time there is by 4:3:2:1, so
//           that the first, which drains, gets the most; what one leaves is
//           the next one's. Who misses the deadline is to be killed.
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
    int64_t started_ms; // of the process now or last running
    int64_t beat_ms;    // its last beat; started_ms before the first
    bool has_started;   // this process, by its own word
    bool was_started;   // any of its processes, ever
    bool was_live;      // the same
    bool is_killed;     // this process, for its silence
    int64_t killed_ms;
    int delay_ms; // before the next restart
    uint64_t restarts;
    // Times of the last exits, as a ring: exits[n % limit] for exit n.
    uint64_t exit_count;
    int64_t exits[SUPERVISION_LIMIT_MAX];
} supervision_t;

// An actor that is to be started at once.
void supervision_init(supervision_t *self, int64_t now_ms);

// Its process was started.
void supervision_started(supervision_t *self, int64_t now_ms);

// What an actor says of itself in a beat.
typedef enum {
    SUPERVISION_STARTING,
    SUPERVISION_STARTED, // and does not serve
    SUPERVISION_LIVE,    // it serves
} supervision_word_t;

// A beat of its process came.
void supervision_beat(supervision_t *self, int64_t now_ms,
                      supervision_word_t word);

// It was told to stop. An actor without a process is stopped by that.
void supervision_stop(supervision_t *self);

typedef enum {
    SUPERVISION_ENDED,     // its process ended, or could not be started
    SUPERVISION_REFUSED,   // it said that it cannot start
    SUPERVISION_NO_ROOM,   // it said that the disk is full
    SUPERVISION_NO_MEMORY, // it ended, or could not be started, for lack of it
} supervision_exit_t;

// It is gone. Decides what follows: the new state.
supervision_state_t supervision_exited(supervision_t *self,
                                       const supervision_policy_t *policy,
                                       int64_t now_ms, supervision_exit_t how);

// Whether a start is due.
bool supervision_start_is_due(const supervision_t *self, int64_t now_ms);

// Whether its process is to be killed for its silence.
bool supervision_is_silent(const supervision_t *self,
                           const supervision_policy_t *policy, int64_t now_ms);

// It was, and its exit is to come: it counts no longer as silent.
void supervision_killed(supervision_t *self, int64_t now_ms);

// Whether that exit has not come for beat_timeout_ms: the kernel cannot end it,
// and nothing here can help.
bool supervision_is_stuck(const supervision_t *self,
                          const supervision_policy_t *policy, int64_t now_ms);

// Milliseconds until something of this actor may be due, never negative; a
// minute when nothing is.
int64_t supervision_wait_ms(const supervision_t *self,
                            const supervision_policy_t *policy, int64_t now_ms);

// When the stage that begins to stop now must be done, with `stages` left,
// itself included, of a stop that began at begun_ms. A tenth of stop_ms is
// kept back for what follows the last process.
int64_t supervision_stage_deadline(const supervision_policy_t *policy,
                                   int64_t begun_ms, int64_t now_ms,
                                   int stages);

#endif

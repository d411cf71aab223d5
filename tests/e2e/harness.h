// harness - starts real octolog processes for a test and talks to them.
//
// Every function fails the running Criterion test, with words, when the
// machine does not do what it must; what the test is about it returns.
// One thread.

#ifndef OCTOLOG_TESTS_E2E_HARNESS_H
#define OCTOLOG_TESTS_E2E_HARNESS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Longest any single wait of a test may take; sanitizers are slow.
#define E2E_PATIENCE_MS 60000

// A new empty folder under /tmp, whose name is short enough for sockets. The
// caller frees the name; e2e_remove() deletes the folder and all in it.
char *e2e_folder(void);
void e2e_remove(const char *folder);

// "FOLDER/NAME", to be freed.
char *e2e_path(const char *folder, const char *name);

// A running program. Its standard output and error can be read from `out`.
typedef struct {
    pid_t pid;  // 0: not running
    int out;    // read end of a pipe with both of its output streams
    char *said; // all that was read from it so far, terminated, owned
    size_t said_bytes;
} e2e_process_t;

// Starts argv[0] with argv (NULL-terminated); "octolog" and "octolog-sim" are
// those of this build.
void e2e_start(e2e_process_t *process, const char *const *argv);

// Waits until it said `text`; the text after it up to the line's end, owned by
// the process until the next call. Fails the test if the process ends first.
const char *e2e_await(e2e_process_t *process, const char *text);

// Waits until it said `text`. false: it ended before, or ends now.
bool e2e_try_await(e2e_process_t *process, const char *text);

// Whether it has said `text` by now; does not wait.
bool e2e_has_said(e2e_process_t *process, const char *text);

// Whether it has ended by now; does not wait.
bool e2e_has_ended(const e2e_process_t *process);

// Waits for its end: exit status, or 128 + the signal. Frees nothing.
int e2e_end(e2e_process_t *process);

// Sends a signal; no matter if it is gone already.
void e2e_signal(e2e_process_t *process, int signal);

// Frees what it said; kills it if it still runs.
void e2e_forget(e2e_process_t *process);

// Runs a program to its end. *out (may be NULL) gets all it said, owned.
int e2e_run(char **out, const char *const *argv);
#define E2E_RUN(out, ...) e2e_run(out, (const char *const[]){__VA_ARGS__, NULL})

// A port that nobody listens on at this moment.
int e2e_free_port(void);

// A service under test: `octolog up` on a folder and a port.
typedef struct {
    e2e_process_t process;
    char *data;
    int port;
} e2e_service_t;

// Starts `octolog up --data DATA --listen 127.0.0.1:PORT` with more arguments
// (NULL-terminated) and waits until it is ready.
void e2e_up(e2e_service_t *service, const char *data, const char *const *more);
#define E2E_UP(service, data, ...)                                             \
    e2e_up(service, data, (const char *const[]){__VA_ARGS__, NULL})

// The same, but it may refuse to start: false, and it can be ended with
// e2e_end(), says why in `said`, and is forgotten with e2e_gone().
bool e2e_try_up(e2e_service_t *service, const char *data,
                const char *const *more);

// Forgets a service that has ended.
void e2e_gone(e2e_service_t *service);

// Stops it by SIGTERM, expects status 0, and forgets it.
void e2e_down(e2e_service_t *service);

// Kills the supervisor by SIGKILL, its actors with it, and starts it again on
// the same folder.
void e2e_crash(e2e_service_t *service, const char *const *more);
#define E2E_CRASH(service, ...)                                                \
    e2e_crash(service, (const char *const[]){__VA_ARGS__, NULL})

// The pid of an actor by name, as the service tells it; 0: it does not run.
pid_t e2e_actor(const e2e_service_t *service, const char *name);

// GET http://127.0.0.1:PORT/PATH: status, and the body as JSON (owned; NULL
// when it is none). Status 0: no answer.
int e2e_get(int port, const char *path, cJSON **body);
// The same with a POST of nothing.
int e2e_post(int port, const char *path, cJSON **body);

// Numbers at a dotted path of a document ("as_of.offset"); -1 when absent.
double e2e_number(const cJSON *json, const char *path);

// Waits until the service's views have applied everything up to `offset`.
void e2e_await_offset(const e2e_service_t *service, double offset);

// The oracle's answer: tests/oracle/oracle.py with arguments, as JSON (owned).
cJSON *e2e_oracle(const char *const *arguments);

// A nap between two looks at something that cannot be awaited otherwise.
void e2e_nap(void);

// Milliseconds of a clock that never jumps.
long long e2e_tick_ms(void);

#endif

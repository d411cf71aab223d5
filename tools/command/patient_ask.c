#include "tools/command/patient_ask.h"

#include <errno.h>

// The first timeout; it doubles up to the longest, enough to read a large view.
#define WAIT_MIN_MS 5000
#define WAIT_MAX_MS 640000

// Checks without an answer before the actor counts as gone: by then, a
// supervisor has restarted it or given up.
#define ALIVE_MS   3000
#define SILENT_MAX 3

static bool s_is_alive(const config_t *config, const patient_ask_t *whom)
{
    const message_t question = {.kind = whom->alive_question};
    message_t answer;
    request_t *request = request_new(config, whom->alive);
    bool alive =
        request && request_ask(request, &question, ALIVE_MS, &answer) == 0;
    request_destroy(&request);
    return alive;
}

int patient_ask(const config_t *config, const patient_ask_t *whom,
                const message_t *question, request_t **request,
                message_t *answer)
{
    *request = request_new(config, whom->endpoint);
    int rc = *request ? -ETIMEDOUT : -ENOMEM;
    int wait_ms = WAIT_MIN_MS;
    for (int silent = 0; silent < SILENT_MAX && rc == -ETIMEDOUT;) {
        rc = request_ask(*request, question, wait_ms, answer);
        silent = rc == 0 || s_is_alive(config, whom) ? 0 : silent + 1;
        wait_ms = wait_ms * 2 < WAIT_MAX_MS ? wait_ms * 2 : WAIT_MAX_MS;
    }
    return rc;
}

// sim_process - a real octolog-sim and a client that shows every byte, for
// tests. A header alone: each test program has its own copy.
//
// Errors    A failed step fails the test that runs.

#ifndef OCTOLOG_TESTS_SIM_SIM_PROCESS_H
#define OCTOLOG_TESTS_SIM_SIM_PROCESS_H

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIM_ARGS_MAX 24

typedef struct {
    pid_t pid;
    int port;
    FILE *out;
} sim_process_t;

typedef struct {
    int status;   // 0: no answer
    bool whole;   // as much body as Content-Length says
    char *text;   // everything received
    char *body;   // within text
    size_t bytes; // of the body
    cJSON *json;  // NULL: the body is not JSON
} sim_answer_t;

// Starts the program with these arguments, NULL-terminated, on a free port.
static inline sim_process_t sim_process_start(const char *const *args)
{
    const char *argv[SIM_ARGS_MAX + 4] = {getenv("OCTOLOG_SIM"), "--port", "0"};
    cr_assert(argv[0], "OCTOLOG_SIM names the program to test");
    for (int i = 0; args && args[i] && i < SIM_ARGS_MAX; i++)
        argv[3 + i] = args[i];
    int pipe_fds[2];
    cr_assert(pipe(pipe_fds) == 0);
    sim_process_t sim = {.pid = fork()};
    if (sim.pid == 0) {
        dup2(pipe_fds[1], STDOUT_FILENO);
        close(pipe_fds[0]);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(pipe_fds[1]);
    sim.out = fdopen(pipe_fds[0], "r");
    char line[128] = "";
    cr_assert(fgets(line, sizeof line, sim.out), "it did not start");
    cr_assert(sscanf(line, "listening on http://127.0.0.1:%d", &sim.port) == 1,
              "first line: %s", line);
    return sim;
}

// Nothing of it is worth an orderly end, which takes CivetWeb two seconds.
static inline void sim_process_kill(sim_process_t *sim)
{
    kill(sim->pid, SIGKILL);
    waitpid(sim->pid, NULL, 0);
    fclose(sim->out);
}

static inline int sim_process_connect(const sim_process_t *sim)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)sim->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static inline const char *sim_answer_header(const sim_answer_t *answer,
                                            const char *name, char *value,
                                            size_t capacity)
{
    const char *at = strchr(answer->text, '\n');
    for (; at && at + 1 < answer->body; at = strchr(at + 1, '\n')) {
        size_t bytes = strlen(name);
        if (strncasecmp(at + 1, name, bytes) != 0 || at[1 + bytes] != ':')
            continue;
        const char *text = at + 1 + bytes + 1;
        text += strspn(text, " ");
        snprintf(value, capacity, "%.*s", (int)strcspn(text, "\r\n"), text);
        return value;
    }
    return NULL;
}

static inline void s_parse_answer(sim_answer_t *answer, size_t received)
{
    char length[32];
    char *end = strstr(answer->text, "\r\n\r\n");
    if (!end || sscanf(answer->text, "HTTP/1.1 %d", &answer->status) != 1)
        return;
    answer->body = end + 4;
    answer->bytes = received - (size_t)(answer->body - answer->text);
    if (sim_answer_header(answer, "Content-Length", length, sizeof length))
        answer->whole = strtoul(length, NULL, 10) == answer->bytes;
    else
        answer->whole = answer->status == 304;
    answer->json = cJSON_ParseWithLength(answer->body, answer->bytes);
}

// Sends a request with these header lines ("Name: value\r\n"...) and reads
// until the connection is closed.
static inline sim_answer_t sim_process_ask(const sim_process_t *sim,
                                           const char *method,
                                           const char *target,
                                           const char *headers)
{
    char request[4096];
    int bytes = snprintf(request, sizeof request,
                         "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                         "Connection: close\r\n%s\r\n",
                         method, target, sim->port, headers);
    int fd = sim_process_connect(sim);
    cr_assert(write(fd, request, (size_t)bytes) == bytes);
    size_t capacity = 1 << 16;
    size_t received = 0;
    sim_answer_t answer = {.text = malloc(capacity)};
    for (;;) {
        ssize_t got = read(fd, answer.text + received, capacity - received - 1);
        if (got <= 0)
            break;
        received += (size_t)got;
        if (capacity - received < 2)
            answer.text = realloc(answer.text, capacity *= 2);
    }
    close(fd);
    answer.text[received] = '\0';
    s_parse_answer(&answer, received);
    return answer;
}

#define SIM_AGENT "User-Agent: test\r\n"

static inline sim_answer_t sim_process_get(const sim_process_t *sim,
                                           const char *target)
{
    return sim_process_ask(sim, "GET", target, SIM_AGENT);
}

static inline void sim_answer_free(sim_answer_t *answer)
{
    cJSON_Delete(answer->json);
    free(answer->text);
}

// GETs and drops the answer; returns its status.
static inline int sim_process_status(const sim_process_t *sim,
                                     const char *target)
{
    sim_answer_t answer = sim_process_get(sim, target);
    int status = answer.status;
    sim_answer_free(&answer);
    return status;
}

static inline void sim_process_post(const sim_process_t *sim,
                                    const char *target)
{
    sim_answer_t answer =
        sim_process_ask(sim, "POST", target, SIM_AGENT "Content-Length: 0\r\n");
    cr_assert(answer.status == 200, "%s: %s", target, answer.text);
    sim_answer_free(&answer);
}

static inline void sim_process_arm(const sim_process_t *sim, const char *kind)
{
    char target[128];
    snprintf(target, sizeof target, "/_sim/fault?kind=%s&count=1", kind);
    sim_process_post(sim, target);
}

// A number of the admin side, such as "count" of /_sim/served.
static inline double sim_process_number(const sim_process_t *sim,
                                        const char *target, const char *name)
{
    sim_answer_t answer = sim_process_get(sim, target);
    cr_assert(answer.json, "%s", answer.text);
    double number =
        cJSON_GetNumberValue(cJSON_GetObjectItem(answer.json, name));
    sim_answer_free(&answer);
    return number;
}

#endif

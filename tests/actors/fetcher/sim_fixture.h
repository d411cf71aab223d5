// What the tests of the fetcher share: a real octolog-sim in a process of its
// own (environment OCTOLOG_SIM), its admin side, and its log of requests.
#ifndef OCTOLOG_TESTS_ACTORS_FETCHER_SIM_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_FETCHER_SIM_FIXTURE_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIM_ARGS_MAX 32

typedef struct {
    pid_t pid;
    int port;
    char url[64];
    char log[64]; // one line a request
} sim_t;

static inline void sim_exec(int output, const char *const *args)
{
    // A test that fails does not leave it behind.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    execv(getenv("OCTOLOG_SIM"), (char *const *)args);
    _exit(127);
}

// Starts it with these arguments (up to a NULL), and --port and --log.
static inline void sim_start(sim_t *sim, const char *const *more)
{
    const char *args[SIM_ARGS_MAX] = {"octolog-sim", "--port", "0", "--log",
                                      sim->log};
    size_t count = 5;
    int out[2];
    if (!getenv("OCTOLOG_SIM"))
        cr_skip_test("OCTOLOG_SIM does not name octolog-sim");
    strcpy(sim->log, "/tmp/octolog-sim-log-XXXXXX");
    int log = mkstemp(sim->log);
    cr_assert_geq(log, 0);
    close(log);
    while (*more && count < SIM_ARGS_MAX - 1)
        args[count++] = *more++;
    cr_assert_eq(pipe(out), 0);
    sim->pid = fork();
    cr_assert_geq(sim->pid, 0);
    if (sim->pid == 0)
        sim_exec(out[1], args);
    close(out[1]);
    FILE *output = fdopen(out[0], "r");
    int found = fscanf(output, "listening on http://127.0.0.1:%d", &sim->port);
    cr_assert_eq(found, 1, "octolog-sim did not start");
    fclose(output);
    snprintf(sim->url, sizeof sim->url, "http://127.0.0.1:%d", sim->port);
}
#define SIM_START(sim, ...)                                                    \
    sim_start(sim, (const char *const[]){__VA_ARGS__, NULL})

static inline void sim_stop(sim_t *sim)
{
    kill(sim->pid, SIGKILL);
    waitpid(sim->pid, NULL, 0);
    unlink(sim->log);
}

// Sends a request to the admin side and returns the JSON of the answer.
static inline cJSON *sim_call(const sim_t *sim, const char *method,
                              const char *path)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)sim->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    FILE *stream = fdopen(fd, "r+");
    fprintf(stream,
            "%s %s HTTP/1.1\r\nHost: sim\r\nUser-Agent: test\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n",
            method, path);
    fflush(stream);
    size_t bytes = 0, capacity = 1 << 16, got;
    char *text = malloc(capacity);
    while ((got = fread(text + bytes, 1, capacity - bytes - 1, stream)) > 0) {
        bytes += got;
        if (capacity - bytes < 2)
            text = realloc(text, capacity *= 2);
    }
    fclose(stream);
    text[bytes] = '\0';
    const char *body = strstr(text, "\r\n\r\n");
    cr_assert_not_null(body);
    cJSON *json = cJSON_Parse(body + 4);
    cr_assert_not_null(json, "%s", text);
    free(text);
    return json;
}

static inline double sim_number(const sim_t *sim, const char *name)
{
    cJSON *clock = sim_call(sim, "GET", "/_sim/clock");
    double number = cJSON_GetObjectItem(clock, name)->valuedouble;
    cJSON_Delete(clock);
    return number;
}

// Makes the next `count` requests fail so.
static inline void sim_arm(const sim_t *sim, const char *kind, int count)
{
    char path[96];
    snprintf(path, sizeof path, "/_sim/fault?kind=%s&count=%d", kind, count);
    cJSON_Delete(sim_call(sim, "POST", path));
}

static inline int sim_compare_numbers(const void *a, const void *b)
{
    const double left =
        cJSON_GetNumberValue(cJSON_GetObjectItem(*(cJSON *const *)a, "number"));
    const double right =
        cJSON_GetNumberValue(cJSON_GetObjectItem(*(cJSON *const *)b, "number"));
    return (left > right) - (left < right);
}

// The log of requests so far, as an array in the order of their numbers. A line
// is written when its answer went out, by when the client may have sent its
// next request: so this waits for answers under way, and sorts.
static inline cJSON *sim_requests(const sim_t *sim)
{
    enum { MOST = 10000 };
    cJSON_Delete(sim_call(sim, "GET", "/_sim/served"));
    cJSON **found = calloc(MOST, sizeof *found), *requests;
    FILE *file = fopen(sim->log, "r");
    char *line = NULL;
    size_t capacity = 0, count = 0;
    cr_assert_not_null(file);
    while (getline(&line, &capacity, file) > 0) {
        cr_assert_lt(count, MOST);
        found[count] = cJSON_Parse(line);
        // The last line may be half written yet.
        count += found[count] != NULL;
    }
    free(line);
    fclose(file);
    if (count)
        qsort(found, count, sizeof *found, sim_compare_numbers);
    requests = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(requests, found[i]);
    free(found);
    return requests;
}

static inline const char *sim_text(const cJSON *request, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(request, name));
}

static inline int sim_int(const cJSON *request, const char *name)
{
    return (int)cJSON_GetNumberValue(cJSON_GetObjectItem(request, name));
}

// Whether it asks for the first page of a feed.
static inline bool sim_is_first(const cJSON *request)
{
    const char *link = sim_text(request, "link");
    return link && strcmp(link, "first") == 0;
}

// The simulated time of a request, in seconds.
static inline double sim_time_s(const cJSON *request)
{
    struct tm tm = {0};
    const char *rest =
        strptime(sim_text(request, "time"), "%Y-%m-%dT%H:%M:%S", &tm);
    return (double)timegm(&tm) + strtod(rest, NULL);
}

#endif

#include "tests/e2e/harness.h"

#include "log/folder.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

long long e2e_tick_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void e2e_nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

char *e2e_folder(void)
{
    char *folder = strdup("/tmp/octolog-e2e-XXXXXX");
    cr_assert_not_null(mkdtemp(folder), "mkdtemp: %s", strerror(errno));
    return folder;
}

void e2e_remove(const char *folder)
{
    (void)folder_remove(folder);
}

char *e2e_path(const char *folder, const char *name)
{
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static const char *s_program(const char *name)
{
    const char *found = NULL;
    if (strcmp(name, "octolog") == 0)
        found = getenv("OCTOLOG_BIN");
    if (strcmp(name, "octolog-sim") == 0)
        found = getenv("OCTOLOG_SIM");
    return found ? found : name;
}

// In the child: becomes the program, which ends when the test does, however
// that ends. Only the child itself can ask for that, so it is not spawned.
static _Noreturn void s_become(const char *program, const char *const *argv,
                               int out, pid_t test)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == test)
        execvp(program, (char *const *)argv);
    _exit(127);
}

void e2e_start(e2e_process_t *process, const char *const *argv)
{
    int ends[2];
    memset(process, 0, sizeof *process);
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    const char *program = s_program(argv[0]);
    const pid_t test = getpid();
    process->pid = fork();
    cr_assert_geq(process->pid, 0, "%s: %s", argv[0], strerror(errno));
    if (process->pid == 0)
        s_become(program, argv, ends[1], test);
    close(ends[1]);
    process->out = ends[0];
    process->said = calloc(1, 1);
    cr_assert_not_null(process->said);
}

static bool s_is_talking(const e2e_process_t *process, int wait_ms)
{
    struct pollfd wait = {.fd = process->out, .events = POLLIN};
    int ready;
    do
        ready = poll(&wait, 1, wait_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

// Reads more of what it says; false at its end. Fails when it stays silent.
static bool s_listen(e2e_process_t *process)
{
    cr_assert(s_is_talking(process, E2E_PATIENCE_MS),
              "no word in %d ms; so far: %s", E2E_PATIENCE_MS, process->said);
    char piece[4096];
    ssize_t bytes = read(process->out, piece, sizeof piece);
    if (bytes <= 0)
        return false;
    process->said = realloc(process->said, process->said_bytes + bytes + 1);
    cr_assert_not_null(process->said);
    memcpy(process->said + process->said_bytes, piece, bytes);
    process->said_bytes += bytes;
    process->said[process->said_bytes] = '\0';
    return true;
}

const char *e2e_await(e2e_process_t *process, const char *text)
{
    for (;;) {
        char *found = strstr(process->said, text);
        if (found && strchr(found, '\n'))
            return found + strlen(text);
        cr_assert(s_listen(process), "it ended before it said '%s': %s", text,
                  process->said);
    }
}

bool e2e_try_await(e2e_process_t *process, const char *text)
{
    while (!strstr(process->said, text))
        if (!s_listen(process))
            return false;
    return true;
}

bool e2e_has_said(e2e_process_t *process, const char *text)
{
    while (s_is_talking(process, 0) && s_listen(process))
        ;
    return strstr(process->said, text) != NULL;
}

bool e2e_has_ended(const e2e_process_t *process)
{
    siginfo_t ended = {0}; // which stays to be waited for
    int rc =
        waitid(P_PID, (id_t)process->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    return rc == 0 && ended.si_pid == process->pid;
}

int e2e_end(e2e_process_t *process)
{
    while (s_listen(process))
        ;
    int status;
    pid_t ended;
    do
        ended = waitpid(process->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    cr_assert_eq(ended, process->pid);
    process->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void e2e_signal(e2e_process_t *process, int signal)
{
    if (process->pid > 0)
        kill(process->pid, signal);
}

void e2e_forget(e2e_process_t *process)
{
    if (process->pid > 0) {
        e2e_signal(process, SIGKILL);
        e2e_end(process);
    }
    if (process->said) {
        close(process->out);
        free(process->said);
    }
    memset(process, 0, sizeof *process);
}

int e2e_run(char **out, const char *const *argv)
{
    e2e_process_t process;
    e2e_start(&process, argv);
    int status = e2e_end(&process);
    if (out)
        *out = strdup(process.said);
    e2e_forget(&process);
    return status;
}

int e2e_free_port(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof name;
    cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
    close(fd);
    return ntohs(name.sin_port);
}

static void s_start_up(e2e_service_t *service, const char *data,
                       const char *const *more)
{
    const char *argv[32] = {"octolog", "up", "--data", data, "--listen"};
    char listen[32];
    size_t count = 5;
    service->port = e2e_free_port();
    service->data = strdup(data);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", service->port);
    argv[count++] = listen;
    while (*more && count < 31)
        argv[count++] = *more++;
    e2e_start(&service->process, argv);
}

void e2e_up(e2e_service_t *service, const char *data, const char *const *more)
{
    s_start_up(service, data, more);
    e2e_await(&service->process, "octolog is ready");
}

bool e2e_try_up(e2e_service_t *service, const char *data,
                const char *const *more)
{
    s_start_up(service, data, more);
    return e2e_try_await(&service->process, "octolog is ready");
}

void e2e_gone(e2e_service_t *service)
{
    e2e_forget(&service->process);
    free(service->data);
    service->data = NULL;
}

void e2e_down(e2e_service_t *service)
{
    e2e_signal(&service->process, SIGTERM);
    int status = e2e_end(&service->process);
    cr_expect_eq(status, 0, "octolog up ended with %d: %s", status,
                 service->process.said);
    e2e_gone(service);
}

void e2e_crash(e2e_service_t *service, const char *const *more)
{
    char *data = service->data;
    e2e_signal(&service->process, SIGKILL);
    e2e_forget(&service->process);
    e2e_up(service, data, more);
    free(data);
}

pid_t e2e_actor(const e2e_service_t *service, const char *name)
{
    cJSON *body = NULL;
    const cJSON *actor;
    pid_t pid = 0;
    if (e2e_get(service->port, "/v1/actors", &body) == 200) {
        cJSON_ArrayForEach(actor, cJSON_GetObjectItem(body, "actors"))
        {
            const cJSON *own = cJSON_GetObjectItem(actor, "name");
            if (strcmp(cJSON_GetStringValue(own), name) == 0)
                pid = (pid_t)e2e_number(actor, "pid");
        }
    }
    cJSON_Delete(body);
    return pid > 0 ? pid : 0;
}

static size_t s_collect(char *data, size_t size, size_t count, void *context)
{
    FILE *memory = context;
    return fwrite(data, size, count, memory);
}

static int s_http(int port, const char *path, cJSON **body, bool post)
{
    static CURL *curl; // keeps the connection, as a client does
    char url[4096];
    char *text = NULL;
    size_t bytes = 0;
    long status = 0;
    if (!curl)
        curl = curl_easy_init();
    curl_easy_reset(curl);
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    FILE *memory = open_memstream(&text, &bytes);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)E2E_PATIENCE_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, s_collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, memory);
    if (post)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
    CURLcode done = curl_easy_perform(curl);
    fclose(memory);
    if (done == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (body)
        *body = done == CURLE_OK ? cJSON_Parse(text) : NULL;
    free(text);
    return (int)status;
}

int e2e_get(int port, const char *path, cJSON **body)
{
    return s_http(port, path, body, false);
}

int e2e_post(int port, const char *path, cJSON **body)
{
    return s_http(port, path, body, true);
}

double e2e_number(const cJSON *json, const char *path)
{
    char step[128];
    while (json && *path) {
        size_t bytes = strcspn(path, ".");
        snprintf(step, sizeof step, "%.*s", (int)bytes, path);
        json = cJSON_GetObjectItemCaseSensitive(json, step);
        path += bytes + (path[bytes] == '.');
    }
    return cJSON_IsNumber(json) ? json->valuedouble : -1;
}

void e2e_await_offset(const e2e_service_t *service, double offset)
{
    const char *counts = "/v1/agg_event_counts?offset_minutes=1";
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    cJSON *body = NULL;
    // event_counts says where it stands; readyz says that all views caught up.
    for (;;) {
        int status = e2e_get(service->port, counts, &body);
        bool there =
            status == 200 && e2e_number(body, "as_of.offset") >= offset;
        cJSON_Delete(body);
        if (there && e2e_get(service->port, "/readyz", NULL) == 200)
            return;
        cr_assert_lt(e2e_tick_ms(), until, "views never reached offset %.0f",
                     offset);
        e2e_nap();
    }
}

cJSON *e2e_oracle(const char *const *arguments)
{
    const char *argv[64] = {"python3", OCTOLOG_TREE "/tests/oracle/oracle.py"};
    size_t count = 2;
    while (*arguments && count < 63)
        argv[count++] = *arguments++;
    char *out = NULL;
    int status = e2e_run(&out, argv);
    cr_assert_eq(status, 0, "the oracle failed: %s", out);
    cJSON *json = cJSON_Parse(out);
    cr_assert_not_null(json, "the oracle said no JSON: %.200s", out);
    free(out);
    return json;
}

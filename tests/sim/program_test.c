// The program octolog-sim: its command line, its log, its beginning and end.

#include "tests/sim/sim_process.h"

#include <errno.h>
#include <fcntl.h>

typedef struct {
    int status;
    char out[32768];
    char err[4096];
} s_run_t;

static void s_read_all(int fd, char *text, size_t capacity)
{
    size_t bytes = 0;
    ssize_t got;
    while (bytes < capacity - 1 &&
           (got = read(fd, text + bytes, capacity - 1 - bytes)) > 0)
        bytes += (size_t)got;
    text[bytes] = '\0';
    close(fd);
}

// Runs it to its end with the words of one line.
static s_run_t *s_run(const char *line)
{
    static s_run_t run;
    char command[1024];
    int out[2];
    int err[2];
    snprintf(command, sizeof command, "exec \"$OCTOLOG_SIM\" %s", line);
    cr_assert(pipe(out) == 0 && pipe(err) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    s_read_all(err[0], run.err, sizeof run.err);
    s_read_all(out[0], run.out, sizeof run.out);
    int status;
    waitpid(pid, &status, 0);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return &run;
}

Test(program, help_names_every_fault)
{
    s_run_t *run = s_run("--help");
    cr_assert_eq(run->status, 0);
    cr_assert_str_empty(run->err);
    cr_assert(strstr(run->out, "usage:") && strstr(run->out, "examples"));
    const char *const kinds[] = {"secondary-silent", "changed", "deprecated",
                                 "not-modified"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        cr_assert(strstr(run->out, kinds[i]), "%s", kinds[i]);
}

static void s_wrong(const char *line, const char *said)
{
    s_run_t *run = s_run(line);
    cr_assert_eq(run->status, 2, "%s: %d", line, run->status);
    cr_assert(strstr(run->err, said), "%s: %s", line, run->err);
    cr_assert_str_empty(run->out);
}

Test(program, mistakes_of_usage_are_named)
{
    s_wrong("--fault foo=1", "unknown kind");
    s_wrong("--fault foo=1", "secondary-silent,");
    s_wrong("--fault slow=2", "from 0 to 1");
    s_wrong("--port 70000", "from 0 to 65535");
    s_wrong("--port -1", "from 0 to 65535");
    s_wrong("--rate 0", "above 0");
    s_wrong("--shape round", "2016, 2026");
    s_wrong("--clock oddly", "real, manual");
    s_wrong("--start yesterday", "a time such as");
    s_wrong("--nonsense", "nonsense");
    s_wrong("something", "something");
}

Test(program, an_unreadable_recording_is_one_clear_line)
{
    s_run_t *run = s_run("--file /nonexistent");
    cr_assert_eq(run->status, 1);
    cr_assert_str_eq(run->err,
                     "octolog-sim: /nonexistent: No such file or directory\n");
}

Test(program, a_port_in_use_is_one_clear_line)
{
    char line[64];
    char said[128];
    sim_process_t sim = sim_process_start(NULL);
    snprintf(line, sizeof line, "--port %d", sim.port);
    snprintf(said, sizeof said,
             "octolog-sim: 127.0.0.1:%d: Address already in use\n", sim.port);
    s_run_t *run = s_run(line);
    cr_assert_eq(run->status, 1);
    cr_assert_str_eq(run->err, said);
    sim_process_kill(&sim);
}

Test(program, it_ends_with_status_0_when_asked_to)
{
    int status;
    sim_process_t sim = sim_process_start(NULL);
    cr_assert_eq(sim_process_status(&sim, "/events"), 200);
    kill(sim.pid, SIGTERM);
    waitpid(sim.pid, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
    fclose(sim.out);
}

Test(program, generated_events_are_those_of_their_seed)
{
    static char first[sizeof((s_run_t *)0)->out];
    snprintf(first, sizeof first, "%s", s_run("--generate 20")->out);
    cr_assert_str_eq(s_run("--generate 20 --seed 1")->out, first);
    cr_assert_str_neq(s_run("--generate 20 --seed 2")->out, first);
    int lines = 0;
    for (const char *at = first; *at; at++)
        lines += *at == '\n';
    cr_assert_eq(lines, 20);
}

// The log's lines, parsed, as one array.
static cJSON *s_read_log(const char *path)
{
    static char line[65536];
    cJSON *lines = cJSON_CreateArray();
    FILE *file = fopen(path, "r");
    while (fgets(line, sizeof line, file)) {
        cJSON *entry = cJSON_Parse(line);
        cr_assert(entry, "%s", line);
        cJSON_AddItemToArray(lines, entry);
    }
    fclose(file);
    return lines;
}

static const char *s_logged(const cJSON *lines, int i, const char *name)
{
    const cJSON *value =
        cJSON_GetObjectItem(cJSON_GetArrayItem(lines, i), name);
    return cJSON_IsString(value) ? value->valuestring : "-";
}

Test(program, the_log_tells_how_each_request_was_made)
{
    char path[] = "/tmp/octolog-sim-log-XXXXXX";
    close(mkstemp(path));
    const char *args[] = {"--log",  path,      "--clock",
                          "manual", "--start", "2026-08-12T14:00:00Z",
                          NULL};
    sim_process_t sim = sim_process_start(args);
    sim_answer_t answer =
        sim_process_ask(&sim, "GET", "/events?per_page=2",
                        SIM_AGENT "Accept: application/vnd.github+json\r\n"
                                  "X-GitHub-Api-Version: 2022-11-28\r\n"
                                  "Authorization: Bearer secret-token\r\n");
    sim_answer_free(&answer);
    sim_process_arm(&sim, "reset");
    sim_process_status(&sim, "/events?page=2");
    sim_process_number(&sim, "/_sim/clock", "requests");
    cJSON *lines = s_read_log(path);
    cr_assert_eq(cJSON_GetArraySize(lines), 2);
    cr_assert_str_eq(s_logged(lines, 0, "time"), "2026-08-12T14:00:00.000000Z");
    cr_assert_str_eq(s_logged(lines, 0, "path"), "/events");
    cr_assert_str_eq(s_logged(lines, 0, "query"), "per_page=2");
    cr_assert_str_eq(s_logged(lines, 0, "link"), "first");
    cr_assert_str_eq(s_logged(lines, 0, "user_agent"), "test");
    cr_assert_str_eq(s_logged(lines, 0, "api_version"), "2022-11-28");
    cr_assert_eq(strlen(s_logged(lines, 0, "token")), 16u);
    cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(
                     cJSON_GetArrayItem(lines, 0), "events")),
                 2);
    cr_assert_str_eq(s_logged(lines, 1, "link"), "built");
    cr_assert_str_eq(s_logged(lines, 1, "fault"), "reset");
    cr_assert(cJSON_IsFalse(
        cJSON_GetObjectItem(cJSON_GetArrayItem(lines, 1), "delivered")));
    cJSON_Delete(lines);
    sim_process_kill(&sim);
    unlink(path);
}

Test(program, wrong_admin_requests_are_refused)
{
    sim_process_t sim = sim_process_start(NULL);
    static const char *const wrong[] = {"/_sim/advance",
                                        "/_sim/advance?seconds=x",
                                        "/_sim/advance?seconds=-1",
                                        "/_sim/fault",
                                        "/_sim/fault?kind=foo",
                                        "/_sim/fault?kind=slow&count=x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        sim_answer_t answer =
            sim_process_ask(&sim, "POST", wrong[i], "Content-Length: 0\r\n");
        cr_assert_eq(answer.status, 422, "%s", wrong[i]);
        sim_answer_free(&answer);
    }
    cr_assert_eq(sim_process_status(&sim, "/_sim/fault?kind=slow"), 405);
    sim_process_kill(&sim);
}

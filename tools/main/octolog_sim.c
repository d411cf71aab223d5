// octolog-sim - the simulated GitHub; see octolog-sim --help.

#include "tools/cli/documents.h"
#include "tools/sim/options.h"
#include "tools/sim/server.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

// Default start of generated events: fixed, so that the same seed gives the
// same bytes.
#define GENERATE_2016_US (1451610000 * INT64_C(1000000)) // 2016-01-01 01:00
#define GENERATE_2026_US (1786543200 * INT64_C(1000000)) // 2026-08-12 14:00

static int s_fail(const char *what, const char *why)
{
    fprintf(stderr, "octolog-sim: %s: %s\n", what, why);
    return STATUS_FAILED;
}

static int s_write_events(generator_t *generator, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        event_t event;
        int rc = generator_next(generator, &event);
        if (rc)
            return s_fail("generate", strerror(-rc));
        if (fwrite(event.json.data, 1, event.json.bytes, stdout) !=
                event.json.bytes ||
            putchar('\n') == EOF)
            return s_fail("standard output", strerror(errno));
    }
    if (fflush(stdout) != 0)
        return s_fail("standard output", strerror(errno));
    return STATUS_OK;
}

static int s_generate(const options_t *options)
{
    int64_t start_us = options->github.shape == OBJECTS_2016 ? GENERATE_2016_US
                                                             : GENERATE_2026_US;
    generator_options_t made = {
        .seed = options->github.seed,
        .shape = options->github.shape,
        .rate = options->github.rate,
        .start_us = options->start_us ? options->start_us : start_us};
    generator_t *generator = generator_new(&made);
    if (!generator)
        return s_fail("generate", strerror(ENOMEM));
    int status = s_write_events(generator, options->generate);
    generator_destroy(&generator);
    return status;
}

static int s_serve(const options_t *options, github_t *github, FILE *log)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);

    server_options_t serving = {
        .port = options->port, .slow_ms = options->slow_ms, .log = log};
    char error[SERVER_ERROR_MAX] = "";
    server_t *server;
    int rc = server_start(&server, &serving, github, error);
    if (rc) {
        char port[32];
        snprintf(port, sizeof port, "127.0.0.1:%u", options->port);
        return s_fail(port, rc == -EIO ? error : strerror(-rc));
    }
    printf("listening on http://127.0.0.1:%u\n", server_port(server));
    fflush(stdout);
    int signal_number;
    sigwait(&ends, &signal_number);
    server_stop(&server);
    return STATUS_OK;
}

static int s_simulate(const options_t *options, recording_t *recording)
{
    FILE *log = NULL;
    if (options->log) {
        log = fopen(options->log, "ae");
        if (!log)
            return s_fail(options->log, strerror(errno));
    }
    sim_clock_t clock;
    sim_clock_start(&clock, options->clock_manual, options->clock_scale,
                    options->start_us);
    github_t *github =
        github_new(&options->github, &clock, &options->faults, recording);
    int status = github ? s_serve(options, github, log)
                        : s_fail("start", strerror(ENOMEM));
    github_destroy(&github);
    if (log)
        fclose(log);
    return status;
}

int main(int argc, char **argv)
{
    const usage_t *const none[] = {NULL};
    const manual_t manual = {.program = &options_usage,
                             .commands = none,
                             .see_also = "Xr octolog 1"};
    options_t options;
    const int printed = documents_print(&manual, argc, argv);
    if (printed >= 0)
        return printed;
    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_HELP:
        return STATUS_OK;
    case OPTIONS_WRONG:
        return STATUS_USAGE;
    case OPTIONS_RUN:
        break;
    }
    if (options.generate > 0)
        return s_generate(&options);
    recording_t recording = {0};
    char error[RECORDING_ERROR_MAX];
    if (options.file && recording_load(&recording, options.file, error)) {
        fprintf(stderr, "octolog-sim: %s\n", error);
        return STATUS_FAILED;
    }
    const int status = s_simulate(&options, options.file ? &recording : NULL);
    recording_free(&recording);
    return status;
}

#include "tools/bench/bench_data.h"

#include "actors/config/config.h"
#include "log/folder.h"
#include "tools/command/folder_copy.h"
#include "tools/import/import_sink.h"
#include "tools/sim/generator.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#define START_US (1451610000 * INT64_C(1000000)) // 2016-01-01 01:00
// Distinct events of the long log; the rest repeats them with other ids and
// later times.
#define PATTERN 50000u
#define BATCH   512u

static generator_t *s_generator(uint64_t seed, objects_shape_t shape)
{
    const generator_options_t options = {
        .seed = seed, .shape = shape, .rate = 45, .start_us = START_US};
    return generator_new(&options);
}

// Archives.

static void s_note(bench_t *bench, const event_t *event)
{
    if (bench->created_max == 0 || event->created_at < bench->created_min)
        bench->created_min = event->created_at;
    if (event->created_at > bench->created_max)
        bench->created_max = event->created_at;
    if (!bench->pull_repo[0] && event->type == EVENT_TYPE_PULL_REQUEST)
        snprintf(bench->pull_repo, sizeof bench->pull_repo, "%.*s",
                 (int)event->repo_name.bytes, event->repo_name.data);
}

static int s_write(bench_t *bench, generator_t *generator, FILE *plain,
                   gzFile packed)
{
    for (uint64_t i = 0; i < bench->events; i++) {
        event_t event;
        if (generator_next(generator, &event) != 0)
            return bench_fail("out of memory");
        const size_t bytes = event.json.bytes;
        if (fwrite(event.json.data, 1, bytes, plain) != bytes ||
            fputc('\n', plain) == EOF ||
            gzwrite(packed, event.json.data, (unsigned)bytes) != (int)bytes ||
            gzputc(packed, '\n') < 0)
            return bench_fail("%s: cannot write the archive", bench->folder);
        s_note(bench, &event);
    }
    return 0;
}

int bench_data_archive(bench_t *bench)
{
    if (bench->created_max > 0)
        return 0;
    char path[FOLDER_PATH_MAX];
    generator_t *generator = s_generator(1, OBJECTS_2016);
    FILE *plain = fopen(bench_path(bench, "events.json", path), "w");
    gzFile packed = gzopen(bench_path(bench, "events.json.gz", path), "wb6");
    int rc = generator && plain && packed
                 ? s_write(bench, generator, plain, packed)
                 : bench_fail("%s: cannot make the archive", path);
    if (plain && fclose(plain) != 0 && rc == 0)
        rc = bench_fail("%s: cannot write the archive", bench->folder);
    if (packed && gzclose(packed) != Z_OK && rc == 0)
        rc = bench_fail("%s: cannot write the archive", bench->folder);
    generator_destroy(&generator);
    return rc;
}

// Long logs.

// The columns of generated events, which are reused.
typedef struct {
    event_t events[PATTERN];
    char names[PATTERN][3][160];
} pattern_t;

static slice_t s_keep(char room[160], slice_t name)
{
    const size_t bytes = name.bytes < 160 ? name.bytes : 160;
    memcpy(room, name.data ? name.data : "", bytes);
    return slice(room, bytes);
}

static int s_fill(pattern_t *pattern)
{
    generator_t *generator = s_generator(2, OBJECTS_2026);
    int rc = generator ? 0 : -ENOMEM;
    for (size_t i = 0; i < PATTERN && rc == 0; i++) {
        event_t *event = &pattern->events[i];
        rc = generator_next(generator, event);
        if (rc != 0)
            break;
        event->repo_name = s_keep(pattern->names[i][0], event->repo_name);
        event->actor_login = s_keep(pattern->names[i][1], event->actor_login);
        event->org_login = s_keep(pattern->names[i][2], event->org_login);
        if (event->type != EVENT_OTHER)
            event->type_name = slice(NULL, 0);
        if (event->action != EVENT_OTHER)
            event->action_name = slice(NULL, 0);
        event->json = slice_of("{}");
    }
    generator_destroy(&generator);
    return rc;
}

static int s_send(import_sink_t *sink)
{
    int rc = import_sink_send(sink, slice_of("bench"));
    import_sink_approve(sink);
    return rc;
}

static int s_append(import_sink_t *sink, const pattern_t *pattern,
                    uint64_t events)
{
    int rc = 0;
    for (uint64_t i = 0; i < events && rc == 0; i++) {
        batch_builder_t *builder = import_sink_batch(sink)->builder;
        event_t event = pattern->events[i % PATTERN];
        event.id = i + 1;
        event.created_at = (uint32_t)(START_US / 1000000 + (int64_t)(i / 45));
        rc = batch_builder_add(builder, &event);
        if (rc == 0 &&
            (batch_builder_count(builder) == BATCH || i + 1 == events))
            rc = s_send(sink);
    }
    return rc ? rc : import_sink_finish(sink);
}

static config_t *s_config(const char *data_dir)
{
    config_t *config = config_new();
    if (config && (config_set(config, "data.dir", data_dir, NULL, NULL) != 0 ||
                   config_finish(config, NULL, NULL) != 0))
        config_destroy(&config);
    return config;
}

static int s_make_log(const config_t *config, uint64_t events)
{
    import_sink_t *sink = NULL;
    pattern_t *pattern = calloc(1, sizeof *pattern);
    int rc = pattern ? s_fill(pattern) : -ENOMEM;
    if (rc == 0)
        rc = import_sink_new(&sink, config, false);
    if (rc == 0)
        rc = s_append(sink, pattern, events);
    if (rc != 0)
        bench_fail("cannot make the long log: %s",
                   sink && *import_sink_reason(sink) ? import_sink_reason(sink)
                                                     : strerrordesc_np(-rc));
    import_sink_destroy(&sink);
    free(pattern);
    return rc;
}

int bench_data_log(bench_t *bench, const char *name, uint64_t events)
{
    char path[FOLDER_PATH_MAX];
    bench_path(bench, name, path);
    if (access(path, F_OK) == 0)
        return 0;
    config_t *config = s_config(path);
    if (!config || mkdir(path, 0700) < 0) {
        config_destroy(&config);
        return bench_fail("%s: cannot make the folder", path);
    }
    const int rc = s_make_log(config, events);
    config_destroy(&config);
    return rc;
}

// Folders.

double bench_data_bytes(const bench_t *bench, const char *name)
{
    char path[FOLDER_PATH_MAX];
    uint64_t files = 0, bytes = 0;
    bench_path(bench, name, path);
    return folder_measure(path, &files, &bytes, NULL) ? 0 : (double)bytes;
}

void bench_data_remove(const bench_t *bench, const char *name)
{
    char path[FOLDER_PATH_MAX];
    (void)folder_remove(bench_path(bench, name, path));
}

// Streams.

// In a child process: writes events until the pipe is closed.
static void s_pour(int out, double events_per_s)
{
    generator_t *generator =
        s_generator((uint64_t)getpid(), OBJECTS_2026); // with its own ids
    const double begun_s = bench_now_s();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (uint64_t i = 0; generator; i++) {
        event_t event;
        const int ahead_ms =
            (int)(((double)i / events_per_s - (bench_now_s() - begun_s)) * 1e3);
        if (ahead_ms > 0)
            bench_sleep_ms(ahead_ms);
        if (generator_next(generator, &event) != 0 ||
            dprintf(out, "%.*s\n", (int)event.json.bytes, event.json.data) < 0)
            break;
    }
    _exit(0);
}

int bench_stream_start(const bench_t *bench, bench_stream_t *stream,
                       const char *data_dir, double events_per_s)
{
    int ends[2];
    *stream = (bench_stream_t){0};
    if (pipe2(ends, O_CLOEXEC) < 0)
        return bench_fail("pipe: %s", strerrordesc_np(errno));
    stream->writer = fork();
    if (stream->writer == 0) {
        close(ends[0]);
        s_pour(ends[1], events_per_s);
    }
    close(ends[1]);
    const char *const arguments[] = {"import", "--data", data_dir, "-", NULL};
    int rc =
        bench_process_start(bench, &stream->import, ends[0], true, arguments);
    close(ends[0]);
    return rc;
}

void bench_stream_stop(bench_stream_t *stream)
{
    if (stream->writer > 0) {
        kill(stream->writer, SIGKILL);
        waitpid(stream->writer, NULL, 0);
    }
    bench_process_stop(&stream->import);
    *stream = (bench_stream_t){0};
}

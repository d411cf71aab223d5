// What octolog refuses: one clear line, the right exit status, no damage.

#include "tests/e2e/harness.h"
#include "tests/recordings.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int s_lines(const char *text)
{
    int lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

// Expects `status`, and one line that holds `words`.
static void s_expect(int status, const char *words, const char *const *argv)
{
    char *out = NULL;
    int ended = e2e_run(&out, argv);
    cr_expect_eq(ended, status, "%s %s: exit %d: %s", argv[0], argv[1], ended,
                 out);
    cr_expect_not_null(strstr(out, words), "no '%s' in: %s", words, out);
    cr_expect_eq(s_lines(out), 1, "one line, not: %s", out);
    free(out);
}
#define EXPECT(status, words, ...)                                             \
    s_expect(status, words, (const char *const[]){__VA_ARGS__, NULL})

static void s_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

Test(refusal, a_bad_flag_is_named)
{
    EXPECT(2, "--nonsense", "octolog", "up", "--nonsense");
    EXPECT(2, "improt", "octolog", "improt");
    EXPECT(2, "--from", "octolog", "tail", "--from", "yesterday");
    EXPECT(2, "--speed", "octolog", "replay", "--speed", "-1");
    EXPECT(2, "--listen", "octolog", "up", "--listen", "nowhere");
    EXPECT(2, "nonsense", "octolog-sim", "--fault", "nonsense=1");
}

Test(refusal, every_mistake_of_a_configuration_is_reported_at_once)
{
    char *folder = e2e_folder();
    char *file = e2e_path(folder, "octolog.cfg");
    char *out = NULL;
    s_write(file, "http\n    listne = 127.0.0.1:1\n    threads = many\n"
                  "journal\n    group-batches = 0\n");
    cr_expect_eq(E2E_RUN(&out, "octolog", "config", "check", file), 1);
    cr_expect(strstr(out, "listne") && strstr(out, "threads") &&
                  strstr(out, "group-batches"),
              "%s", out);
    cr_expect_eq(
        E2E_RUN(NULL, "octolog", "up", "--config", file, "--data", folder), 1);
    free(out);
    e2e_remove(folder);
    free(file);
    free(folder);
}

Test(refusal, a_port_in_use_is_named)
{
    char *one = e2e_folder(), *two = e2e_folder();
    char listen[32], port[16];
    e2e_service_t service;
    E2E_UP(&service, one, "--no-fetch");
    snprintf(port, sizeof port, "%d", service.port);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", service.port);
    char *out = NULL;
    cr_expect_eq(E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data", two,
                         "--listen", listen),
                 1);
    cr_expect_not_null(strstr(out, port), "%s", out);
    cr_expect_not_null(strstr(out, "in use"), "%s", out);
    EXPECT(1, "in use", "octolog-sim", "--port", port);
    free(out);
    e2e_down(&service);
    e2e_remove(one);
    e2e_remove(two);
    free(one);
    free(two);
}

Test(refusal, a_data_folder_in_use_is_named)
{
    char *data = e2e_folder();
    e2e_service_t service;
    E2E_UP(&service, data, "--no-fetch");
    EXPECT(1, "in use", "octolog", "up", "--no-fetch", "--data", data,
           "--listen", "127.0.0.1:1");
    e2e_down(&service);
    e2e_remove(data);
    free(data);
}

Test(refusal, a_socket_path_that_is_too_long_is_named)
{
    char *folder = e2e_folder();
    char *data = e2e_path(folder, "a-folder-whose-name-leaves-no-room-for-"
                                  "the-name-of-a-socket-in-the-107-bytes-"
                                  "that-unix-gives-it");
    EXPECT(1, "107", "octolog", "up", "--no-fetch", "--data", data);
    cr_expect_neq(access(data, F_OK), 0, "nothing was made");
    free(data);
    e2e_remove(folder);
    free(folder);
}

Test(refusal, a_folder_that_cannot_be_written_is_named)
{
    EXPECT(1, "/proc/nothing", "octolog", "up", "--no-fetch", "--data",
           "/proc/nothing");
    EXPECT(1, "/proc/nothing", "octolog", "import", "--data", "/proc/nothing",
           "/dev/null");
}

// Turns the bytes of every table file of the log into something else.
static int s_damage_tables(const char *db)
{
    struct dirent *entry;
    int damaged = 0;
    DIR *folder = opendir(db);
    cr_assert_not_null(folder);
    while ((entry = readdir(folder))) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || (strcmp(dot, ".sst") != 0 && strcmp(dot, ".log") != 0))
            continue;
        char *path = e2e_path(db, entry->d_name);
        FILE *file = fopen(path, "r+");
        for (long at = 20; fseek(file, at, SEEK_SET) == 0 && at < 4000;
             at += 50)
            fputc('x', file);
        fclose(file);
        free(path);
        damaged++;
    }
    closedir(folder);
    return damaged;
}

Test(refusal, a_damaged_log_is_named_and_left_as_it_is)
{
    char *data = e2e_folder();
    char *file = e2e_path(data, "some.json");
    char *db = e2e_path(data, "log/db");
    char *out = NULL;
    s_write(file, "{\"id\":\"1\",\"type\":\"PushEvent\","
                  "\"created_at\":\"2026-01-01T00:00:00Z\"}\n");
    cr_assert_eq(E2E_RUN(NULL, "octolog", "import", "--data", data, file), 0);
    cr_assert_gt(s_damage_tables(db), 0);
    cr_expect_eq(E2E_RUN(&out, "octolog", "verify", "--data", data), 1);
    cr_expect_not_null(strstr(out, "log"), "%s", out);
    free(out);
    cr_expect_eq(E2E_RUN(&out, "octolog", "up", "--no-fetch", "--data", data,
                         "--listen", "127.0.0.1:0"),
                 1);
    cr_expect_not_null(strstr(out, "log"), "%s", out);
    free(out);
    e2e_remove(data);
    free(data);
    free(file);
    free(db);
}

Test(refusal, a_full_disk_is_named_and_nothing_acknowledged_is_lost)
{
    char *good = recordings_path("hours/2016-01-01-1.json.gz");
    char *folder = e2e_folder();
    char *out = NULL;
    if (mount("none", folder, "tmpfs", 0, "size=5m") != 0)
        cr_skip_test("needs the right to mount a tmpfs");
    char *data = e2e_path(folder, "d");
    int status = E2E_RUN(&out, "octolog", "import", "--data", data, good);
    cr_expect_eq(status, 1, "%s", out);
    cr_expect(strstr(out, "No space left") || strstr(out, "no space left"),
              "%s", out);
    free(out);
    // With room again, the same import completes and nothing is there twice.
    cr_assert_eq(mount("none", folder, "tmpfs", MS_REMOUNT, "size=200m"), 0);
    status = E2E_RUN(&out, "octolog", "import", "--json", "--data", data, good);
    cr_expect_eq(status, 0, "%s", out);
    free(out);
    status = E2E_RUN(&out, "octolog", "verify", "--data", data);
    cr_expect_eq(status, 0, "%s", out);
    free(out);
    umount2(folder, MNT_DETACH);
    e2e_remove(folder);
    free(good);
    free(data);
    free(folder);
}

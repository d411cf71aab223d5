// An actor that cannot start for want of memory or of room on the disk says so
// by its exit status, whatever it was that it did not get: never that it is of
// no use to start it again, and never by a crash.

#include "actors/runtime/actor.h"
#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(start, .timeout = 300);

// The memory tried: from little more than the program takes to be loaded, each
// time by a tenth more, until the actor starts, or to as much as it needs.
#define FIRST_KIB 6000
#define LAST_KIB  60000
#define STEP_KIB  60
#define LIVE      (-1)

// A data directory, and the file with the settings of actors in it.
static char *s_configure(const char *folder)
{
    char *path = e2e_path(folder, "octolog.cfg"),
         *run = e2e_path(folder, "run");
    cr_assert_eq(mkdir(run, S_IRWXU), 0);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file,
            "data\n    dir = \"%s\"\n"
            "http\n    listen = \"127.0.0.1:0\"\n"
            "github\n    fetch = no\n",
            folder);
    cr_assert_eq(fclose(file), 0);
    free(run);
    return path;
}

// Starts an actor by itself, with that much memory for its data: its exit
// status, or LIVE. *said becomes what it said, to be freed.
static int s_start(const char *actor, const char *config, const char *data_kib,
                   char **said)
{
    e2e_process_t process;
    const char *const argv[] = {
        "sh",
        "-c",
        "ulimit -d $0; exec \"$OCTOLOG_BIN\" actor $1 --config $2",
        data_kib,
        actor,
        config,
        NULL};
    e2e_start(&process, argv);
    const bool is_live = e2e_try_await(&process, "\"live\"");
    if (is_live)
        e2e_signal(&process, SIGTERM);
    const int status = e2e_end(&process);
    *said = strdup(process.said);
    e2e_forget(&process);
    return is_live ? LIVE : status;
}

// Whether the actor starts with that much memory; if not, it must say that this
// is why.
static bool s_starts(const char *actor, const char *config, int kib)
{
    char data_kib[16], *said;
    snprintf(data_kib, sizeof data_kib, "%d", kib);
    const int status = s_start(actor, config, data_kib, &said);
    cr_expect(status == ACTOR_NO_MEMORY || status == LIVE,
              "with %d KiB, %s ended with %d: %s", kib, actor, status, said);
    free(said);
    return status == LIVE;
}

static void s_expect_no_memory(const char *actor)
{
    if (SANITIZED)
        cr_skip_test("a sanitizer ends the process when memory runs out");
    char *folder = e2e_folder(), *config = s_configure(folder);
    int too_little = FIRST_KIB, enough = FIRST_KIB;
    while (enough < LAST_KIB && !s_starts(actor, config, enough)) {
        too_little = enough;
        enough += enough / 10;
    }
    cr_expect_gt(too_little, FIRST_KIB);
    // And where little is missing: the last thing that it opens.
    while (enough < LAST_KIB && enough - too_little > STEP_KIB) {
        const int kib = (too_little + enough) / 2;
        if (s_starts(actor, config, kib))
            enough = kib;
        else
            too_little = kib;
    }
    e2e_remove(folder);
    free(config);
    free(folder);
}

Test(start, a_journal_without_memory_says_so)
{
    s_expect_no_memory("journal");
}

Test(start, a_view_without_memory_says_so)
{
    s_expect_no_memory("event_counts");
}

Test(start, a_fetcher_without_memory_says_so)
{
    s_expect_no_memory("fetcher");
}

Test(start, an_api_without_memory_says_so)
{
    s_expect_no_memory("api");
}

// Files until the file system takes no more of them: the sockets of an actor
// are files, too.
static void s_use_up_files(const char *folder)
{
    int fd = 0;
    for (int i = 0; fd >= 0; i++) {
        char name[32];
        snprintf(name, sizeof name, "file-%d", i);
        char *path = e2e_path(folder, name);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
        cr_assert(fd >= 0 || errno == ENOSPC);
        if (fd >= 0)
            close(fd);
        free(path);
    }
}

Test(start, an_actor_without_room_on_the_disk_says_so)
{
    static const char *const s_actors[] = {"journal", "event_counts",
                                           "fetcher"};
    char *folder = e2e_folder();
    if (mount("none", folder, "tmpfs", 0, "nr_inodes=64") != 0)
        cr_skip_test("needs the right to mount a tmpfs");
    char *config = s_configure(folder);
    s_use_up_files(folder);
    for (size_t i = 0; i < sizeof s_actors / sizeof *s_actors; i++) {
        char *said;
        const int status = s_start(s_actors[i], config, "unlimited", &said);
        cr_expect_eq(status, ACTOR_NO_ROOM, "%s ended with %d: %s", s_actors[i],
                     status, said);
        free(said);
    }
    umount2(folder, MNT_DETACH);
    e2e_remove(folder);
    free(config);
    free(folder);
}

// Who has the data directory.

#include "log/folder.h"
#include "tools/command/data_dir.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char s_folder[64];
static char s_dir[80];

static void s_setup(void)
{
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-dir-XXXXXX");
    cr_assert_not_null(mkdtemp(s_folder));
    snprintf(s_dir, sizeof s_dir, "%s/d", s_folder);
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_folder), 0);
}

// A process that owns the folder as `role` until it is killed; with heir, so
// does a child of its, whose pid goes there.
static pid_t s_owner(const char *role, pid_t *heir)
{
    int ends[2];
    pid_t pids[2] = {0};

    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        data_dir_t dir;
        bool ok = data_dir_own(&dir, s_dir, role) == 0;
        pids[0] = ok;
        if (ok && heir && (pids[1] = fork()) == 0) {
            pause();
            _exit(0);
        }
        if (write(ends[1], pids, sizeof pids) == sizeof pids)
            pause();
        _exit(0);
    }
    close(ends[1]);
    cr_assert_eq(read(ends[0], pids, sizeof pids), (ssize_t)sizeof pids);
    cr_assert(pids[0], "it could not own %s", s_dir);
    close(ends[0]);
    if (heir)
        *heir = pids[1];
    return pid;
}

static void s_end(pid_t pid)
{
    kill(pid, SIGKILL);
    cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

TestSuite(data_dir, .init = s_setup, .fini = s_teardown);

Test(data_dir, owning_makes_the_folder_and_closes_run_to_others)
{
    data_dir_t dir;
    struct stat status;
    char run[96];

    cr_assert_eq(data_dir_own(&dir, s_dir, "up"), 0);
    snprintf(run, sizeof run, "%s/run", s_dir);
    cr_assert_eq(stat(run, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0700);
    data_dir_release(&dir);
    cr_expect_eq(dir.fd, -1);
    cr_assert_eq(data_dir_own(&dir, s_dir, "up"), 0, "and again");
    data_dir_release(&dir);
    data_dir_release(&dir);
}

Test(data_dir, a_second_owner_is_told_who_is_the_first)
{
    pid_t pid = s_owner("import", NULL);
    data_dir_t dir;

    cr_expect_eq(data_dir_own(&dir, s_dir, "up"), -EBUSY);
    cr_expect_eq(dir.fd, -1);
    cr_expect_eq(dir.owner_pid, pid);
    cr_expect_str_eq(dir.owner_role, "import");
    cr_expect_not(data_dir_running(s_dir), "an import is no supervisor");
    s_end(pid);
    cr_expect_eq(data_dir_own(&dir, s_dir, "up"), 0);
    data_dir_release(&dir);
}

Test(data_dir, running_is_a_supervisor_that_lives)
{
    cr_expect_not(data_dir_running(s_dir));
    cr_expect_neq(access(s_dir, F_OK), 0, "asking makes nothing");
    pid_t pid = s_owner("up", NULL);
    cr_expect(data_dir_running(s_dir));
    cr_expect(data_dir_running(s_dir), "asking takes nothing");
    s_end(pid);
    cr_expect_not(data_dir_running(s_dir));
}

// A killed supervisor's actors hold its lock until they are gone, too: the
// next owner waits for them, and not for a supervisor that lives.
Test(data_dir, the_next_owner_waits_for_the_heirs_of_a_dead_one)
{
    pid_t heir;
    pid_t pid = s_owner("up", &heir);
    data_dir_t dir;

    s_end(pid);
    cr_expect_not(data_dir_running(s_dir), "its supervisor is gone");
    pid_t killer = fork();
    if (killer == 0) {
        usleep(300000); // long enough for the owner below to have to wait
        kill(heir, SIGKILL);
        _exit(0);
    }
    cr_expect_eq(data_dir_own(&dir, s_dir, "up"), 0);
    data_dir_release(&dir);
    cr_assert_eq(waitpid(killer, NULL, 0), killer);
}

Test(data_dir, a_place_that_cannot_be_is_named)
{
    data_dir_t dir;
    char file[96];

    cr_expect_eq(data_dir_own(&dir, "/proc/nothing", "up"), -ENOENT);
    snprintf(file, sizeof file, "%s/file", s_folder);
    int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(fd);
    cr_expect_eq(data_dir_own(&dir, file, "up"), -ENOTDIR);
    cr_expect_eq(dir.fd, -1);
}

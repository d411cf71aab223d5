// folder: paths, and syncing and removing trees.

#include "log/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char s_folder[] = "/tmp/octolog-folder-XXXXXX";
static char s_out[FOLDER_PATH_MAX];

static const char *s_at(const char *name)
{
    cr_assert_eq(folder_path(s_out, s_folder, name), 0);
    return s_out;
}

static void s_touch(const char *name)
{
    FILE *file = fopen(s_at(name), "w");
    cr_assert_not_null(file);
    cr_assert_eq(fclose(file), 0);
}

// tree/file, tree/below/file, tree/link -> kept/
static void s_setup(void)
{
    cr_assert_not_null(mkdtemp(s_folder));
    cr_assert_eq(mkdir(s_at("kept"), 0700), 0);
    cr_assert_eq(mkdir(s_at("tree"), 0700), 0);
    cr_assert_eq(mkdir(s_at("tree/below"), 0700), 0);
    s_touch("kept/file");
    s_touch("tree/file");
    s_touch("tree/below/file");
    cr_assert_eq(symlink("../kept", s_at("tree/link")), 0);
}

static void s_teardown(void)
{
    cr_expect_eq(folder_remove(s_folder), 0);
}

TestSuite(folder, .init = s_setup, .fini = s_teardown);

Test(folder, a_tree_goes_with_all_that_is_in_it)
{
    cr_expect_eq(folder_remove(s_at("tree")), 0);
    cr_expect_eq(access(s_at("tree"), F_OK), -1);
    cr_expect_eq(folder_remove(s_at("tree")), -ENOENT);
}

Test(folder, what_a_link_leads_to_stays)
{
    cr_expect_eq(folder_remove(s_at("tree")), 0);
    cr_expect_eq(access(s_at("kept/file"), F_OK), 0);
}

Test(folder, an_emptied_one_is_still_there)
{
    cr_expect_eq(folder_empty(s_at("tree")), 0);
    cr_expect_eq(rmdir(s_at("tree")), 0);
    cr_expect_eq(folder_empty(s_at("tree")), -ENOENT);
}

Test(folder, what_is_there_can_be_synced_and_nothing_else)
{
    cr_expect_eq(unlink(s_at("tree/link")), 0);
    cr_expect_eq(folder_sync_tree(s_at("tree")), 0);
    cr_expect_eq(folder_sync(s_at("tree/file")), 0);
    cr_expect_eq(folder_sync_parent(s_at("tree/nothing")), 0);
    cr_expect_eq(folder_sync(s_at("nothing")), -ENOENT);
    cr_expect_eq(folder_sync_tree(s_at("nothing")), -ENOENT);
    cr_expect_eq(folder_sync_parent(s_at("nothing/file")), -ENOENT);
}

Test(folder, a_path_that_does_not_fit_is_refused)
{
    static char name[FOLDER_PATH_MAX];
    memset(name, 'x', sizeof name - 1);
    cr_expect_eq(folder_path(s_out, "/", name), -ENAMETOOLONG);
    name[FOLDER_PATH_MAX - strlen("/") - strlen("a") - 1] = '\0';
    cr_expect_eq(folder_path(s_out, "a", name), 0);
    cr_expect_eq(strlen(s_out), FOLDER_PATH_MAX - 1);
}

Test(folder, temporary_files_go_where_the_environment_says)
{
    setenv("TMPDIR", "/var/tmp", 1);
    cr_expect_str_eq(folder_temporary(), "/var/tmp");
    setenv("TMPDIR", "", 1);
    cr_expect_str_eq(folder_temporary(), "/tmp");
    unsetenv("TMPDIR");
    cr_expect_str_eq(folder_temporary(), "/tmp");
}

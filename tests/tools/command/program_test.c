// program: where octolog looks for the programs that belong to it.

#include "tests/tools/program.h"

#include <sys/stat.h>

// From now on program_run() runs an octolog away from where it was built, and
// $PATH is the folder "else" with an octolog-bench that only says how it was
// called.
static void s_setup(void)
{
    char path[4096];
    program_setup();
    program_shell("cp '%s' octolog && mkdir else && "
                  "printf '#!/bin/sh\\necho found \"$@\"\\n' "
                  ">else/octolog-bench && chmod +x else/octolog-bench",
                  getenv("OCTOLOG_BIN"));
    // Its OpenSSL is still where it was built.
    char *slash = strrchr(strcpy(path, getenv("OCTOLOG_BIN")), '/');
    strcpy(slash, "/lib/octolog");
    setenv("LD_LIBRARY_PATH", path, 1);
    setenv("OCTOLOG_BIN", "./octolog", 1);
    snprintf(path, sizeof path, "/nowhere:%s/else", program_folder);
    setenv("PATH", path, 1);
}

static void s_teardown(void)
{
    setenv("PATH", "/usr/bin:/bin", 1);
    program_teardown();
}

TestSuite(program, .init = s_setup, .fini = s_teardown);

Test(program, one_that_is_not_beside_is_found_in_path)
{
    char said[256];
    snprintf(said, sizeof said, "found --program %s/octolog --rounds 2\n",
             program_folder);
    cr_expect_eq(program_run("bench --rounds 2"), 0, "%s", program_err);
    cr_expect_str_eq(program_out, said);
}

Test(program, the_one_beside_comes_before_path)
{
    char path[256];
    snprintf(path, sizeof path, "%s/octolog-bench", program_folder);
    FILE *beside = fopen(path, "w");
    fputs("#!/bin/sh\necho beside\n", beside);
    fclose(beside);
    chmod(path, 0700);
    cr_expect_eq(program_run("bench"), 0, "%s", program_err);
    cr_expect_str_eq(program_out, "beside\n");
}

Test(program, one_that_is_nowhere_is_named_with_what_brings_it)
{
    setenv("PATH", "/nowhere", 1);
    cr_expect_eq(program_run("bench"), 1);
    cr_expect(program_has(program_err, "octolog-bench is neither beside"), "%s",
              program_err);
    cr_expect(program_has(program_err, "--target octolog-bench"), "%s",
              program_err);
}

// octolog greet, as a program.

#include "tests/tools/program.h"

TestSuite(command_greet, .init = program_setup, .fini = program_teardown);

Test(command_greet, whom_it_is_told_to)
{
    cr_assert(eq(int, program_run("greet --to octocat"), 0), "%s", program_err);
    cr_expect(eq(str, program_out, (char *)"hello, octocat\n"));
}

Test(command_greet, it_is_listed_and_explained)
{
    cr_assert(eq(int, program_run("--help"), 0), "%s", program_err);
    cr_expect(program_has(program_out, "greet"), "%s", program_out);
    cr_assert(eq(int, program_run("help greet"), 0), "%s", program_err);
    cr_expect(program_has(program_out, "--to NAME"), "%s", program_out);
}

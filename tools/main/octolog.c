// octolog - main(); each subcommand is a file of its own
// (tools/command/command.h).

#include "tools/main/command_table.h"

int main(int argc, char **argv)
{
    return command_table_run(argc, argv);
}

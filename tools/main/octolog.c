// octolog - one program, a subcommand a file (tools/command.h).

#include "tools/command_table.h"

int main(int argc, char **argv)
{
    return command_table_run(argc, argv);
}

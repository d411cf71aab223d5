// octolog - one program, a subcommand a file (tools/command/command.h).

#include "tools/main/command_table.h"

int main(int argc, char **argv)
{
    return command_table_run(argc, argv);
}

#include "tools/cli/documents.h"

#include "tools/cli/completion.h"

#include <string.h>

static int s_wrong(const manual_t *tables, const char *shell)
{
    fprintf(stderr,
            "%s: --completion %s: known shells are " COMPLETION_SHELLS "\n",
            tables->program->name, shell);
    return USAGE_WRONG;
}

int documents_print(const manual_t *tables, int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--manual") == 0) {
        manual_t manual = *tables;
        manual.date = argv[2];
        manual_write(stdout, &manual);
    } else if (argc == 3 && strcmp(argv[1], "--completion") == 0) {
        if (!completion_write(stdout, argv[2], tables->program,
                              tables->commands))
            return s_wrong(tables, argv[2]);
    } else {
        return -1;
    }
    return fflush(stdout) ? 1 : 0;
}

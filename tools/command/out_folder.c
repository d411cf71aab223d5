#include "tools/command/out_folder.h"

const char *out_folder_take(void *out, int letter, const char *value)
{
    out_folder_t *self = out;
    if (letter == 'o')
        self->path = value;
    else if (letter == 'F')
        self->replace = true;
    else
        command_take_place(&self->place, letter, value);
    return NULL;
}

int out_folder_write(const out_folder_t *out, const char *name,
                     const char *mark, out_folder_make_t *make, void *context)
{
    failure_t failure = {0};
    staged_folder_t *folder = NULL;
    if (staged_folder_begin(&folder, out->path, out->replace ? mark : NULL,
                            &failure) != 0)
        return command_error(COMMAND_FAILED, name, "--out: %s", failure.reason);
    int rc = make(context, staged_folder_path(folder), &failure);
    if (rc == 0)
        rc = staged_folder_finish(&folder, &failure);
    staged_folder_abandon(&folder);
    return rc ? command_error(COMMAND_FAILED, name, "%s", failure.reason)
              : COMMAND_OK;
}

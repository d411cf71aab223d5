// data_dir - the folder that holds everything, and who has it.
//
//   DIR/lock       locked (F_OFD_SETLK) by the one process that owns the
//                  folder, and by the actors it started until the last is
//                  gone; holds "PID ROLE\n" of it, for error messages
//   DIR/run/       sockets, effective.cfg (mode 0700)
//   DIR/log/       the event log (log/FORMAT.md)
//   DIR/log.partial/, DIR/views.partial/   while a restore makes them; of
//                  one that was killed the next one clears them, and views/
//   DIR/views/NAME/CURRENT, DIR/views/NAME/gen-NNNNNN/
//                  one view (actors/view_store/store.h)
//
// Errors    0 or a negative errno.

#ifndef OCTOLOG_TOOLS_COMMAND_DATA_DIR_H
#define OCTOLOG_TOOLS_COMMAND_DATA_DIR_H

#include "log/folder.h"

#include <stdbool.h>

typedef struct {
    int fd;              // -1: not owned
    long owner_pid;      // after -EBUSY: who has it; 0 unknown
    char owner_role[32]; // "up", "import", ...
} data_dir_t;

// Makes DIR (0700 under it) where it is missing, and takes the lock for `role`.
// Waits up to 5 s for the actors of a supervisor that is gone.
// -EBUSY: another process has it; owner_* say who. -EACCES, -ENOSPC, -ENOTDIR,
// -ENOENT (the folder that DIR is to be made in is missing).
int data_dir_own(data_dir_t *dir, const char *path, const char *role);

// Whether a supervisor ("up") owns it now. Does not create anything.
bool data_dir_running(const char *path);

// Whether it holds no log but the rest of a restore that was interrupted. To
// begin a log there would leave a user with less than the backup has.
bool data_dir_half_restored(const char *path);

// Where a supervisor writes what it and its actors run with. -ENAMETOOLONG.
int data_dir_settings(const char *path, char file[FOLDER_PATH_MAX]);

void data_dir_release(data_dir_t *dir);

#endif

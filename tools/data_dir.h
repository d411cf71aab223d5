// data_dir - the folder that holds everything, and who has it.
//
//   DIR/lock       flock(2)ed by the one process that owns the folder; holds
//                  "PID ROLE\n" of it, for error messages
//   DIR/run/       sockets, effective.cfg (mode 0700)
//   DIR/log/       the event log (log/FORMAT.md)
//   DIR/views/NAME/CURRENT, DIR/views/NAME/gen-NNNNNN/   (actors/view_store.h)
//
// Errors    0 or a negative errno.

#ifndef OCTOLOG_TOOLS_DATA_DIR_H
#define OCTOLOG_TOOLS_DATA_DIR_H

#include <stdbool.h>

typedef struct {
    int fd;              // -1: not owned
    long owner_pid;      // after -EBUSY: who has it; 0 unknown
    char owner_role[32]; // "up", "import", ...
} data_dir_t;

// Makes DIR (0700 under it) where it is missing, and takes the lock for `role`.
// -EBUSY: another process has it; owner_* say who. -EACCES, -ENOSPC, -ENOTDIR.
int data_dir_own(data_dir_t *dir, const char *path, const char *role);

// Whether a supervisor ("up") owns it now. Does not create anything.
bool data_dir_running(const char *path);

void data_dir_release(data_dir_t *dir);

#endif

// data_dir - the data directory and its lock.
//
//   DIR/lock       locked (F_OFD_SETLK) by the process that owns the directory
//                  and by the actors it started, until the last one exits;
//                  contains the owner's "PID ROLE\n", for error messages
//   DIR/run/       sockets, effective.cfg (mode 0700)
//   DIR/log/       the event log (log/FORMAT.md)
//   DIR/log.partial/, DIR/views.partial/
//                  present while a restore runs; after one that was killed,
//                  the next one removes them, and views/
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
    long owner_pid;      // after -EBUSY: the owner; 0: unknown
    char owner_role[32]; // "up", "import", ...
} data_dir_t;

// Creates DIR if missing (mode 0755; run/ in it has 0700) and takes the lock
// for `role`. Waits up to 5 s for the actors of a supervisor that has exited.
// -EBUSY: another process owns it, see owner_*. -EACCES, -ENOSPC, -ENOTDIR,
// -ENOENT (the parent directory does not exist).
int data_dir_own(data_dir_t *dir, const char *path, const char *role);

// Whether a supervisor ("up") owns it now. Creates nothing.
bool data_dir_running(const char *path);

// Whether it has no log, but the remains of an interrupted restore. Creating a
// new log there would silently lose what the backup holds.
bool data_dir_half_restored(const char *path);

// The file with the effective settings of the supervisor and its actors.
// -ENAMETOOLONG.
int data_dir_settings(const char *path, char file[FOLDER_PATH_MAX]);

void data_dir_release(data_dir_t *dir);

#endif

// checkpoint_folder - the folder, within a log's folder, that holds a copy of
// the log until it is moved away (log/log_checkpoint.h).
//
// The process that requested the copy locks the folder with flock(2), then
// either renames it, or copies and removes it. A copy that is not locked was
// abandoned.
//
// Errors    0 or a negative errno.
// Threads   Any.

#ifndef OCTOLOG_LOG_CHECKPOINT_FOLDER_H
#define OCTOLOG_LOG_CHECKPOINT_FOLDER_H

// Its name within the log's folder.
#define CHECKPOINT_FOLDER_NAME "checkpoint"

// Locks the folder; the returned descriptor holds the lock until it is closed.
// -EBUSY: it is locked. -ENOENT, ...: it cannot be opened.
int checkpoint_folder_hold(const char *folder);

// Removes the remains of a copy from the log in the folder `path`. -EBUSY: the
// copy is locked.
int checkpoint_folder_discard(const char *path);

#endif

// checkpoint_folder - where a copy of a log lies until it is taken away
// (log/log_checkpoint.h), in the folder of the log.
//
// Whoever asked for the copy holds it by flock(2) on the folder, and renames or
// copies and removes it. One that nobody holds was forgotten.
//
// Errors    0 or a negative errno.
// Threads   Any.

#ifndef OCTOLOG_LOG_CHECKPOINT_FOLDER_H
#define OCTOLOG_LOG_CHECKPOINT_FOLDER_H

// The folder in that of the log.
#define CHECKPOINT_FOLDER_NAME "checkpoint"

// Takes the lock of the folder; the descriptor returned has it until it is
// closed. -EBUSY: it is held. -ENOENT, ...: it cannot be opened.
int checkpoint_folder_hold(const char *folder);

// Removes what is left of a copy in the folder `path` of a log. -EBUSY: it is
// held.
int checkpoint_folder_discard(const char *path);

#endif

// folder - joins paths; syncs and removes folders.
//
// Stands below everything that keeps files: log/, the view store, the tools.
// It knows nothing of what is in a folder.
//
// Errors    0 or a negative errno.
// Threads   Any.

#ifndef OCTOLOG_LOG_FOLDER_H
#define OCTOLOG_LOG_FOLDER_H

#define FOLDER_PATH_MAX 4096

// Writes "FOLDER/NAME". -ENAMETOOLONG: it does not fit; path is undefined then.
int folder_path(char path[FOLDER_PATH_MAX], const char *folder,
                const char *name);

// Where temporary files go: $TMPDIR, or "/tmp".
const char *folder_temporary(void);

// Makes a file, or the names in a folder, durable.
int folder_sync(const char *path);

// Makes the name `path` itself durable: syncs the folder that holds it.
int folder_sync_parent(const char *path);

// Makes everything below `path`, and itself, durable.
int folder_sync_tree(const char *path);

// Removes the folder and all that is in it; or only what is in it. Links are
// removed, not followed. Goes on after a failure and returns the first one:
// what cannot be removed stays. -ENOENT: there is no such folder.
int folder_remove(const char *path);
int folder_empty(const char *path);

#endif

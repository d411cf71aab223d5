// folder - joins paths; syncs and removes folders.
//
// Everything that keeps files uses it: log/, the view store, the tools. It does
// not know what a folder contains.
//
// Errors    0 or a negative errno.
// Threads   Any.

#ifndef OCTOLOG_LOG_FOLDER_H
#define OCTOLOG_LOG_FOLDER_H

#define FOLDER_PATH_MAX 4096

// Writes "FOLDER/NAME". -ENAMETOOLONG: it does not fit; path is undefined then.
int folder_path(char path[FOLDER_PATH_MAX], const char *folder,
                const char *name);

// The folder for temporary files: $TMPDIR, or "/tmp".
const char *folder_temporary(void);

// Makes a file, or the names in a folder, durable.
int folder_sync(const char *path);

// Makes the name `path` itself durable: syncs the folder that holds it.
int folder_sync_parent(const char *path);

// Makes everything below `path`, and itself, durable.
int folder_sync_tree(const char *path);

// folder_remove() removes the folder and its content, folder_empty() only its
// content. Links are removed, not followed. Both skip what cannot be removed
// and return the first failure. -ENOENT: no such folder.
int folder_remove(const char *path);
int folder_empty(const char *path);

#endif

// view_generation - the folders of a view's generations, and which one is in
// use.
//
// Knows names and files, not the contents of a generation. store.h describes
// the layout.
//
// Errors    0 or a negative errno.
// Threads   Any, but one at a time per folder.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_GENERATION_H
#define OCTOLOG_ACTORS_VIEW_STORE_GENERATION_H

#include <stdbool.h>
#include <stddef.h>

#define VIEW_GENERATION_NAME_MAX 16 // "gen-000001"

// Whether this is the name of a generation: "gen-" and six digits.
int view_generation_check(const char *name);

// The generation in use. -ENOENT: none yet. -EUCLEAN: CURRENT does not name
// one.
int view_generation_current(const char *folder,
                            char name[VIEW_GENERATION_NAME_MAX]);

// Makes it the generation in use; durable when it returns.
int view_generation_adopt(const char *folder, const char *name);

// Creates the folder of a new generation, numbered after all others, and FOLDER
// itself if missing.
int view_generation_make(const char *folder,
                         char name[VIEW_GENERATION_NAME_MAX]);

// Calls `each` for every generation in the folder.
int view_generation_each(const char *folder,
                         void (*each)(void *context, const char *name),
                         void *context);

// Protects a generation that is complete but not yet in use from deletion, also
// by other processes, while the descriptor it returns is open.
int view_generation_hold(const char *folder, const char *name);

// Whether the generation in this folder is held.
bool view_generation_is_held(const char *path);

#endif

// view_generation - the folders of a view's generations, and which is in use.
//
// Knows names and files, not what is in a generation. view_store.h describes
// the layout.
//
// Errors    0 or a negative errno.
// Threads   Any; on one folder one at a time.

#ifndef OCTOLOG_ACTORS_VIEW_STORE_GENERATION_H
#define OCTOLOG_ACTORS_VIEW_STORE_GENERATION_H

#include <stdbool.h>
#include <stddef.h>

#define VIEW_GENERATION_NAME_MAX 16 // "gen-000001"

// Whether this is the name of a generation: "gen-" and six digits.
int view_generation_check(const char *name);

// The one in use. -ENOENT: none yet; -EUCLEAN: CURRENT names none.
int view_generation_current(const char *folder,
                            char name[VIEW_GENERATION_NAME_MAX]);

// Makes it the one in use; on disk when it returns.
int view_generation_adopt(const char *folder, const char *name);

// Makes the folder of a new one, after all others, and FOLDER itself.
int view_generation_make(const char *folder,
                         char name[VIEW_GENERATION_NAME_MAX]);

// Calls `each` for every generation there is.
int view_generation_each(const char *folder,
                         void (*each)(void *context, const char *name),
                         void *context);

// Keeps a generation from being deleted for as long as the descriptor it
// returns is open: one that is whole, and not in use yet. Other processes see
// it, too.
int view_generation_hold(const char *folder, const char *name);

// Whether somebody holds the generation in this folder.
bool view_generation_is_held(const char *path);

#endif

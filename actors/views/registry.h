// registry - the table of octolog's views, generated from views.def.
//
// A new view is a folder beside this file and a row in views.def.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REGISTRY_H
#define OCTOLOG_ACTORS_VIEWS_REGISTRY_H

#include "actors/views/view.h"

// Ends with a NULL.
extern const view_class_t *const registry_views[];

// Returns the view of that name; NULL if there is none.
const view_class_t *registry_find(const char *name);

// The names of all views, separated by blanks: a constant expression.
extern const char registry_names[];
#define REGISTRY_NAMES (registry_names + 1)

#endif

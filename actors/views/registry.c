#include "actors/views/registry.h"

// clang-format off
#define VIEW(name) extern const view_class_t view_##name;
#include "actors/views/views.def"
#undef VIEW

#define VIEW(name) &view_##name,
const view_class_t *const registry_views[] = {
#include "actors/views/views.def"
    NULL,
};
#undef VIEW

#define VIEW(name) " " #name
const char registry_names[] =
#include "actors/views/views.def"
;
#undef VIEW
// clang-format on

const view_class_t *registry_find(const char *name)
{
    for (size_t i = 0; registry_views[i]; i++) {
        if (strcmp(registry_views[i]->name, name) == 0)
            return registry_views[i];
    }
    return NULL;
}

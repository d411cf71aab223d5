#include "actors/views/registry.h"

#include "actors/views/event_counts/event_counts.h"
#include "actors/views/pr_interval/pr_interval.h"
#include "actors/views/repo_activity/repo_activity.h"

const view_class_t *const registry_views[] = {
    &view_event_counts,
    &view_pr_interval,
    &view_repo_activity,
    NULL,
};

const view_class_t *registry_find(const char *name)
{
    for (size_t i = 0; registry_views[i]; i++) {
        if (strcmp(registry_views[i]->name, name) == 0)
            return registry_views[i];
    }
    return NULL;
}

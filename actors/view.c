#include "actors/view.h"

#include "actors/view_event_counts.h"
#include "actors/view_pr_interval.h"
#include "actors/view_repo_activity.h"

const view_class_t *const view_classes[] = {
    &view_event_counts,
    &view_pr_interval,
    &view_repo_activity,
    NULL,
};

const view_class_t *view_find(const char *name)
{
    for (size_t i = 0; view_classes[i]; i++) {
        if (strcmp(view_classes[i]->name, name) == 0)
            return view_classes[i];
    }
    return NULL;
}

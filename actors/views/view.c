#include "actors/views/view.h"

#include "actors/views/event_counts/event_counts.h"
#include "actors/views/pr_interval/pr_interval.h"
#include "actors/views/repo_activity/repo_activity.h"

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

#include "tools/up/actor_table.h"

#include "actors/aggregator/aggregator.h"
#include "actors/fetcher/fetcher.h"
#include "actors/journal/journal.h"
#include "actors/views/registry.h"
#include "api/http/api.h"

#include <assert.h>
#include <string.h>

// The order of stopping: producers first, the journal last.
enum { STAGE_FETCHER, STAGE_API, STAGE_VIEWS, STAGE_JOURNAL };

static const actor_class_t s_actors[] = {
    {"journal", journal_actor, .drains = false},
    {"fetcher", fetcher_actor, .drains = true},
    {"api", api_actor, .drains = false},
};

bool actor_table_find(const char *name, actor_class_t *actor)
{
    for (size_t i = 0; i < sizeof s_actors / sizeof *s_actors; i++) {
        if (strcmp(s_actors[i].name, name) == 0) {
            *actor = s_actors[i];
            return true;
        }
    }
    const view_class_t *view = registry_find(name);
    if (view)
        *actor = (actor_class_t){view->name, aggregator_actor, .drains = false};
    return view != NULL;
}

size_t actor_table_plan(const config_t *config,
                        supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX])
{
    size_t count = 0;

    actors[count++] = (supervisor_actor_t){"journal", STAGE_JOURNAL};
    for (size_t i = 0; i < config->view_count; i++)
        actors[count++] = (supervisor_actor_t){config->views[i], STAGE_VIEWS};
    if (config->fetch)
        actors[count++] = (supervisor_actor_t){"fetcher", STAGE_FETCHER};
    actors[count++] = (supervisor_actor_t){"api", STAGE_API};
    assert(count <= SUPERVISOR_ACTORS_MAX);
    return count;
}

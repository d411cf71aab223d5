#include "tools/actor_table.h"

#include "actors/journal.h"

#include <string.h>

// Who stops when: those that bring work in go first, the log goes last.
enum { STAGE_FETCHER, STAGE_API, STAGE_VIEWS, STAGE_JOURNAL };

static const actor_class_t s_actors[] = {
    {"journal", journal_actor, .drains = false},
};

bool actor_table_find(const char *name, actor_class_t *actor)
{
    for (size_t i = 0; i < sizeof s_actors / sizeof *s_actors; i++) {
        if (strcmp(s_actors[i].name, name) == 0) {
            *actor = s_actors[i];
            return true;
        }
    }
    return false;
}

size_t actor_table_plan(const config_t *config,
                        supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX])
{
    size_t count = 0;

    (void)config;
    actors[count++] = (supervisor_actor_t){"journal", STAGE_JOURNAL};
    return count;
}

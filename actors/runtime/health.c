#include "actors/runtime/health.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool s_is_ready(const health_part_t *part)
{
    return part->live && part->behind <= HEALTH_BEHIND_MAX;
}

bool health_is_ready(const health_part_t *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!s_is_ready(&parts[i]))
            return false;
    }
    return true;
}

void health_describe(const health_part_t *parts, size_t count,
                     char text[HEALTH_TEXT_MAX])
{
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(text);
        const char *gap = used > 0 ? "; " : "";

        if (s_is_ready(&parts[i]))
            continue;
        if (parts[i].behind > 0)
            snprintf(text + used, HEALTH_TEXT_MAX - used,
                     "%s%s is %s, %" PRIu64 " events behind", gap,
                     parts[i].name, parts[i].state, parts[i].behind);
        else
            snprintf(text + used, HEALTH_TEXT_MAX - used, "%s%s is %s", gap,
                     parts[i].name, parts[i].state);
    }
    if (!text[0])
        snprintf(text, HEALTH_TEXT_MAX, "ready");
}

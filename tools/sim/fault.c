#include "tools/sim/fault.h"

#include <errno.h>
#include <stdlib.h>

static const char *const s_names[FAULT_KINDS] = {
    [FAULT_NOT_MODIFIED] = "not-modified",
    [FAULT_FORBIDDEN] = "forbidden",
    [FAULT_SECONDARY] = "secondary",
    [FAULT_SECONDARY_SILENT] = "secondary-silent",
    [FAULT_TOO_MANY] = "too-many",
    [FAULT_TOO_MANY_SILENT] = "too-many-silent",
    [FAULT_SERVER_ERROR] = "server-error",
    [FAULT_SLOW] = "slow",
    [FAULT_TRUNCATED] = "truncated",
    [FAULT_RESET] = "reset",
    [FAULT_MALFORMED] = "malformed",
    [FAULT_OBJECT] = "object",
    [FAULT_REORDERED] = "reordered",
    [FAULT_DUPLICATED] = "duplicated",
    [FAULT_LATE] = "late",
    [FAULT_CHANGED] = "changed",
    [FAULT_UNAUTHORIZED] = "unauthorized",
    [FAULT_GONE] = "gone",
    [FAULT_REDIRECT] = "redirect",
    [FAULT_DEPRECATED] = "deprecated",
};

const char *fault_name(fault_t kind)
{
    return s_names[kind];
}

fault_t fault_by_name(slice_t name)
{
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++) {
        if (slice_equal(name, slice_of(s_names[kind])))
            return kind;
    }
    return FAULT_NONE;
}

int fault_plan_add(fault_plan_t *plan, const char *text)
{
    size_t bytes = strcspn(text, "=");
    fault_t kind = fault_by_name(slice(text, bytes));
    if (kind == FAULT_NONE)
        return -ENOENT;
    if (text[bytes] != '=')
        return -EINVAL;
    char *end;
    double chance = strtod(text + bytes + 1, &end);
    if (end == text + bytes + 1 || *end || !(chance >= 0 && chance <= 1))
        return -EINVAL;
    plan->chances[kind] = chance;
    return 0;
}

void fault_plan_arm(fault_plan_t *plan, fault_t kind, uint32_t count)
{
    plan->armed[kind] = count;
}

uint32_t fault_plan_pending(const fault_plan_t *plan)
{
    uint32_t pending = 0;
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
        pending += plan->armed[kind];
    return pending;
}

static bool s_applies(fault_t kind, fault_chance_t chance)
{
    switch (kind) {
    case FAULT_NOT_MODIFIED:
        return chance.conditional;
    case FAULT_REORDERED:
        return chance.events > 1;
    case FAULT_DUPLICATED:
    case FAULT_LATE:
    case FAULT_CHANGED:
        return chance.events > 0;
    default:
        return true;
    }
}

fault_t fault_plan_draw(fault_plan_t *plan, fault_chance_t chance)
{
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++) {
        if (plan->armed[kind] > 0 && s_applies(kind, chance)) {
            plan->armed[kind]--;
            return kind;
        }
    }
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++) {
        if (plan->chances[kind] > 0 && s_applies(kind, chance) &&
            dice_chance(&plan->dice, plan->chances[kind]))
            return kind;
    }
    return FAULT_NONE;
}

bool fault_shows_in_body(fault_t kind)
{
    switch (kind) {
    case FAULT_SLOW:
    case FAULT_TRUNCATED:
    case FAULT_MALFORMED:
    case FAULT_OBJECT:
    case FAULT_REORDERED:
    case FAULT_DUPLICATED:
    case FAULT_LATE:
    case FAULT_CHANGED:
        return true;
    default:
        return false;
    }
}

bool fault_spoils(fault_t kind)
{
    switch (kind) {
    case FAULT_NONE:
    case FAULT_SLOW:
    case FAULT_REORDERED:
    case FAULT_DUPLICATED:
    case FAULT_LATE:
    case FAULT_CHANGED:
    case FAULT_DEPRECATED:
        return false;
    default:
        return true;
    }
}

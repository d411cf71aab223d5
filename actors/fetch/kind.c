#include "actors/fetch/kind.h"

#include "proto/batch/batch.h"

#include <stddef.h>

static const fetch_kind_t *const s_kinds[] = {
#define FETCH_KIND(name) &fetch_kind_##name,
#include "actors/fetch/kinds.def"
#undef FETCH_KIND
    NULL,
};

const fetch_kind_t *fetch_kind_of(const char *source)
{
    const fetch_kind_t *const *kind = s_kinds;
    // The last kind claims everything else.
    while (kind[1] && !(*kind)->claims(source))
        kind++;
    return *kind;
}

const char *fetch_kind_mistake(const char *source)
{
    // It becomes a batch's source in the log.
    if (strlen(source) > BATCH_MAX_SOURCE_BYTES)
        return "is too long";
    return fetch_kind_of(source)->mistake(source);
}

#include "actors/fetch/kind.h"

#include "proto/batch/batch.h"

#include <stddef.h>

static const fetch_kind_t *const s_kinds[] = {
#define FETCH_KIND(name) &fetch_kind_##name,
#include "actors/fetch/kinds.def"
#undef FETCH_KIND
};
#define S_KINDS (sizeof s_kinds / sizeof *s_kinds)

const fetch_kind_t *fetch_kind_of(const char *source)
{
    for (size_t i = 0; i + 1 < S_KINDS; i++) {
        if (s_kinds[i]->claims(source))
            return s_kinds[i];
    }
    return s_kinds[S_KINDS - 1];
}

const char *fetch_kind_mistake(const char *source)
{
    // It is a name in the log.
    if (strlen(source) > BATCH_MAX_SOURCE_BYTES)
        return "is too long";
    return fetch_kind_of(source)->mistake(source);
}

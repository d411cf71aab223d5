#include "proto/base/names.h"

bool names_cut_source(slice_t cursor, slice_t *source)
{
    const slice_t prefix = slice_of(NAMES_SOURCE_CURSOR);

    if (cursor.bytes < prefix.bytes ||
        !slice_equal(slice(cursor.data, prefix.bytes), prefix))
        return false;
    *source = slice(cursor.data + prefix.bytes, cursor.bytes - prefix.bytes);
    return true;
}

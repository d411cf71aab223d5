#include "proto/base/naming.h"

bool naming_cut_source(slice_t cursor, slice_t *source)
{
    const slice_t prefix = slice_of(NAMING_SOURCE_CURSOR);

    if (cursor.bytes < prefix.bytes ||
        !slice_equal(slice(cursor.data, prefix.bytes), prefix))
        return false;
    *source = slice(cursor.data + prefix.bytes, cursor.bytes - prefix.bytes);
    return true;
}

#include "proto/base/naming.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool naming_cut_source(slice_t cursor, slice_t *source)
{
    const slice_t prefix = slice_of(NAMING_SOURCE_CURSOR);

    if (cursor.bytes < prefix.bytes ||
        !slice_equal(slice(cursor.data, prefix.bytes), prefix))
        return false;
    *source = slice(cursor.data + prefix.bytes, cursor.bytes - prefix.bytes);
    return true;
}

void naming_producer_cursor(uint64_t producer, char name[NAMING_PRODUCER_BYTES])
{
    snprintf(name, NAMING_PRODUCER_BYTES, NAMING_PRODUCER_CURSOR "%016" PRIx64,
             producer);
}

bool naming_cut_producer(slice_t cursor, uint64_t *producer)
{
    char text[NAMING_PRODUCER_BYTES], again[NAMING_PRODUCER_BYTES];

    if (cursor.bytes != sizeof text - 1)
        return false;
    memcpy(text, cursor.data, cursor.bytes);
    text[cursor.bytes] = '\0';
    const uint64_t number =
        strtoull(text + strlen(NAMING_PRODUCER_CURSOR), NULL, 16);
    naming_producer_cursor(number, again);
    if (strcmp(again, text) != 0)
        return false;
    *producer = number;
    return true;
}

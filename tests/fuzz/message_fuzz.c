// Claims: decoding reads nothing beyond the bytes; what decodes encodes to the
// same bytes again; whatever is inside as a list can be walked.

#include "tests/fuzz/fuzz.h"

#include "proto/message.h"

#include <assert.h>

// Where an item tells its kind: behind its length and its version.
#define KIND_AT 5

// A list holds items of one kind: that of its first.
static void s_walk(slice_t list)
{
    message_t item;
    size_t before = list.bytes;
    if (list.bytes <= KIND_AT)
        return;
    const message_kind_t kind = (uint8_t)list.data[KIND_AT];
    while (message_list_next(&list, kind, &item) == 1) {
        assert(item.kind == kind && list.bytes < before);
        before = list.bytes;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t bytes = slice(data, size);
    s_walk(bytes);
    message_t message;
    if (message_decode(&message, bytes) != 0)
        return 0;
    buffer_t again = {0};
    message_encode(&message, &again);
    assert(slice_equal(buffer_slice(&again), bytes));
    buffer_free(&again);
    if (message.kind == MESSAGE_REJECTS)
        s_walk(message.rejects.rejects);
    return 0;
}

// Claims: decoding reads nothing beyond the bytes; what decodes encodes to the
// same bytes again; whatever is inside as a list can be walked.

#include "tests/fuzz/fuzz.h"

#include "proto/message.h"

#include <assert.h>

static void s_walk(slice_t list)
{
    message_t item;
    size_t before = list.bytes;
    while (message_list_next(&list, &item) == 1) {
        assert(list.bytes < before);
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

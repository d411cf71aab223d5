// fuzz - the function that libFuzzer, or run_files.c, calls with each input.
//
// It returns 0 and aborts when a claim about the input does not hold.

#ifndef OCTOLOG_TESTS_FUZZ_FUZZ_H
#define OCTOLOG_TESTS_FUZZ_FUZZ_H

#include "proto/base/slice.h"
#include "proto/json/json.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

// Takes the first `bytes` off an input, or all that is left of it.
static inline slice_t fuzz_take(slice_t *input, size_t bytes)
{
    if (bytes > input->bytes)
        bytes = input->bytes;
    slice_t taken = slice(input->data, bytes);
    if (bytes > 0)
        *input = slice(input->data + bytes, input->bytes - bytes);
    return taken;
}

// Takes the first byte; 0 when none is left.
static inline uint8_t fuzz_take_u8(slice_t *input)
{
    slice_t byte = fuzz_take(input, 1);
    return byte.bytes ? (uint8_t)byte.data[0] : 0;
}

// Aborts unless the text is a JSON object.
#define FUZZ_JSON_BYTES ((size_t)64 << 20)
static inline void fuzz_check_object(slice_t text)
{
    json_t *json = json_new(FUZZ_JSON_BYTES);
    json_value_t root;
    const char *reason;
    assert(json);
    int rc = json_parse(json, text, &root, &reason);
    assert(rc == 0 && json_is_object(root));
    json_destroy(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

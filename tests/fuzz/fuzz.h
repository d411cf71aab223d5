// fuzz - the function that libFuzzer, or run_files.c, calls with each input.
//
// It returns 0 and aborts when a claim about the input does not hold.

#ifndef OCTOLOG_TESTS_FUZZ_FUZZ_H
#define OCTOLOG_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

// spelling - suggests a correction for a misspelt word.
//
// For keys, commands and names that people type: finds the candidate that takes
// the fewest changed letters, if that is at most a third of them.
//
// Memory    Words are borrowed for as long as the spelling_t is used.

#ifndef OCTOLOG_PROTO_BASE_SPELLING_H
#define OCTOLOG_PROTO_BASE_SPELLING_H

#include <stddef.h>

// Longer words are not compared.
#define SPELLING_MAX 64

typedef struct {
    const char *word;
    const char *nearest; // NULL: none is near
    size_t limit;        // a candidate must be nearer than that
} spelling_t;

void spelling_start(spelling_t *spelling, const char *word);
void spelling_consider(spelling_t *spelling, const char *candidate);

#endif

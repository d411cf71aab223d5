#include "proto/base/spelling.h"

#include <string.h>

void spelling_start(spelling_t *spelling, const char *word)
{
    spelling->word = word;
    spelling->nearest = NULL;
    spelling->limit = strlen(word) / 3 + 2;
}

// The Levenshtein distance, computed one row of the table at a time.
static size_t s_distance(const char *a, const char *b)
{
    size_t columns = strlen(b);
    size_t row[SPELLING_MAX + 1];

    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < columns; j++) {
            size_t best = diagonal + (a[i] != b[j]);

            if (best > row[j] + 1)
                best = row[j] + 1;
            if (best > row[j + 1] + 1)
                best = row[j + 1] + 1;
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    return row[columns];
}

void spelling_consider(spelling_t *spelling, const char *candidate)
{
    if (strlen(spelling->word) > SPELLING_MAX ||
        strlen(candidate) > SPELLING_MAX)
        return;

    size_t distance = s_distance(spelling->word, candidate);
    if (distance < spelling->limit) {
        spelling->limit = distance;
        spelling->nearest = candidate;
    }
}

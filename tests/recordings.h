// recordings - files of GitHub's real events, where they are at hand: in the
// folder that OCTOLOG_SHARED_DATA names, or in ../shared/data beside the tree.
//
// They are too large to be kept here: a test that needs a missing one says so
// in a line and is skipped, which is no failure.

#ifndef OCTOLOG_TESTS_RECORDINGS_H
#define OCTOLOG_TESTS_RECORDINGS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The path of a recording, or of a folder of them, for example "hours"; to be
// freed. Does not return where it cannot be read. To be called first in a test:
// what the test holds by then is not freed.
static inline char *recordings_path(const char *name)
{
    const char *folder = getenv("OCTOLOG_SHARED_DATA");
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/%s",
                       folder ? folder : OCTOLOG_TREE "/../shared/data",
                       name) > 0);
    if (access(path, R_OK) != 0) {
        // Criterion keeps the reason of a skipped test to itself, and takes a
        // warning for a failure.
        fprintf(stderr, "skipped: no recording at %s\n", path);
        free(path);
        cr_skip_test("no recording");
    }
    return path;
}

#endif

// recordings - files with real events from GitHub, if available: in the folder
// that OCTOLOG_SHARED_DATA names, or in ../shared/data beside the tree.
//
// They are too large for this tree. A test that needs a missing one prints a
// line and is skipped, which is not a failure.

#ifndef OCTOLOG_TESTS_RECORDINGS_H
#define OCTOLOG_TESTS_RECORDINGS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Returns the path of a recording, or of a folder of them, for example "hours";
// the caller frees it. If it cannot be read, this ends the test. Call it first
// in a test: memory that the test holds by then is not freed.
static inline char *recordings_path(const char *name)
{
    const char *folder = getenv("OCTOLOG_SHARED_DATA");
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/%s",
                       folder ? folder : OCTOLOG_TREE "/../shared/data",
                       name) > 0);
    if (access(path, R_OK) != 0) {
        // Criterion does not print why a test was skipped, and treats a warning
        // as a failure.
        fprintf(stderr, "skipped: no recording at %s\n", path);
        free(path);
        cr_skip_test("no recording");
    }
    return path;
}

#endif

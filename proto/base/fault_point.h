// fault_point - named places in the code where a test can kill the process or
// make a call fail.
//
// Compiled in only with OCTOLOG_FAULT_POINTS, which CMakeLists.txt sets when
// tests are built. Even then a point does nothing unless the environment
// variable OCTOLOG_FAULT_POINTS names a folder. A file with the point's name in
// that folder arms it. The next process to reach the point removes the file,
// then acts on its content:
//
//     "kill"   the process ends at once, by SIGKILL
//     "fail"   the call returns -EIO, as if the next operation had failed
//
// So a file works once, in one process, and its removal shows the test that it
// did. tests/e2e/crash_matrix_test.c arms every point.
//
// Errors    0, or the negative errno that the caller must handle.
// Memory    Allocates nothing.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_FAULT_POINT_H
#define OCTOLOG_PROTO_BASE_FAULT_POINT_H

#ifdef OCTOLOG_FAULT_POINTS

int fault_point(const char *name);

#else

static inline int fault_point(const char *name)
{
    (void)name;
    return 0;
}

#endif

#endif

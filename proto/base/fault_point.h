// fault_point - named places in the code where a test makes a process die or
// a call fail.
//
// Compiled in only with OCTOLOG_FAULT_POINTS (CMakeLists.txt: where tests are
// built), and inert even then unless the environment variable of that name
// holds a folder. A point is armed by a file of its name in there: the process
// that next comes by removes the file and
//
//     "kill"   ends, by SIGKILL, here and now
//     "fail"   takes what is to come for failed: -EIO
//
// so each arming works once, in one process, and its file's end tells the
// test that it did. tests/e2e/crash_matrix_test.c arms every point there is.
//
// Errors    0, or the negative errno that the caller is to act on.
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

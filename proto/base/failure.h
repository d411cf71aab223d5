// failure - why a call failed: a code for programs, a line for people.
//
// The caller passes one in; a call that fails fills it and also returns the
// code. A call that succeeds leaves it untouched. NULL: the caller does not
// need the reason.
//
// Memory    A plain value; nothing to free. A zeroed one has no failure.
// Threads   One at a time per value.

#ifndef OCTOLOG_PROTO_BASE_FAILURE_H
#define OCTOLOG_PROTO_BASE_FAILURE_H

#define FAILURE_REASON_BYTES 512

typedef struct {
    int code;                          // a negative errno; 0: nothing failed
    char reason[FAILURE_REASON_BYTES]; // one line, cut where it is too long
} failure_t;

// Sets both and returns the code. The reason may be made from the one before:
// failure_set(failure, code, "%s: %s", name, failure->reason).
int failure_set(failure_t *failure, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same, with the description of the errno as the reason.
int failure_set_code(failure_t *failure, int code);

// The same, unless a lower layer has set a reason already; the failure must
// have been empty before that call.
int failure_explain(failure_t *failure, int code);

#endif

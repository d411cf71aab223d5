#include "proto/base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int failure_set(failure_t *failure, int code, const char *format, ...)
{
    char reason[FAILURE_REASON_BYTES];
    va_list arguments;

    if (!failure)
        return code;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    failure->code = code;
    memcpy(failure->reason, reason, strlen(reason) + 1);
    return code;
}

int failure_set_code(failure_t *failure, int code)
{
    return failure_set(failure, code, "%s", strerror(-code));
}

int failure_explain(failure_t *failure, int code)
{
    if (failure && !failure->reason[0])
        failure_set_code(failure, code);
    return code;
}

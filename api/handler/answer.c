#include "api/handler/answer.h"

#include "api/render/rendering.h"

#include <stdarg.h>
#include <stdio.h>

// Longest text of a detail; longer ones are truncated.
#define S_DETAIL_MAX 1024

// An actor restarts, and a view catches up, within about a second.
#define S_RETRY_AFTER "Retry-After: 1\r\n"

void answer_reset(answer_t *answer)
{
    answer->status = 200;
    buffer_reset(&answer->body);
    answer->type = "application/json";
    answer->streams = false;
    answer->caching = ANSWER_NEVER;
    answer->headers = "";
    answer->moved_path = slice("", 0);
    answer->moved_query = NULL;
}

static void __attribute__((format(printf, 3, 0)))
s_detail(answer_t *answer, int status, const char *format, va_list args)
{
    char text[S_DETAIL_MAX];
    vsnprintf(text, sizeof text, format, args);
    answer_reset(answer);
    answer->status = status;
    rendering_detail(&answer->body, slice_of(text));
}

void answer_detail(answer_t *answer, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    s_detail(answer, status, format, args);
    va_end(args);
}

void answer_moved(answer_t *answer, slice_t path, const char *query)
{
    answer_detail(answer, 307, "Temporary Redirect");
    answer->moved_path = path;
    answer->moved_query = query;
}

void answer_unavailable(answer_t *answer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    s_detail(answer, 503, format, args);
    va_end(args);
    answer->headers = S_RETRY_AFTER;
}

void answer_free(answer_t *answer)
{
    buffer_free(&answer->body);
}

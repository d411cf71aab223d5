#include "tools/sim/request_log.h"

#include "proto/base/time_text.h"
#include "tools/sim/json_format.h"

#include <errno.h>
#include <inttypes.h>

static void s_add_text(buffer_t *line, const char *name, const char *value)
{
    if (value)
        json_format(line, ",'%r':'%s'", name, value);
    else
        json_format(line, ",'%r':null", name);
}

// A fingerprint: distinguishes tokens without revealing them.
static void s_add_token(buffer_t *line, const char *authorization)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64,
             sim_event_key(slice_of(authorization)));
    s_add_text(line, "token", authorization ? text : NULL);
}

static void s_add_request(buffer_t *line, const github_request_t *request)
{
    s_add_text(line, "method", request->method);
    s_add_text(line, "path", request->path);
    s_add_text(line, "query", request->query);
    s_add_text(line, "user_agent", request->user_agent);
    s_add_text(line, "accept", request->accept);
    s_add_text(line, "api_version", request->api_version);
    s_add_token(line, request->authorization);
    s_add_text(line, "if_none_match", request->if_none_match);
}

static void s_add_reply(buffer_t *line, const github_reply_t *reply,
                        bool delivered)
{
    static const char *const links[] = {"first", "followed", "built"};
    s_add_text(line, "link", reply->is_feed ? links[reply->link] : NULL);
    s_add_text(line, "fault", fault_name(reply->fault));
    json_format(line, ",'status':%d,'delivered':%b", reply->status, delivered);
    if (reply->remaining == UINT32_MAX)
        json_format(line, ",'quota_remaining':null");
    else
        json_format(line, ",'quota_remaining':%u", (uint64_t)reply->remaining);
    json_format(line, ",'events':[");
    for (size_t i = 0; i < reply->event_count; i++)
        json_format(line, "%r'%u'", i > 0 ? "," : "", reply->events[i].id);
    json_format(line, "]}\n");
}

int request_log_write(FILE *file, const github_request_t *request,
                      const github_reply_t *reply, bool delivered)
{
    buffer_t line = {0};
    char time[TIME_TEXT_US_BYTES];
    time_text_format_us(reply->at_us, time);
    json_format(&line, "{'number':%u,'time':'%r'", reply->number, time);
    s_add_request(&line, request);
    s_add_reply(&line, reply, delivered);
    int rc = buffer_failed(&line) ? -ENOMEM : 0;
    if (rc == 0 && (fwrite(line.data, 1, line.bytes, file) != line.bytes ||
                    fflush(file) != 0))
        rc = -EIO;
    buffer_free(&line);
    return rc;
}

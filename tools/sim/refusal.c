#include "tools/sim/refusal.h"

#include "tools/sim/json_format.h"

#include <inttypes.h>

#define DOCS "https://docs.github.com/rest"

const char *refusal_reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 301:
        return "Moved Permanently";
    case 304:
        return "Not Modified";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 410:
        return "Gone";
    case 422:
        return "Unprocessable Entity";
    case 429:
        return "Too Many Requests";
    case 502:
        return "Bad Gateway";
    default:
        return "Internal Server Error";
    }
}

void refusal_write(github_reply_t *reply, int status, const char *message)
{
    reply->status = status;
    json_format(&reply->body,
                "{'message':'%s','documentation_url':'" DOCS "','status':'%d'}",
                message, status);
}

void refusal_no_agent(github_reply_t *reply)
{
    reply->status = 403;
    buffer_add_text(&reply->body,
                    "\r\nRequest forbidden by administrative rules. Please "
                    "make sure your request has a User-Agent header.\r\n");
}

void refusal_primary(github_reply_t *reply, const char *address)
{
    reply->status = 403;
    json_format(&reply->body,
                "{'message':'API rate limit exceeded for %s.',"
                "'documentation_url':'" DOCS
                "/overview/rate-limits-for-the-rest-api'}",
                address ? address : "you");
}

void refusal_moved(github_reply_t *reply, const char *host, const char *path)
{
    reply->status = 301;
    buffer_printf(&reply->headers, "Location: http://%s%s\r\n",
                  host ? host : "localhost", path);
    json_format(&reply->body,
                "{'message':'Moved Permanently','url':'http://%s%s',"
                "'documentation_url':'" DOCS "'}",
                host ? host : "localhost", path);
}

static void s_secondary(github_reply_t *reply, int status)
{
    refusal_write(reply, status,
                  "You have exceeded a secondary rate limit. Please wait a "
                  "few minutes before you try again.");
}

static void s_retry_after(github_reply_t *reply, uint32_t wait_s)
{
    buffer_printf(&reply->headers, "Retry-After: %" PRIu32 "\r\n", wait_s);
}

// Redirects to the same feed at a different path, so that clients can follow.
static void s_redirect(github_reply_t *reply, const github_request_t *request)
{
    buffer_t path = {0};
    buffer_printf(&path, "/moved%s%s%s%c", request->path,
                  request->query ? "?" : "",
                  request->query ? request->query : "", '\0');
    if (buffer_failed(&path))
        reply->body.failed = true;
    else
        refusal_moved(reply, request->host, path.data);
    buffer_free(&path);
}

bool refusal_fault(github_reply_t *reply, const github_request_t *request,
                   uint32_t wait_s)
{
    switch (reply->fault) {
    case FAULT_FORBIDDEN:
        refusal_primary(reply, request->address);
        return true;
    case FAULT_SECONDARY:
        s_retry_after(reply, wait_s);
        s_secondary(reply, 403);
        return true;
    case FAULT_SECONDARY_SILENT:
        s_secondary(reply, 403);
        return true;
    case FAULT_TOO_MANY:
        s_retry_after(reply, wait_s);
        s_secondary(reply, 429);
        return true;
    case FAULT_TOO_MANY_SILENT:
        s_secondary(reply, 429);
        return true;
    case FAULT_SERVER_ERROR:
        refusal_write(reply, reply->number % 2 ? 500 : 502, "Server Error");
        return true;
    case FAULT_UNAUTHORIZED:
        refusal_write(reply, 401, "Bad credentials");
        return true;
    case FAULT_GONE:
        refusal_write(reply, 410, "This feed is gone.");
        return true;
    case FAULT_REDIRECT:
        s_redirect(reply, request);
        return true;
    default:
        return false;
    }
}

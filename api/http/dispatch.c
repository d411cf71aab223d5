#include "api/http/dispatch.h"

#include "api/routes/routes.h"
#include "api/text/http_text.h"

#include <errno.h>

static bool s_fits(const dispatch_request_t *request, answer_t *answer)
{
    size_t bytes = (request->path ? strlen(request->path) : 0) +
                   (request->query ? strlen(request->query) : 0);
    if (bytes > PARAMETERS_URL_MAX)
        answer_detail(answer, 414, "URI Too Long");
    else if (request->header_bytes > DISPATCH_HEADERS_MAX)
        answer_detail(answer, 431, "Request Header Fields Too Large");
    else if (request->body_bytes > DISPATCH_BODY_MAX)
        answer_detail(answer, 413, "Content Too Large");
    else
        return true;
    return false;
}

// Redirects a path that matches a route once its trailing slashes are removed.
static bool s_redirects(const dispatch_request_t *request, answer_t *answer)
{
    slice_t path = slice_of(request->path), segments[ROUTES_SEGMENTS_MAX];
    size_t count;
    while (path.bytes > 1 && path.data[path.bytes - 1] == '/')
        path.bytes--;
    if (routes_find(path, segments, &count) == routes_count)
        return false;
    answer_moved(answer, path, request->query);
    return true;
}

static bool s_may_ask(const config_t *config, const route_t *route,
                      const dispatch_request_t *request, answer_t *answer)
{
    if (!config->http_token || (route && route->open) ||
        http_text_is_bearer(request->authorization, config->http_token))
        return true;
    answer_detail(answer, 401,
                  request->authorization ? "Invalid token"
                                         : "Not authenticated");
    answer->headers = "WWW-Authenticate: Bearer\r\n";
    return false;
}

static bool s_is_get(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static bool s_is_served(const route_t *route, const dispatch_request_t *request,
                        answer_t *answer)
{
    if (!route) {
        answer_detail(answer, 404, "Not Found");
    } else if (!s_is_get(request->method)) {
        answer_detail(answer, 405, "Method Not Allowed");
        answer->headers = "Allow: GET, HEAD\r\n";
    } else {
        return true;
    }
    return false;
}

static bool s_parse(call_t *call, parameters_t *parameters,
                    const route_t *route, slice_t query,
                    const slice_t *segments, size_t count)
{
    // Probes and monitors add parameters to routes that have none; ignore them.
    if (route->parameter_count == 0)
        query = slice("", 0);
    int rc =
        parameters_parse(parameters, route->parameters, route->parameter_count,
                         query, segments, count, &call->answer->body);
    call->parameters = parameters;
    if (rc == -EINVAL)
        call->answer->status = 422;
    else if (rc == -ENOENT)
        answer_detail(call->answer, 404, "Not Found");
    else if (rc < 0)
        answer_detail(call->answer, 414, "URI Too Long");
    return rc == 0;
}

size_t dispatch(call_t *call, parameters_t *parameters,
                const dispatch_request_t *request)
{
    slice_t segments[ROUTES_SEGMENTS_MAX];
    size_t count = 0;
    answer_reset(call->answer);
    if (!s_fits(request, call->answer))
        return routes_count;
    const size_t number =
        routes_find(slice_of(request->path), segments, &count);
    const route_t *route = routes[number];
    if (!route && s_redirects(request, call->answer))
        return routes_count;
    if (s_may_ask(call->config, route, request, call->answer) &&
        s_is_served(route, request, call->answer) &&
        s_parse(call, parameters, route, slice_of(request->query), segments,
                count))
        route->handler(call);
    return number;
}

// Claims: the path and query of any request are parameters or are refused, and
// a refusal is a JSON document. The input is "PATH?QUERY".

#include "api/routes/routes.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

static void s_check_detail(const buffer_t *detail)
{
    cJSON *json = cJSON_ParseWithLength(detail->data, detail->bytes);
    assert(json && cJSON_GetObjectItem(json, "detail"));
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static parameters_t s_parameters;
    slice_t segments[ROUTES_SEGMENTS_MAX];
    size_t count = 0;
    const uint8_t *mark = size ? memchr(data, '?', size) : NULL;
    size_t path_bytes = mark ? (size_t)(mark - data) : size;
    size_t query_at = mark ? path_bytes + 1 : size;
    const route_t *route = routes[routes_find(
        slice((const char *)data, path_bytes), segments, &count)];
    if (!route)
        return 0;
    buffer_t detail = {0};
    int rc = parameters_parse(
        &s_parameters, route->parameters, route->parameter_count,
        slice((const char *)data + query_at, size - query_at), segments, count,
        &detail);
    assert(rc == 0 || rc == -EINVAL || rc == -ENOENT || rc == -EMSGSIZE);
    if (rc == -EINVAL && !buffer_failed(&detail))
        s_check_detail(&detail);
    buffer_free(&detail);
    return 0;
}

// The description says exactly what is served: route by route, and field by
// field of real answers.

#include "api/handler/openapi.h"
#include "api/render/rendering.h"
#include "api/routes/routes.h"
#include "api/text/instant.h"
#include "tests/api/service.h"

static cJSON *s_document;

static void s_setup(void)
{
    buffer_t text = {0};
    cr_assert_eq(openapi_render(&text, routes), 0);
    s_document = cJSON_ParseWithLength(text.data, text.bytes);
    cr_assert_not_null(s_document);
    buffer_free(&text);
}

static void s_teardown(void)
{
    cJSON_Delete(s_document);
}

TestSuite(openapi, .init = s_setup, .fini = s_teardown, .timeout = 110);

static const cJSON *s_at(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

static const cJSON *s_resolve(const cJSON *schema)
{
    const char *path = cJSON_GetStringValue(s_at(schema, "$ref"));
    if (!path)
        return schema;
    const cJSON *schemas = s_at(s_at(s_document, "components"), "schemas");
    const cJSON *found = s_at(schemas, strrchr(path, '/') + 1);
    cr_assert_not_null(found, "%s leads nowhere", path);
    return found;
}

static const cJSON *s_response_schema(const cJSON *operation,
                                      const char *status)
{
    const cJSON *response = s_at(s_at(operation, "responses"), status);
    return s_at(s_at(s_at(response, "content"), "application/json"), "schema");
}

Test(openapi, it_lists_every_route_and_no_other)
{
    const cJSON *paths = s_at(s_document, "paths");
    cr_expect_str_eq(s_at(s_document, "openapi")->valuestring, "3.1.0");
    cr_expect_eq(cJSON_GetArraySize(paths), (int)routes_count);
    for (size_t i = 0; i < routes_count; i++) {
        const cJSON *path = s_at(paths, routes[i]->path);
        cr_assert_not_null(path, "%s", routes[i]->path);
        cr_expect_not_null(s_at(path, "get"));
        cr_expect_not_null(s_at(path, "head"));
        cr_expect_eq(cJSON_GetArraySize(path), 2);
    }
}

Test(openapi, it_lists_every_parameter_with_its_bounds)
{
    for (size_t i = 0; i < routes_count; i++) {
        const route_t *route = routes[i];
        const cJSON *path = s_at(s_at(s_document, "paths"), route->path);
        const cJSON *list = s_at(s_at(path, "get"), "parameters");
        cr_assert_eq(cJSON_GetArraySize(list),
                     (int)route->parameter_count + route->streams);
        for (size_t p = 0; p < route->parameter_count; p++) {
            const parameter_t *row = &route->parameters[p];
            const cJSON *item = cJSON_GetArrayItem(list, (int)p);
            const cJSON *schema = s_at(item, "schema");
            cr_expect_str_eq(s_at(item, "name")->valuestring, row->name);
            cr_expect_str_eq(s_at(item, "in")->valuestring,
                             row->in_path ? "path" : "query");
            if (row->kind == PARAMETER_INTEGER)
                cr_expect_eq(s_at(schema, "minimum")->valuedouble,
                             (double)row->ge);
        }
    }
}

// A row of the path for each {name} in it, in order, before all others: what
// dispatch relies on.
Test(openapi, the_parameters_of_a_path_are_its_names)
{
    for (size_t i = 0; i < routes_count; i++) {
        const char *at = routes[i]->path;
        size_t row = 0;
        while ((at = strchr(at, '{'))) {
            cr_assert_lt(row, routes[i]->parameter_count);
            const parameter_t *parameter = &routes[i]->parameters[row++];
            size_t length = strlen(parameter->name);
            cr_expect(parameter->in_path);
            cr_expect(strncmp(++at, parameter->name, length) == 0 &&
                      at[length] == '}');
        }
        for (; row < routes[i]->parameter_count; row++)
            cr_expect_not(routes[i]->parameters[row].in_path);
    }
}

static void s_expect_distinct(const cJSON *json)
{
    const cJSON *item, *other;
    cJSON_ArrayForEach(item, json)
    {
        for (other = item->next; item->string && other; other = other->next)
            cr_expect_str_neq(item->string, other->string);
        s_expect_distinct(item);
    }
}

// Two routes cannot bring the same schema, or one the same member twice.
Test(openapi, no_object_has_two_members_of_one_name)
{
    s_expect_distinct(s_document);
}

static bool s_is_of_type(const cJSON *value, const char *type)
{
    return strcmp(type, "object") == 0   ? cJSON_IsObject(value)
           : strcmp(type, "array") == 0  ? cJSON_IsArray(value)
           : strcmp(type, "string") == 0 ? cJSON_IsString(value)
           : strcmp(type, "null") == 0   ? cJSON_IsNull(value)
           : strcmp(type, "boolean") == 0
               ? cJSON_IsBool(value)
               : cJSON_IsNumber(value) &&
                     (strcmp(type, "number") == 0 ||
                      value->valuedouble ==
                          (double)(int64_t)value->valuedouble);
}

static bool s_conforms(const cJSON *value, const cJSON *schema);

// The first items may have schemas of their own; `items` is for the others.
static bool s_array_conforms(const cJSON *value, const cJSON *schema)
{
    const cJSON *item, *first = s_at(schema, "prefixItems");
    const cJSON *minimum = s_at(schema, "minItems");
    int i = 0;
    if (minimum && cJSON_GetArraySize(value) < minimum->valueint)
        return false;
    cJSON_ArrayForEach(item, value)
    {
        const cJSON *own = cJSON_GetArrayItem(first, i++);
        if (!s_conforms(item, own ? own : s_at(schema, "items")))
            return false;
    }
    return true;
}

static bool s_format_conforms(const cJSON *value, const cJSON *schema)
{
    const char *format = cJSON_GetStringValue(s_at(schema, "format"));
    uint32_t seconds;
    return !format || strcmp(format, "date-time") != 0 ||
           !instant_parse(slice_of(value->valuestring), &seconds);
}

// Every required member is there, and every member that is there is described.
static bool s_object_conforms(const cJSON *value, const cJSON *schema)
{
    const cJSON *item, *properties = s_at(schema, "properties");
    const cJSON *others = s_at(schema, "additionalProperties");
    cJSON_ArrayForEach(item, s_at(schema, "required"))
    {
        if (!s_at(value, item->valuestring)) {
            cr_log_info("%s is missing", item->valuestring);
            return false;
        }
    }
    cJSON_ArrayForEach(item, value)
    {
        const cJSON *property = s_at(properties, item->string);
        if (!property && !others) {
            cr_log_info("%s is not described", item->string);
            return false;
        }
        if (!property && cJSON_IsTrue(others))
            continue;
        if (!s_conforms(item, property ? property : others)) {
            cr_log_info("in %s", item->string);
            return false;
        }
    }
    return true;
}

static bool s_conforms(const cJSON *value, const cJSON *schema)
{
    const cJSON *item;
    schema = s_resolve(schema);
    if (cJSON_IsFalse(schema))
        return false;
    cJSON_ArrayForEach(item, s_at(schema, "anyOf"))
    {
        if (s_conforms(value, item))
            return true;
    }
    if (s_at(schema, "anyOf"))
        return false;
    const char *type = cJSON_GetStringValue(s_at(schema, "type"));
    if (!type) // any
        return true;
    if (!s_is_of_type(value, type)) {
        cr_log_info("%s is no %s", value->string, type);
        return false;
    }
    if (cJSON_IsArray(value))
        return s_array_conforms(value, schema);
    if (cJSON_IsObject(value))
        return s_object_conforms(value, schema);
    return s_format_conforms(value, schema);
}

Test(openapi, every_reference_leads_somewhere)
{
    const cJSON *path, *operation, *response;
    cJSON_ArrayForEach(path, s_at(s_document, "paths"))
    {
        cJSON_ArrayForEach(operation, path)
        {
            cJSON_ArrayForEach(response, s_at(operation, "responses"))
                s_resolve(s_response_schema(operation, response->string));
        }
    }
}

static const cJSON *s_find_example(const char *path, const char *status)
{
    const cJSON *operation = s_at(s_at(s_at(s_document, "paths"), path), "get");
    const cJSON *response = s_at(s_at(operation, "responses"), status);
    return s_at(s_at(s_at(response, "content"), "application/json"), "example");
}

Test(openapi, every_answer_has_an_example_that_is_as_described)
{
    const cJSON *path, *response;
    cJSON_ArrayForEach(path, s_at(s_document, "paths"))
    {
        const cJSON *operation = s_at(path, "get");
        cJSON_ArrayForEach(response, s_at(operation, "responses"))
        {
            const char *status = response->string;
            const cJSON *schema = s_response_schema(operation, status);
            const cJSON *example = s_find_example(path->string, status);
            if (!schema || strcmp(path->string, "/openapi.json") == 0)
                continue; // no JSON, or the document itself
            cr_assert_not_null(example, "%s: %s", path->string, status);
            cr_expect(s_conforms(example, schema), "%s", path->string);
        }
    }
}

// The text that the example of an error shows.
static const char *s_example_detail(const char *path, const char *status)
{
    const cJSON *example = s_find_example(path, status);
    return cJSON_GetStringValue(s_at(example, "detail"));
}

Test(openapi, an_error_shows_the_text_that_is_answered)
{
    cr_expect_str_eq(s_example_detail("/v1/log", "401"), "Not authenticated");
    cr_expect_str_eq(s_example_detail("/v1/log", "503"), "log does not answer");
    cr_expect_str_eq(s_example_detail("/v1/log", "default"),
                     "Method Not Allowed");
    cr_expect_str_eq(s_example_detail("/v1/events/stream", "400"),
                     "Last-Event-ID is not an offset");
}

Test(openapi, every_parameter_has_an_example_that_is_taken)
{
    static parameters_t parameters;
    for (size_t i = 0; i < routes_count; i++) {
        for (size_t p = 0; p < routes[i]->parameter_count; p++) {
            const parameter_t *row = &routes[i]->parameters[p];
            cr_assert_not_null(row->example, "%s", row->name);
            char query[128];
            snprintf(query, sizeof query, "%s=%s", row->name, row->example);
            buffer_t detail = {0};
            parameter_t alone = *row;
            alone.in_path = false;
            cr_expect_eq(parameters_parse(&parameters, &alone, 1,
                                          slice_of(query), NULL, 0, &detail),
                         0, "%s: %.*s", query, (int)detail.bytes, detail.data);
            buffer_free(&detail);
        }
    }
}

Test(openapi, head_has_no_bodies)
{
    const cJSON *path, *response;
    cJSON_ArrayForEach(path, s_at(s_document, "paths"))
    {
        cJSON_ArrayForEach(response, s_at(s_at(path, "head"), "responses"))
            cr_expect_null(s_at(response, "content"));
    }
}

// The answer of a running service to the target is as the path describes it.
// Returns its status.
static int s_expect_described(int port, const char *path, const char *target)
{
    http_reply_t reply;
    char status[8];
    http_get(port, target, &reply);
    snprintf(status, sizeof status, "%d", reply.status);
    const cJSON *operation = s_at(s_at(s_at(s_document, "paths"), path), "get");
    const cJSON *response = s_at(s_at(operation, "responses"), status);
    cr_assert_not_null(response, "%s: %s %s", target, status, reply.body);
    if (http_has(&reply, "Content-Type", "application/json")) {
        const cJSON *schema = s_response_schema(operation, status);
        cJSON *json = cJSON_Parse(reply.body);
        cr_assert(json && schema, "%s: %s", target, reply.body);
        cr_expect(s_conforms(json, schema), "%s: %s", target, reply.body);
        cJSON_Delete(json);
    } else {
        cr_expect_eq(reply.status, 200, "%s: %s", target, status);
    }
    const int answered = reply.status;
    http_reply_free(&reply);
    return answered;
}

static void s_fill(service_t *service)
{
    buffer_t list = {0};
    message_t reject = {.kind = MESSAGE_REJECT,
                        .reject = {.received_at_us = 1,
                                   .source = slice_of("import:test"),
                                   .reason = slice_of("no type"),
                                   .raw = slice_of("{}")}};
    message_list_add(&list, &reject);
    for (uint32_t i = 0; i < 3; i++)
        service_add(service, "PullRequestEvent", "opened", "a/b", 1, 1000 + i);
    // What the examples of parameters name.
    const uint64_t count = service->sent;
    service->sent = 5630000000;
    service_add(service, "PullRequestEvent", "opened", "octocat/hello-world", 2,
                2000);
    service->sent = count + 1;
    service_send(service, buffer_slice(&list));
    service_settle(service);
    buffer_free(&list);
}

static const struct {
    const char *path, *target;
    int status;
} s_cases[] = {
    {"/", "/", 200},
    {"/healthcheck", "/healthcheck", 200},
    {"/health", "/health", 200},
    {"/livez", "/livez", 200},
    {"/readyz", "/readyz", 200},
    {"/openapi.json", "/openapi.json", 200},
    {"/v1/agg_event_counts", "/v1/agg_event_counts?start=1970-01-01", 200},
    {"/v1/agg_event_counts", "/v1/agg_event_counts?offset_minutes=x", 422},
    {"/v1/agg_event_counts", "/v1/agg_event_counts", 422},
    {"/v1/agg_event_counts", "/v1/agg_event_counts?end=1971-01-01&repo=a/b",
     200},
    {"/v1/agg_event_counts", "/v1/agg_event_counts?end=1971-01-01&repo=ab",
     422},
    {"/v1/repos/top", "/v1/repos/top", 200},
    {"/v1/repos/top", "/v1/repos/top?by=stars", 422},
    {"/v1/repos/{owner}/{repo}", "/v1/repos/a/b", 200},
    {"/v1/repos/{owner}/{repo}", "/v1/repos/a/c", 404},
    {"/v1/event_counts/series",
     "/v1/event_counts/series?start=1970-01-01&end=1970-01-02", 200},
    {"/v1/event_counts/series", "/v1/event_counts/series?step=0", 422},
    {"/v1/avg_pr_interval/{owner}/{repo}", "/v1/avg_pr_interval/a/b", 200},
    {"/v1/avg_pr_interval/{owner}/{repo}",
     "/v1/avg_pr_interval/a/b?action=closed", 200},
    {"/v1/avg_pr_interval/{owner}/{repo}", "/v1/avg_pr_interval/a/c", 404},
    {"/v1/events", "/v1/events", 200},
    {"/v1/events", "/v1/events?limit=0", 422},
    {"/assets/{name}", "/assets/none", 404},
    {"/v1/events/stream", "/v1/events/stream?from=x", 422},
    {"/v1/events/{id}", "/v1/events/2", 200},
    {"/v1/events/{id}", "/v1/events/99", 404},
    {"/v1/log", "/v1/log", 200},
    {"/v1/rejects", "/v1/rejects", 200},
    {"/v1/sources", "/v1/sources", 200},
    // Nobody starts actors here, so nobody can tell of them.
    {"/v1/actors", "/v1/actors", 503},
};
#define S_CASES (sizeof s_cases / sizeof s_cases[0])

Test(openapi, real_answers_are_as_described)
{
    service_t service;
    service_open(&service);
    service_set_deadline(&service, 3000);
    s_fill(&service);
    for (size_t i = 0; i < S_CASES; i++) {
        const int status = s_expect_described(service.port, s_cases[i].path,
                                              s_cases[i].target);
        cr_expect_eq(status, s_cases[i].status, "%s: %d", s_cases[i].target,
                     status);
    }
    service_close(&service);
}

// The path with its parameters' examples in it.
static void s_example_path(const route_t *route, char target[256])
{
    const parameter_t *parameter = route->parameters;
    size_t bytes = 0;
    for (const char *at = route->path; *at; at++) {
        if (*at != '{') {
            target[bytes++] = *at;
            continue;
        }
        bytes += (size_t)sprintf(target + bytes, "%s", parameter++->example);
        at = strchr(at, '}');
    }
    target[bytes] = '\0';
}

// A literal path and one with a {name} in its place stand in this order.
Test(openapi, no_route_hides_another)
{
    slice_t segments[ROUTES_SEGMENTS_MAX];
    char path[256];
    size_t count;
    for (size_t i = 0; i < routes_count; i++) {
        s_example_path(routes[i], path);
        cr_expect_eq(routes_find(slice_of(path), segments, &count), i, "%s",
                     path);
    }
}

// Asks for a route without a query, then with each of its parameters alone.
static void s_expect_examples_described(int port, const route_t *route)
{
    char path[256], target[512];
    s_example_path(route, path);
    const int bare = s_expect_described(port, route->path, path);
    bool good = bare == 200;
    for (size_t i = 0; i < route->parameter_count; i++) {
        const parameter_t *parameter = &route->parameters[i];
        if (parameter->in_path)
            continue;
        snprintf(target, sizeof target, "%s?%s=%s", path, parameter->name,
                 parameter->example);
        good |= s_expect_described(port, route->path, target) == 200;
    }
    // Nobody supervises here, so nobody can tell of actors.
    cr_expect(good || (route->asks && bare == 503), "%s: %d", path, bare);
}

Test(openapi, every_route_answers_its_examples_as_described)
{
    service_t service;
    service_open(&service);
    service_set_deadline(&service, 3000);
    s_fill(&service);
    for (size_t i = 0; i < routes_count; i++)
        s_expect_examples_described(service.port, routes[i]);
    service_close(&service);
}

static void s_expect_schema(buffer_t *text, const char *name)
{
    cJSON *json = cJSON_ParseWithLength(text->data, text->bytes);
    const cJSON *schemas = s_at(s_at(s_document, "components"), "schemas");
    cr_expect(s_conforms(json, s_at(schemas, name)), "%.*s", (int)text->bytes,
              text->data);
    cJSON_Delete(json);
    buffer_free(text);
}

// An item with nothing known, and one with everything.
Test(openapi, what_supervisor_and_fetcher_say_is_as_described)
{
    buffer_t list = {0}, text = {0};
    message_t item = {.kind = MESSAGE_ACTOR};
    message_list_add(&list, &item);
    item.actor = (message_actor_t){.name = slice_of("api"),
                                   .pid = 1,
                                   .state = slice_of("live"),
                                   .started_at_us = 1,
                                   .last_beat_at_us = 1,
                                   .last_exit = slice_of("exit 1")};
    message_list_add(&list, &item);
    message_actors_t actors = {buffer_slice(&list)};
    cr_assert_eq(rendering_actors(&text, &actors), 0);
    s_expect_schema(&text, "Actors");

    buffer_reset(&list);
    item = (message_t){.kind = MESSAGE_SOURCE,
                       .source = {.quota_limit = -1, .coverage = -1}};
    message_list_add(&list, &item);
    item.source = (message_source_t){.name = slice_of("https://x/events"),
                                     .state = slice_of("waiting"),
                                     .error = slice_of("late"),
                                     .last_status = 500,
                                     .last_poll_at_us = 1,
                                     .next_poll_at_us = 1,
                                     .last_event_at_us = 1,
                                     .quota_limit = 60,
                                     .quota_reset_at_us = 1,
                                     .gaps = 1,
                                     .coverage = 0.5};
    message_list_add(&list, &item);
    message_sources_t sources = {buffer_slice(&list)};
    cr_assert_eq(rendering_sources(&text, &sources), 0);
    s_expect_schema(&text, "Sources");
    buffer_free(&list);
}

#include "api/handler/openapi.h"

#include "actors/views/registry.h"
#include "proto/base/embed.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

EMBED(openapi_json, "api/handler/openapi.json");

// A document under construction. A call whose parent is NULL, after running out
// of memory, does nothing, so it is enough to check `failed` at the end.
typedef struct {
    cJSON *document;
    cJSON *parts; // of openapi.json, to be copied
    bool failed;  // out of memory
} builder_t;

static cJSON *s_at(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

// Adds an item to an object, or to an array when key is NULL. Takes ownership.
static cJSON *s_put(builder_t *builder, cJSON *parent, const char *key,
                    cJSON *item)
{
    if (key ? cJSON_AddItemToObject(parent, key, item)
            : cJSON_AddItemToArray(parent, item))
        return item;
    builder->failed = true;
    cJSON_Delete(item);
    return NULL;
}

static cJSON *s_object(builder_t *builder, cJSON *parent, const char *key)
{
    return s_put(builder, parent, key, cJSON_CreateObject());
}

static cJSON *s_array(builder_t *builder, cJSON *parent, const char *key)
{
    return s_put(builder, parent, key, cJSON_CreateArray());
}

// NULL adds nothing.
static void s_text(builder_t *builder, cJSON *parent, const char *key,
                   const char *text)
{
    if (text)
        s_put(builder, parent, key, cJSON_CreateString(text));
}

static void s_number(builder_t *builder, cJSON *parent, const char *key,
                     int64_t value)
{
    s_put(builder, parent, key, cJSON_CreateNumber((double)value));
}

static void s_part(builder_t *builder, cJSON *parent, const char *key,
                   const char *part)
{
    s_put(builder, parent, key,
          cJSON_Duplicate(s_at(builder->parts, part), true));
}

// Adds the members of an object, given as JSON text, to the schemas. NULL adds
// nothing.
static void s_schemas(builder_t *builder, const char *text)
{
    cJSON *schemas = s_at(s_at(builder->document, "components"), "schemas");
    cJSON *brought = cJSON_Parse(text), *schema;
    builder->failed |= text && !brought;
    while (brought && (schema = brought->child)) {
        cJSON_DetachItemViaPointer(brought, schema);
        s_put(builder, schemas, schema->string, schema);
    }
    cJSON_Delete(brought);
}

// INT64_MAX is no bound: larger numbers are read as INT64_MAX.
static void s_bounds(builder_t *builder, cJSON *schema,
                     const parameter_t *parameter)
{
    s_number(builder, schema, "minimum", parameter->ge);
    if (parameter->le < INT64_MAX)
        s_number(builder, schema, "maximum", parameter->le);
    if (parameter->has_default)
        s_number(builder, schema, "default", parameter->otherwise);
}

static void s_parameter_schema(builder_t *builder, cJSON *item,
                               const parameter_t *parameter)
{
    static const char *const kinds[] = {
        [PARAMETER_INTEGER] = "integer", [PARAMETER_TIME] = "time",
        [PARAMETER_TEXT] = "text",       [PARAMETER_LIST] = "list",
        [PARAMETER_NAME] = "name",
    };
    s_part(builder, item, "schema", kinds[parameter->kind]);
    if (parameter->kind == PARAMETER_INTEGER)
        s_bounds(builder, s_at(item, "schema"), parameter);
}

static void s_parameter_example(builder_t *builder, cJSON *item,
                                const parameter_t *parameter)
{
    const char *text = parameter->example;
    if (parameter->kind == PARAMETER_INTEGER) {
        s_number(builder, item, "example", strtoll(text, NULL, 10));
    } else if (parameter->kind != PARAMETER_LIST) {
        s_text(builder, item, "example", text);
    } else {
        cJSON *list = s_array(builder, item, "example");
        for (; *text; text += strcspn(text, ","), text += *text == ',') {
            char one[64]; // names of types are short
            snprintf(one, sizeof one, "%.*s", (int)strcspn(text, ","), text);
            s_text(builder, list, NULL, one);
        }
    }
}

static void s_parameter(builder_t *builder, cJSON *list,
                        const parameter_t *parameter)
{
    cJSON *item = s_object(builder, list, NULL);
    s_text(builder, item, "name", parameter->name);
    s_text(builder, item, "in", parameter->in_path ? "path" : "query");
    s_put(builder, item, "required",
          cJSON_CreateBool(parameter->required || parameter->in_path));
    s_parameter_schema(builder, item, parameter);
    s_text(builder, item, "description", parameter->about);
    s_parameter_example(builder, item, parameter);
}

static void s_parameters(builder_t *builder, cJSON *operation,
                         const route_t *route)
{
    if (route->parameter_count == 0)
        return;
    cJSON *list = s_array(builder, operation, "parameters");
    for (size_t i = 0; i < route->parameter_count; i++)
        s_parameter(builder, list, &route->parameters[i]);
    if (route->streams)
        s_part(builder, list, NULL, "Last-Event-ID");
}

// Every route has its own text for a 404.
static void s_missing(builder_t *builder, const cJSON *responses,
                      const route_t *route)
{
    cJSON *json =
        s_at(s_at(s_at(responses, "404"), "content"), "application/json");
    if (route->missing)
        s_text(builder, s_object(builder, json, "example"), "detail",
               route->missing);
}

// Describes the 200.
static void s_success(builder_t *builder, cJSON *responses,
                      const route_t *route)
{
    cJSON *response = s_object(builder, responses, "200");
    s_text(builder, response, "description", route->summary);
    if (route->tagged)
        s_part(builder, response, "headers", "tag");
    cJSON *content = s_object(builder, response, "content");
    if (route->schema) {
        cJSON *json = s_object(builder, content, "application/json");
        char path[128]; // names of schemas are short
        snprintf(path, sizeof path, "#/components/schemas/%s", route->schema);
        s_text(builder, s_object(builder, json, "schema"), "$ref", path);
        if (route->example)
            s_put(builder, json, "example", cJSON_Parse(route->example));
    }
    if (route->text) {
        cJSON *text = s_object(builder, content, route->text);
        s_text(builder, s_object(builder, text, "schema"), "type", "string");
    }
}

static void s_responses(builder_t *builder, cJSON *operation,
                        const route_t *route)
{
    const struct {
        const char *status;
        bool possible;
    } others[] = {
        {"304", route->tagged},
        {"400", route->streams},
        {"401", !route->open},
        {"404", route->missing != NULL},
        {"422", route->parameter_count > 0},
        {"503", route->asks},
        {"default", true},
    };
    cJSON *responses = s_object(builder, operation, "responses");
    s_success(builder, responses, route);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].possible)
            s_part(builder, responses, others[i].status, others[i].status);
    }
    s_missing(builder, responses, route);
}

// The same operation without bodies.
static void s_head(builder_t *builder, cJSON *path, const route_t *route)
{
    char id[64]; // names of routes are short
    cJSON *operation =
        s_put(builder, path, "head", cJSON_Duplicate(s_at(path, "get"), true));
    cJSON *response;
    cJSON_ArrayForEach(response, s_at(operation, "responses"))
        cJSON_DeleteItemFromObjectCaseSensitive(response, "content");
    snprintf(id, sizeof id, "%s_head", route->name);
    cJSON_DeleteItemFromObjectCaseSensitive(operation, "operationId");
    s_text(builder, operation, "operationId", id);
}

static void s_path(builder_t *builder, const route_t *route)
{
    cJSON *path =
        s_object(builder, s_at(builder->document, "paths"), route->path);
    cJSON *operation = s_object(builder, path, "get");
    s_text(builder, operation, "operationId", route->name);
    s_text(builder, operation, "summary", route->summary);
    if (route->open) // instead of the document's
        s_array(builder, operation, "security");
    s_parameters(builder, operation, route);
    s_responses(builder, operation, route);
    s_head(builder, path, route);
}

int openapi_render(buffer_t *out, const route_t *const *routes)
{
    builder_t builder = {.document = cJSON_Parse(openapi_json)};
    cJSON *info = s_at(builder.document, "info");
    builder.parts =
        cJSON_DetachItemFromObjectCaseSensitive(builder.document, "parts");
    s_text(&builder, info, "version", OCTOLOG_VERSION);
    for (; *routes; routes++) {
        s_path(&builder, *routes);
        s_schemas(&builder, (*routes)->schemas);
    }
    for (size_t i = 0; registry_views[i]; i++)
        s_schemas(&builder, registry_views[i]->schema);
    char *text =
        builder.failed ? NULL : cJSON_PrintUnformatted(builder.document);
    if (text)
        buffer_add_text(out, text);
    cJSON_Delete(builder.parts);
    cJSON_Delete(builder.document);
    cJSON_free(text);
    return text ? 0 : -ENOMEM;
}

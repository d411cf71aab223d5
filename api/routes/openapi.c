#include "api/routes/openapi.h"

#include "api/routes/routes.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

// A document under construction. cJSON's calls take a NULL parent and return
// NULL, so one look at `failed` in the end is enough.
typedef struct {
    bool failed; // out of memory
} builder_t;

static cJSON *s_check(builder_t *builder, cJSON *item)
{
    builder->failed |= !item;
    return item;
}

static cJSON *s_object(builder_t *builder, cJSON *parent, const char *key)
{
    return s_check(builder, cJSON_AddObjectToObject(parent, key));
}

static cJSON *s_array(builder_t *builder, cJSON *parent, const char *key)
{
    return s_check(builder, cJSON_AddArrayToObject(parent, key));
}

static void s_text(builder_t *builder, cJSON *parent, const char *key,
                   const char *text)
{
    if (text)
        s_check(builder, cJSON_AddStringToObject(parent, key, text));
}

// Adds an item to an array.
static cJSON *s_append(builder_t *builder, cJSON *array, cJSON *item)
{
    if (!s_check(builder, item))
        return NULL;
    if (cJSON_AddItemToArray(array, item))
        return item;
    builder->failed = true;
    cJSON_Delete(item);
    return NULL;
}

// Adds JSON that is text already; NULL adds nothing.
static void s_json(builder_t *builder, cJSON *parent, const char *key,
                   const char *json)
{
    cJSON *item = json ? s_check(builder, cJSON_Parse(json)) : NULL;
    if (item && !cJSON_AddItemToObject(parent, key, item)) {
        builder->failed = true;
        cJSON_Delete(item);
    }
}

static void s_reference(builder_t *builder, cJSON *parent, const char *schema)
{
    char path[128]; // names of schemas are short
    snprintf(path, sizeof path, "#/components/schemas/%s", schema);
    s_text(builder, parent, "$ref", path);
}

// Writes what a type of openapi_field_t without its ? stands for.
static void s_plain_type(builder_t *builder, cJSON *parent, const char *type)
{
    char inner[64]; // types are short
    size_t length = strlen(type);
    if (type[0] == '[' || type[0] == '{') {
        bool array = type[0] == '[';
        snprintf(inner, sizeof inner, "%.*s", (int)length - 2, type + 1);
        s_text(builder, parent, "type", array ? "array" : "object");
        s_plain_type(
            builder,
            s_object(builder, parent, array ? "items" : "additionalProperties"),
            inner);
    } else if (strcmp(type, "time") == 0) {
        s_text(builder, parent, "type", "string");
        s_text(builder, parent, "format", "date-time");
    } else if (isupper((unsigned char)type[0])) {
        s_reference(builder, parent, type);
    } else if (strcmp(type, "any") != 0) {
        s_text(builder, parent, "type", type);
    }
}

static void s_type(builder_t *builder, cJSON *parent, const char *type)
{
    size_t length = strlen(type);
    char plain[64]; // types are short
    if (type[length - 1] != '?') {
        s_plain_type(builder, parent, type);
        return;
    }
    snprintf(plain, sizeof plain, "%.*s", (int)length - 1, type);
    cJSON *choices = s_array(builder, parent, "anyOf");
    s_plain_type(builder, s_append(builder, choices, cJSON_CreateObject()),
                 plain);
    s_plain_type(builder, s_append(builder, choices, cJSON_CreateObject()),
                 "null");
}

static void s_field(builder_t *builder, cJSON *schema,
                    const openapi_field_t *field)
{
    char name[64]; // names of fields are short
    size_t length = strlen(field->name);
    if (strcmp(field->name, "*") == 0) {
        s_check(builder, cJSON_AddTrueToObject(schema, "additionalProperties"));
        return;
    }
    bool optional = field->name[length - 1] == '?';
    snprintf(name, sizeof name, "%.*s", (int)(length - optional), field->name);
    cJSON *property = s_object(
        builder, cJSON_GetObjectItemCaseSensitive(schema, "properties"), name);
    s_type(builder, property, field->type);
    s_text(builder, property, "description", field->about);
    if (!optional)
        s_append(builder, cJSON_GetObjectItemCaseSensitive(schema, "required"),
                 cJSON_CreateString(name));
}

static void s_schemas(builder_t *builder, cJSON *components)
{
    cJSON *schemas = s_object(builder, components, "schemas");
    for (size_t i = 0; i < openapi_field_count; i++) {
        const openapi_field_t *field = &openapi_fields[i];
        cJSON *schema =
            cJSON_GetObjectItemCaseSensitive(schemas, field->schema);
        if (!schema) {
            schema = s_object(builder, schemas, field->schema);
            s_text(builder, schema, "type", "object");
            s_object(builder, schema, "properties");
            s_array(builder, schema, "required");
        }
        s_field(builder, schema, field);
    }
}

static void s_number(builder_t *builder, cJSON *parent, const char *key,
                     int64_t value)
{
    s_check(builder, cJSON_AddNumberToObject(parent, key, (double)value));
}

// A number that is too large for int64 is taken for the largest, so that bound
// is none.
static void s_integer(builder_t *builder, cJSON *schema,
                      const parameter_t *parameter)
{
    s_number(builder, schema, "minimum", parameter->ge);
    if (parameter->le < INT64_MAX)
        s_number(builder, schema, "maximum", parameter->le);
    if (parameter->has_default)
        s_number(builder, schema, "default", parameter->otherwise);
}

static void s_parameter_schema(builder_t *builder, cJSON *schema,
                               const parameter_t *parameter)
{
    static const char *const types[] = {
        [PARAMETER_INTEGER] = "integer", [PARAMETER_TIME] = "time",
        [PARAMETER_TEXT] = "string",     [PARAMETER_LIST] = "[string]",
        [PARAMETER_NAME] = "string",
    };
    s_plain_type(builder, schema, types[parameter->kind]);
    if (parameter->kind == PARAMETER_TEXT)
        s_number(builder, schema, "minLength", 1);
    else if (parameter->kind == PARAMETER_NAME)
        s_text(builder, schema, "pattern", "^[A-Za-z0-9._-]+$");
    else if (parameter->kind == PARAMETER_LIST)
        s_text(builder, cJSON_GetObjectItemCaseSensitive(schema, "items"),
               "pattern", "^[^,]+$"); // a comma begins the next one
    else if (parameter->kind == PARAMETER_INTEGER)
        s_integer(builder, schema, parameter);
}

static void s_parameter(builder_t *builder, cJSON *list,
                        const parameter_t *parameter)
{
    cJSON *item = s_append(builder, list, cJSON_CreateObject());
    s_text(builder, item, "name", parameter->name);
    s_text(builder, item, "in", parameter->in_path ? "path" : "query");
    s_check(builder,
            cJSON_AddBoolToObject(item, "required",
                                  parameter->required || parameter->in_path));
    s_parameter_schema(builder, s_object(builder, item, "schema"), parameter);
    s_text(builder, item, "description", parameter->about);
    s_json(builder, item, "example",
           openapi_parameter_example(parameter->name, parameter->in_path));
}

// What a client sends that comes back to a stream.
static void s_last_event_id(builder_t *builder, cJSON *list)
{
    cJSON *item = s_append(builder, list, cJSON_CreateObject());
    s_text(builder, item, "name", "Last-Event-ID");
    s_text(builder, item, "in", "header");
    s_check(builder, cJSON_AddFalseToObject(item, "required"));
    cJSON *schema = s_object(builder, item, "schema");
    s_text(builder, schema, "type", "string");
    s_text(builder, schema, "pattern", "^[0-9]*$");
    s_text(builder, item, "description",
           "id of the last event received: the stream goes on after it");
    s_json(builder, item, "example",
           openapi_parameter_example("Last-Event-ID", false));
}

// Without a schema the answer has no body.
static cJSON *s_response(builder_t *builder, cJSON *responses,
                         const char *status, const char *about,
                         const char *schema)
{
    cJSON *response = s_object(builder, responses, status);
    s_text(builder, response, "description", about);
    if (!schema)
        return response;
    cJSON *content = s_object(builder, response, "content");
    cJSON *json = s_object(builder, content, "application/json");
    s_reference(builder, s_object(builder, json, "schema"), schema);
    s_json(builder, json, "example", openapi_answer_example(schema));
    return response;
}

static void s_header(builder_t *builder, cJSON *response, const char *name,
                     const char *about)
{
    cJSON *headers = cJSON_GetObjectItemCaseSensitive(response, "headers");
    if (!headers)
        headers = s_object(builder, response, "headers");
    cJSON *header = s_object(builder, headers, name);
    s_text(builder, header, "description", about);
    s_text(builder, s_object(builder, header, "schema"), "type", "string");
}

// A good answer.
static void s_success(builder_t *builder, cJSON *responses,
                      const route_t *route, bool head)
{
    const char *schema = head ? NULL : route->schema;
    cJSON *response =
        s_response(builder, responses, "200", route->summary, schema);
    if (route->tagged) {
        s_header(builder, response, "ETag", "for If-None-Match");
        s_response(builder, responses, "304",
                   "If-None-Match names what would be answered", NULL);
    }
    if (!route->text || head)
        return;
    cJSON *content = cJSON_GetObjectItemCaseSensitive(response, "content");
    if (!content)
        content = s_object(builder, response, "content");
    cJSON *text = s_object(builder, content, route->text);
    s_text(builder, s_object(builder, text, "schema"), "type", "string");
}

static void s_responses(builder_t *builder, cJSON *responses,
                        const route_t *route, bool head)
{
    const char *error = head ? NULL : "Error";
    s_success(builder, responses, route, head);
    if (route->streams)
        s_response(builder, responses, "400", "Last-Event-ID is no offset",
                   error);
    if (!route->open)
        s_header(builder,
                 s_response(builder, responses, "401",
                            "the token is missing or wrong", error),
                 "WWW-Authenticate", "Bearer");
    if (route->unknown)
        s_response(builder, responses, "404", "there is none", error);
    if (route->parameter_count > 0)
        s_response(builder, responses, "422", "a parameter is wrong",
                   head ? NULL : "HTTPValidationError");
    if (route->asks)
        s_header(builder,
                 s_response(builder, responses, "503",
                            "a part that this needs does not answer", error),
                 "Retry-After", "seconds after which to try again");
    s_response(builder, responses, "default",
               "too long (413, 414, 431), no such method (405), no HTTP (400), "
               "or a damaged log (500)",
               error);
}

static void s_operation(builder_t *builder, cJSON *path, const route_t *route,
                        const char *method)
{
    char id[64]; // names of routes are short
    bool head = strcmp(method, "head") == 0;
    cJSON *operation = s_object(builder, path, method);
    snprintf(id, sizeof id, "%s%s", route->name, head ? "_head" : "");
    s_text(builder, operation, "operationId", id);
    s_text(builder, operation, "summary", route->summary);
    if (route->open) // instead of the document's
        s_array(builder, operation, "security");
    cJSON *list = route->parameter_count > 0
                      ? s_array(builder, operation, "parameters")
                      : NULL;
    for (size_t i = 0; i < route->parameter_count; i++)
        s_parameter(builder, list, &route->parameters[i]);
    if (route->streams)
        s_last_event_id(builder, list);
    s_responses(builder, s_object(builder, operation, "responses"), route,
                head);
}

static void s_paths(builder_t *builder, cJSON *document)
{
    cJSON *paths = s_object(builder, document, "paths");
    for (size_t i = 0; i < routes_count; i++) {
        cJSON *path = s_object(builder, paths, routes[i].path);
        s_operation(builder, path, &routes[i], "get");
        s_operation(builder, path, &routes[i], "head");
    }
}

// Either no token, when the server was started without, or a bearer token.
static void s_security(builder_t *builder, cJSON *document, cJSON *components)
{
    cJSON *schemes = s_object(builder, components, "securitySchemes");
    cJSON *bearer = s_object(builder, schemes, "bearer");
    s_text(builder, bearer, "type", "http");
    s_text(builder, bearer, "scheme", "bearer");
    cJSON *choices = s_array(builder, document, "security");
    s_append(builder, choices, cJSON_CreateObject());
    s_array(builder, s_append(builder, choices, cJSON_CreateObject()),
            "bearer");
}

static const char s_description[] =
    "Times are RFC 3339 in UTC. Answers of views carry `as_of`: the first log "
    "offset that they do not include, the end of the log, and the difference. "
    "Whatever is wrong is said by its status and `detail`; a 503 says with "
    "Retry-After when to come back. Wherever GET is, HEAD is. A path with a "
    "slash at its end is sent on (307) to the one without.";

int openapi_render(buffer_t *out)
{
    builder_t builder = {false};
    cJSON *document = s_check(&builder, cJSON_CreateObject());
    s_text(&builder, document, "openapi", "3.1.0");
    cJSON *info = s_object(&builder, document, "info");
    s_text(&builder, info, "title", "octolog");
    s_text(&builder, info, "version", OCTOLOG_VERSION);
    s_text(&builder, info, "summary",
           "Watches GitHub: an exact, replayable log and live views");
    s_text(&builder, info, "description", s_description);
    s_json(&builder, info, "license",
           "{\"name\":\"MIT\",\"identifier\":\"MIT\"}");
    s_paths(&builder, document);
    cJSON *components = s_object(&builder, document, "components");
    s_schemas(&builder, components);
    s_security(&builder, document, components);
    char *text = builder.failed ? NULL : cJSON_PrintUnformatted(document);
    if (text)
        buffer_add_text(out, text);
    cJSON_Delete(document);
    cJSON_free(text);
    return text ? 0 : -ENOMEM;
}

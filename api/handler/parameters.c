#include "api/handler/parameters.h"

#include "api/text/instant.h"
#include "proto/json/json_text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

// The errors of one request, written as they are found.
typedef struct {
    json_text_t json;
    size_t count;
} errors_t;

// Writes an error up to its input and context, which the caller adds, closing
// it.
static void s_error_open(errors_t *errors, const char *type, const char *place,
                         slice_t name, const char *message)
{
    json_text_t *json = &errors->json;
    if (errors->count++ == 0) {
        json_text_open(json, NULL, '{');
        json_text_open(json, "detail", '[');
    }
    json_text_open(json, NULL, '{');
    json_text_string(json, "type", slice_of(type));
    json_text_open(json, "loc", '[');
    json_text_string(json, NULL, slice_of(place));
    json_text_string(json, NULL, name);
    json_text_close(json, ']');
    json_text_string(json, "msg", slice_of(message));
}

static void s_error(errors_t *errors, const char *type, const parameter_t *row,
                    const char *message, slice_t input)
{
    s_error_open(errors, type, row->in_path ? "path" : "query",
                 slice_of(row->name), message);
    json_text_string(&errors->json, "input", input);
    json_text_close(&errors->json, '}');
}

static void s_error_bound(errors_t *errors, const char *type,
                          const parameter_t *row, const char *message,
                          const char *bound, int64_t value, slice_t input)
{
    s_error_open(errors, type, row->in_path ? "path" : "query",
                 slice_of(row->name), message);
    json_text_string(&errors->json, "input", input);
    json_text_open(&errors->json, "ctx", '{');
    json_text_signed(&errors->json, bound, value);
    json_text_close(&errors->json, '}');
    json_text_close(&errors->json, '}');
}

static void s_error_range(errors_t *errors, const parameter_t *row, bool low,
                          slice_t input)
{
    char message[96]; // the text and up to 20 digits
    const char *word = low ? "greater" : "less";
    int64_t bound = low ? row->ge : row->le;
    snprintf(message, sizeof message,
             "Input should be %s than or equal to %" PRId64, word, bound);
    s_error_bound(errors, low ? "greater_than_equal" : "less_than_equal", row,
                  message, low ? "ge" : "le", bound, input);
}

static void s_error_missing(errors_t *errors, const parameter_t *row)
{
    s_error_open(errors, "missing", "query", slice_of(row->name),
                 "Field required");
    json_text_null(&errors->json, "input");
    json_text_close(&errors->json, '}');
}

static void s_error_time(errors_t *errors, const parameter_t *row,
                         const char *why, slice_t input)
{
    char message[128]; // the texts of instant.h are short
    snprintf(message, sizeof message,
             "Input should be a valid datetime or date, %s", why);
    s_error_open(errors, "datetime_from_date_parsing", "query",
                 slice_of(row->name), message);
    json_text_string(&errors->json, "input", input);
    json_text_open(&errors->json, "ctx", '{');
    json_text_string(&errors->json, "error", slice_of(why));
    json_text_close(&errors->json, '}');
    json_text_close(&errors->json, '}');
}

static void s_errors_finish(errors_t *errors)
{
    json_text_close(&errors->json, ']');
    json_text_close(&errors->json, '}');
}

static int s_hex(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

// Decodes %XX, and + in a query, into the parameters' own text. Invalid escapes
// are left alone, as browsers and the replaced service do. The result is never
// longer than the input, which is part of one URL, so it fits.
static slice_t s_decode(parameters_t *parameters, slice_t raw, bool query)
{
    char *out = parameters->text + parameters->text_bytes;
    size_t bytes = 0;
    for (size_t i = 0; i < raw.bytes; i++) {
        char c = raw.data[i];
        bool whole = c == '%' && i + 2 < raw.bytes;
        int high = whole ? s_hex(raw.data[i + 1]) : -1;
        int low = whole ? s_hex(raw.data[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && query) {
            c = ' ';
        }
        out[bytes++] = c;
    }
    parameters->text_bytes += bytes;
    return slice(out, bytes);
}

// Returns the text before the first `mark` and removes both from *rest.
static slice_t s_cut(slice_t *rest, char mark)
{
    const char *end =
        rest->bytes ? memchr(rest->data, mark, rest->bytes) : NULL;
    size_t bytes = end ? (size_t)(end - rest->data) : rest->bytes;
    slice_t part = slice(rest->data, bytes);
    size_t skip = end ? bytes + 1 : bytes;
    *rest = slice(rest->data + skip, rest->bytes - skip);
    return part;
}

static int s_split_query(parameters_t *parameters, slice_t query)
{
    while (query.bytes > 0) {
        slice_t value = s_cut(&query, '&');
        if (value.bytes == 0)
            continue;
        if (parameters->pair_count == PARAMETERS_PAIRS_MAX)
            return -EMSGSIZE;
        parameter_pair_t *pair = &parameters->pairs[parameters->pair_count++];
        slice_t name = s_cut(&value, '=');
        pair->name = s_decode(parameters, name, true);
        pair->value = s_decode(parameters, value, true);
    }
    return 0;
}

static slice_t s_trim(slice_t text)
{
    while (text.bytes > 0 && isspace((unsigned char)text.data[0]))
        text = slice(text.data + 1, text.bytes - 1);
    while (text.bytes > 0 && isspace((unsigned char)text.data[text.bytes - 1]))
        text.bytes--;
    return text;
}

// Removes a fraction that consists of zeros only.
static slice_t s_without_fraction(slice_t text)
{
    size_t zeros = 0;
    while (zeros < text.bytes && text.data[text.bytes - 1 - zeros] == '0')
        zeros++;
    if (zeros > 0 && zeros < text.bytes &&
        text.data[text.bytes - 1 - zeros] == '.')
        text.bytes -= zeros + 1;
    return text;
}

// Whether this is an underscore between two digits, which groups them.
static bool s_groups(slice_t text, size_t at)
{
    return text.data[at] == '_' && at > 0 && at + 1 < text.bytes &&
           isdigit((unsigned char)text.data[at - 1]) &&
           isdigit((unsigned char)text.data[at + 1]);
}

// Parses an integer as pydantic v2 does: "+1_000.0" is 1000. A number beyond
// int64 becomes the nearest int64.
static bool s_parse_integer(slice_t text, int64_t *number)
{
    text = s_without_fraction(s_trim(text));
    size_t at = text.bytes > 0 && (text.data[0] == '-' || text.data[0] == '+');
    bool negative = at && text.data[0] == '-';
    if (at == text.bytes)
        return false;
    int64_t value = 0;
    bool over = false;
    for (; at < text.bytes; at++) {
        int digit = text.data[at] - '0';
        if (s_groups(text, at))
            continue;
        if (digit < 0 || digit > 9)
            return false;
        over |= __builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, digit, &value);
    }
    *number = over ? INT64_MAX : value;
    if (negative)
        *number = -*number;
    return true;
}

static void s_read_integer(const parameter_t *row, parameter_value_t *value,
                           errors_t *errors)
{
    if (!s_parse_integer(value->text, &value->number))
        s_error(errors, "int_parsing", row,
                "Input should be a valid integer, unable to parse string as "
                "an integer",
                value->text);
    else if (value->number < row->ge || value->number > row->le)
        s_error_range(errors, row, value->number < row->ge, value->text);
}

static void s_read_time(const parameter_t *row, parameter_value_t *value,
                        errors_t *errors)
{
    uint32_t seconds;
    const char *why = instant_parse(value->text, &seconds);
    if (why)
        s_error_time(errors, row, why, value->text);
    else
        value->number = seconds;
}

static void s_read_text(const parameter_t *row, slice_t text, errors_t *errors)
{
    if (text.bytes == 0)
        s_error_bound(errors, "string_too_short", row,
                      "String should have at least 1 character", "min_length",
                      1, text);
}

// Collects all values of a list, wherever they are in the query.
static int s_read_list(parameters_t *parameters, const parameter_t *row,
                       parameter_value_t *value, errors_t *errors)
{
    value->items = parameters->items + parameters->item_count;
    for (size_t i = 0; i < parameters->pair_count; i++) {
        if (!slice_equal(parameters->pairs[i].name, slice_of(row->name)))
            continue;
        slice_t rest = parameters->pairs[i].value;
        do {
            slice_t item = s_cut(&rest, ',');
            s_read_text(row, item, errors);
            if (parameters->item_count == PARAMETERS_ITEMS_MAX)
                return -EMSGSIZE;
            parameters->items[parameters->item_count++] = item;
            value->count++;
        } while (rest.bytes > 0);
    }
    return 0;
}

static bool s_is_name(slice_t text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        char c = text.data[i];
        if (!isascii(c) ||
            (!isalnum((unsigned char)c) && c != '.' && c != '-' && c != '_'))
            return false;
    }
    return text.bytes > 0;
}

// Finds the text of a row: its path segment, or the last pair with its name.
static void s_find(parameters_t *parameters, const parameter_t *row,
                   const slice_t *segment, parameter_value_t *value)
{
    if (segment) {
        value->text = s_decode(parameters, *segment, false);
        value->given = true;
        return;
    }
    for (size_t i = 0; i < parameters->pair_count; i++) {
        if (!slice_equal(parameters->pairs[i].name, slice_of(row->name)))
            continue;
        value->text = parameters->pairs[i].value;
        value->given = true;
    }
}

static int s_read(parameters_t *parameters, const parameter_t *row,
                  parameter_value_t *value, errors_t *errors)
{
    switch (row->kind) {
    case PARAMETER_INTEGER:
        s_read_integer(row, value, errors);
        break;
    case PARAMETER_TIME:
        s_read_time(row, value, errors);
        break;
    case PARAMETER_TEXT:
        s_read_text(row, value->text, errors);
        break;
    case PARAMETER_LIST:
        return s_read_list(parameters, row, value, errors);
    case PARAMETER_NAME:
        return s_is_name(value->text) ? 0 : -ENOENT;
    }
    return 0;
}

static bool s_in_table(const parameters_t *parameters, slice_t name)
{
    for (size_t i = 0; i < parameters->size; i++) {
        if (!parameters->table[i].in_path &&
            slice_equal(slice_of(parameters->table[i].name), name))
            return true;
    }
    return false;
}

static void s_refuse_unknown(const parameters_t *parameters, errors_t *errors)
{
    for (size_t i = 0; i < parameters->pair_count; i++) {
        const parameter_pair_t *pair = &parameters->pairs[i];
        if (s_in_table(parameters, pair->name))
            continue;
        s_error_open(errors, "extra_forbidden", "query", pair->name,
                     "Extra inputs are not permitted");
        json_text_string(&errors->json, "input", pair->value);
        json_text_close(&errors->json, '}');
    }
}

int parameters_parse(parameters_t *parameters, const parameter_t *table,
                     size_t size, slice_t query, const slice_t *segments,
                     size_t segment_count, buffer_t *detail)
{
    assert(size <= PARAMETERS_MAX && segment_count <= size);
    errors_t errors = {json_text_start(detail), 0};
    parameters->table = table;
    parameters->size = size;
    parameters->pair_count = parameters->item_count = 0;
    parameters->text_bytes = 0;
    size_t bytes = query.bytes;
    for (size_t i = 0; i < segment_count; i++)
        bytes += segments[i].bytes;
    if (bytes > PARAMETERS_URL_MAX)
        return -EMSGSIZE;
    int rc = s_split_query(parameters, query);
    for (size_t i = 0; rc == 0 && i < size; i++) {
        parameter_value_t *value = &parameters->values[i];
        *value = (parameter_value_t){.number = table[i].otherwise};
        s_find(parameters, &table[i], i < segment_count ? &segments[i] : NULL,
               value);
        if (value->given)
            rc = s_read(parameters, &table[i], value, &errors);
        else if (table[i].required)
            s_error_missing(&errors, &table[i]);
    }
    if (rc < 0)
        return rc;
    s_refuse_unknown(parameters, &errors);
    if (errors.count == 0)
        return 0;
    s_errors_finish(&errors);
    return -EINVAL;
}

const parameter_value_t *parameters_get(const parameters_t *parameters,
                                        const char *name)
{
    for (size_t i = 0; i < parameters->size; i++) {
        if (strcmp(parameters->table[i].name, name) == 0)
            return &parameters->values[i];
    }
    assert(!"a parameter that is not in the route's table");
    return NULL;
}

void parameters_miss(const parameters_t *parameters, const char *name,
                     buffer_t *detail)
{
    errors_t errors = {json_text_start(detail), 0};
    for (size_t i = 0; i < parameters->size; i++) {
        if (strcmp(parameters->table[i].name, name) == 0)
            s_error_missing(&errors, &parameters->table[i]);
    }
    s_errors_finish(&errors);
}

void parameters_refuse(const parameters_t *parameters, const char *name,
                       const char *why, buffer_t *detail)
{
    char message[160]; // callers pass short texts
    errors_t errors = {json_text_start(detail), 0};
    snprintf(message, sizeof message, "Value error, %s", why);
    const parameter_value_t *value = parameters_get(parameters, name);
    s_error_open(&errors, "value_error", "query", slice_of(name), message);
    json_text_string(&errors.json, "input", value->text);
    json_text_open(&errors.json, "ctx", '{');
    json_text_close(&errors.json, '}');
    json_text_close(&errors.json, '}');
    s_errors_finish(&errors);
}

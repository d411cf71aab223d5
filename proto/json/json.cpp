// The only C++ of the project. It uses simdjson's error codes and allocates
// with nothrow, so nothing here throws.

#include "proto/json/json.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <simdjson.h>
#include <type_traits>

namespace dom = simdjson::dom;

// Texts up to here are parsed without allocating.
static const size_t s_first_bytes = 64 << 10;

// simdjson needs about 15 times the size of a text. After a text longer than
// this, the memory is freed.
static const size_t s_keep_bytes = 4 << 20;

struct json {
    size_t max_bytes;
    dom::parser parser;
    char *copy; // of the text, with the padding that simdjson needs
    size_t copy_bytes;
};

static_assert(sizeof(dom::element) <= sizeof(json_value_t),
              "a value must hold simdjson's");
static_assert(std::is_trivially_copyable<dom::element>::value,
              "values are copied as bytes");

static json_value_t s_value(const dom::element &element)
{
    json_value_t value = {{0, 0}};
    memcpy(&value, &element, sizeof element);
    return value;
}

static dom::element s_element(json_value_t value)
{
    dom::element element;
    memcpy(static_cast<void *>(&element), &value, sizeof element);
    return element;
}

// A parser keeps the depth that it is first allocated with.
static bool s_renew_parser(json_t *json)
{
    json->parser = dom::parser(json->max_bytes);
    return !json->parser.allocate(s_first_bytes, JSON_DEPTH_MAX);
}

json_t *json_new(size_t max_bytes)
{
    json_t *json = new (std::nothrow) json_t();
    if (!json)
        return nullptr;
    json->max_bytes = max_bytes;
    if (!s_renew_parser(json))
        json_destroy(&json);
    return json;
}

void json_destroy(json_t **json)
{
    if (!*json)
        return;
    free((*json)->copy);
    delete *json;
    *json = nullptr;
}

static int s_refuse(simdjson::error_code error, const char **reason)
{
    switch (error) {
    case simdjson::MEMALLOC:
        return -ENOMEM;
    case simdjson::CAPACITY:
        *reason = "too long";
        break;
    case simdjson::UTF8_ERROR:
        *reason = "not valid UTF-8";
        break;
    case simdjson::DEPTH_ERROR:
        *reason = "nested too deeply";
        break;
    case simdjson::NUMBER_ERROR:
        *reason = "not JSON: a number is malformed or out of range";
        break;
    case simdjson::UNESCAPED_CHARS:
        *reason = "not JSON: a control character in a string";
        break;
    case simdjson::UNCLOSED_STRING:
    case simdjson::STRING_ERROR:
        *reason = "not JSON: a string is malformed";
        break;
    default:
        *reason = "not JSON";
        break;
    }
    return -EBADMSG;
}

static bool s_copy(json_t *json, slice_t text)
{
    size_t needed = text.bytes + simdjson::SIMDJSON_PADDING;
    if (json->copy_bytes < needed) {
        void *copy = realloc(json->copy, needed);
        if (!copy)
            return false;
        json->copy = static_cast<char *>(copy);
        json->copy_bytes = needed;
    }
    if (text.bytes)
        memcpy(json->copy, text.data, text.bytes);
    memset(json->copy + text.bytes, 0, simdjson::SIMDJSON_PADDING);
    return true;
}

// The code unit of the \uXXXX at `at`, or -1 if there is none.
static long s_code_unit(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    long unit = 0;
    for (int i = 2; i < 6; i++) {
        int c = at[i] | 0x20;
        bool digit = at[i] >= '0' && at[i] <= '9';
        if (!digit && (c < 'a' || c > 'f'))
            return -1;
        unit = unit * 16 + (digit ? at[i] - '0' : c - 'a' + 10);
    }
    return unit;
}

static bool s_in(long unit, long first, long last)
{
    return unit >= first && unit <= last;
}

// Replaces each escaped half of a surrogate pair with U+FFFD, in place: both
// take six bytes. Returns whether there was any.
static bool s_mend_surrogates(char *text, size_t bytes)
{
    bool mended = false;
    char *end = text + bytes;
    for (char *at = text; at < end; at++) {
        if (*at != '\\')
            continue;
        long unit = s_code_unit(at, end);
        if (unit < 0) {
            at++; // an escape of two bytes
        } else if (s_in(unit, 0xD800, 0xDBFF) &&
                   s_in(s_code_unit(at + 6, end), 0xDC00, 0xDFFF)) {
            at += 11; // a pair
        } else {
            if (s_in(unit, 0xD800, 0xDFFF)) {
                std::copy_n("FFFD", 4, at + 2);
                mended = true;
            }
            at += 5;
        }
    }
    return mended;
}

// Frees the memory that an exceptionally long text needed.
static bool s_trim(json_t *json)
{
    if (json->copy_bytes <= s_keep_bytes)
        return true;
    free(json->copy);
    json->copy = nullptr;
    json->copy_bytes = 0;
    return s_renew_parser(json);
}

int json_parse(json_t *json, slice_t text, json_value_t *root,
               const char **reason)
{
    if (text.bytes > json->max_bytes)
        return s_refuse(simdjson::CAPACITY, reason);
    if (!s_trim(json))
        return -ENOMEM;
    if (!s_copy(json, text))
        return -ENOMEM;
    dom::element element;
    auto error = json->parser.parse(json->copy, text.bytes, false).get(element);
    if (error == simdjson::STRING_ERROR &&
        s_mend_surrogates(json->copy, text.bytes))
        error = json->parser.parse(json->copy, text.bytes, false).get(element);
    if (error)
        return s_refuse(error, reason);
    *root = s_value(element);
    return 0;
}

bool json_member(json_value_t object, const char *name, json_value_t *member)
{
    dom::object members;
    if (s_element(object).get(members))
        return false;
    dom::element found;
    if (members.at_key(name).get(found))
        return false;
    *member = s_value(found);
    return true;
}

bool json_is_null(json_value_t value)
{
    return s_element(value).is_null();
}

bool json_is_true(json_value_t value)
{
    bool truth = false;
    return !s_element(value).get(truth) && truth;
}

bool json_is_object(json_value_t value)
{
    return s_element(value).is_object();
}

bool json_text(json_value_t value, slice_t *text)
{
    std::string_view view;
    if (s_element(value).get(view))
        return false;
    *text = slice(view.data(), view.size());
    return true;
}

bool json_u64(json_value_t value, uint64_t *number)
{
    uint64_t found = 0;
    if (s_element(value).get(found))
        return false;
    *number = found;
    return true;
}

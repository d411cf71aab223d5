// document - reads members of a JSON document, with defaults for missing ones.
//
// Threads   Any. Pure.

#ifndef OCTOLOG_TOOLS_CLI_DOCUMENT_H
#define OCTOLOG_TOOLS_CLI_DOCUMENT_H

#include <cjson/cJSON.h>
#include <stdint.h>

static inline const cJSON *document_member(const cJSON *object,
                                           const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// "-" if the member is missing, null, empty or not a string.
static inline const char *document_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(document_member(object, name));
    return text && *text ? text : "-";
}

// 0 if the member is missing or not a number.
static inline double document_number(const cJSON *object, const char *name)
{
    const cJSON *item = document_member(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

// Converts a number to a count: 0 if it is negative, UINT64_MAX if it is too
// large, as 2^64 - 1 itself is once parsed as a double.
static inline uint64_t document_as_count(double number)
{
    if (!(number > 0))
        return 0;
    return number < 0x1p64 ? (uint64_t)number : UINT64_MAX;
}

static inline uint64_t document_count(const cJSON *object, const char *name)
{
    return document_as_count(document_number(object, name));
}

#endif

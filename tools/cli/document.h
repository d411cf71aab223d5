// document - members of a JSON document, whether they are there or not.
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

// "-" for what is missing, null, empty or no text.
static inline const char *document_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(document_member(object, name));
    return text && *text ? text : "-";
}

// 0 for what is missing or no number.
static inline double document_number(const cJSON *object, const char *name)
{
    const cJSON *item = document_member(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

// A number that counts something: 0 for what is below, UINT64_MAX for what is
// above, as 2^64 - 1 itself is when it is read.
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

// document - members of a JSON document, whether they are there or not.
//
// Threads   Any. Pure.

#ifndef OCTOLOG_TOOLS_DOCUMENT_H
#define OCTOLOG_TOOLS_DOCUMENT_H

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

// The same of what is counted; 0 for what is below.
static inline uint64_t document_count(const cJSON *object, const char *name)
{
    const double number = document_number(object, name);
    return number > 0 ? (uint64_t)number : 0;
}

#endif

#include "api/text/http_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <xxhash.h>

const char *http_text_reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status)
            return reasons[i].text;
    }
    return "Error";
}

// Removes the next element from a comma-separated list and trims blanks around
// it. false: the list has no more elements.
static bool s_next_element(const char **list, slice_t *element)
{
    const char *at = *list + strspn(*list, " \t,");
    size_t bytes = strcspn(at, ",");
    *list = at + bytes;
    while (bytes > 0 && (at[bytes - 1] == ' ' || at[bytes - 1] == '\t'))
        bytes--;
    *element = slice(at, bytes);
    return bytes > 0;
}

static bool s_begins(slice_t text, const char *word)
{
    size_t bytes = strlen(word);
    return text.bytes >= bytes && strncasecmp(text.data, word, bytes) == 0;
}

// The weight of an element such as "gzip;q=0.5"; 1 without one.
static double s_weight(slice_t element)
{
    const char *semicolon = memchr(element.data, ';', element.bytes);
    if (!semicolon)
        return 1;
    const char *q = semicolon + 1 + strspn(semicolon + 1, " \t");
    // strtod() stops at the comma or terminator that ends the element.
    return strncasecmp(q, "q=", 2) == 0 ? strtod(q + 2, NULL) : 1;
}

// Whether the element, ignoring its parameters, is this word in any case.
static bool s_is_word(slice_t element, const char *word)
{
    const char *semicolon = memchr(element.data, ';', element.bytes);
    size_t bytes =
        semicolon ? (size_t)(semicolon - element.data) : element.bytes;
    while (bytes > 0 && element.data[bytes - 1] == ' ')
        bytes--;
    return bytes == strlen(word) && strncasecmp(element.data, word, bytes) == 0;
}

// The weight that the list gives to the word; -1: the word is not in the list.
static double s_weight_of(const char *list, const char *word)
{
    double weight = -1;
    slice_t element;
    while (list && s_next_element(&list, &element)) {
        if (s_is_word(element, word))
            weight = s_weight(element);
    }
    return weight;
}

bool http_text_takes_gzip(const char *accept_encoding)
{
    const double gzip = s_weight_of(accept_encoding, "gzip");
    return (gzip >= 0 ? gzip : s_weight_of(accept_encoding, "*")) > 0;
}

bool http_text_takes_html(const char *accept)
{
    const double html = s_weight_of(accept, "text/html");
    return html > 0 && html >= s_weight_of(accept, "application/json");
}

void http_text_tag(slice_t body, char tag[HTTP_TEXT_TAG_BYTES])
{
    unsigned long long hash = XXH3_64bits(body.data, body.bytes);
    snprintf(tag, HTTP_TEXT_TAG_BYTES, "W/\"%016llx\"", hash);
}

bool http_text_has_tag(const char *if_none_match, const char *tag)
{
    const slice_t opaque = slice_of(tag + 2); // without W/
    slice_t element;
    if (!if_none_match)
        return false;
    while (s_next_element(&if_none_match, &element)) {
        if (slice_equal(element, slice_of("*")))
            return true;
        if (element.bytes >= 2 && memcmp(element.data, "W/", 2) == 0)
            element = slice(element.data + 2, element.bytes - 2);
        if (slice_equal(element, opaque))
            return true;
    }
    return false;
}

bool http_text_is_bearer(const char *authorization, const char *token)
{
    if (!authorization || !s_begins(slice_of(authorization), "Bearer "))
        return false;
    const char *given = authorization + strlen("Bearer ");
    given += strspn(given, " ");
    size_t bytes = strlen(token), given_bytes = strlen(given);
    unsigned char differs = bytes != given_bytes;
    for (size_t i = 0; i < bytes && given_bytes > 0; i++)
        differs |= (unsigned char)(token[i] ^ given[i % given_bytes]);
    return bytes > 0 && given_bytes > 0 && !differs;
}

bool http_text_lists(const char *connection, const char *word)
{
    slice_t element;
    if (!connection)
        return false;
    while (s_next_element(&connection, &element)) {
        if (element.bytes == strlen(word) && s_begins(element, word))
            return true;
    }
    return false;
}

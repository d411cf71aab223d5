#include "proto/json/array.h"

#include <errno.h>

// The meaning of a byte outside of strings.
typedef enum { PLAIN, QUOTE, OPEN, CLOSE, COMMA } mark_t;

static const uint8_t s_marks[256] = {
    ['"'] = QUOTE, ['{'] = OPEN,  ['['] = OPEN,
    ['}'] = CLOSE, [']'] = CLOSE, [','] = COMMA,
};

static bool s_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *s_skip_blanks(const char *at, const char *end)
{
    while (at < end && s_is_blank(*at))
        at++;
    return at;
}

int json_array_open(json_array_t *array, slice_t text)
{
    if (text.bytes == 0)
        return -EBADMSG;
    const char *end = text.data + text.bytes;
    const char *at = s_skip_blanks(text.data, end);
    if (at == end || *at != '[')
        return -EBADMSG;
    *array = (json_array_t){.at = at + 1, .end = end};
    return 0;
}

bool json_quote_is_escaped(const char *quote)
{
    const char *at = quote;
    while (at[-1] == '\\')
        at--;
    return (quote - at) % 2 != 0;
}

// Returns the end of the string whose opening quote is just before `at`; NULL:
// it does not end.
static const char *s_skip_string(const char *at, const char *end)
{
    while (at < end) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        if (!quote)
            return NULL;
        at = quote + 1;
        if (!json_quote_is_escaped(quote))
            return at;
    }
    return NULL;
}

static void s_push(json_array_t *array, char bracket)
{
    size_t depth = array->depth++;
    if (depth >= JSON_DEPTH_MAX)
        return;
    array->open[bracket == '{']++;
    uint64_t bit = UINT64_C(1) << depth % 64;
    uint64_t *word = &array->objects[depth / 64];
    *word = bracket == '{' ? *word | bit : *word & ~bit;
}

// Whether an object, not an array, is open at this depth. Beyond JSON_DEPTH_MAX
// that is not recorded, and any bracket fits.
static bool s_is_object(const json_array_t *array, size_t depth)
{
    return array->objects[depth / 64] >> depth % 64 & 1;
}

static bool s_fits(const json_array_t *array, size_t depth, char bracket)
{
    return depth >= JSON_DEPTH_MAX ||
           s_is_object(array, depth) == (bracket == '}');
}

// A closing bracket closes the innermost open one of its kind, and everything
// left open inside. False: none of its kind is open.
static bool s_pop(json_array_t *array, char bracket)
{
    // What is closed here is never looked at again, so this stays linear.
    if (array->depth <= JSON_DEPTH_MAX && array->open[bracket == '}'] == 0)
        return false;
    for (bool fits = false; !fits;) {
        size_t depth = --array->depth;
        fits = s_fits(array, depth, bracket);
        if (depth < JSON_DEPTH_MAX)
            array->open[s_is_object(array, depth)]--;
    }
    return true;
}

// Whether the comma ends the element: outside of it, and where an object stands
// in place of an object's next name.
static bool s_ends_with_comma(const json_array_t *array, const char *comma)
{
    if (array->depth == 0)
        return true;
    if (array->depth > JSON_DEPTH_MAX || !s_is_object(array, array->depth - 1))
        return false;
    const char *next = s_skip_blanks(comma + 1, array->end);
    return next < array->end && *next == '{';
}

// Returns the end of the element that begins at `at`: a comma, or the array's
// closing bracket; NULL: it does not end.
static const char *s_find_end(json_array_t *array, const char *at)
{
    array->depth = array->open[0] = array->open[1] = 0;
    while (at < array->end) {
        char c = *at;
        switch ((mark_t)s_marks[(uint8_t)c]) {
        case PLAIN:
            at++;
            continue;
        case QUOTE:
            at = s_skip_string(at + 1, array->end);
            if (!at)
                return NULL;
            continue;
        case OPEN:
            s_push(array, c);
            break;
        case CLOSE:
            if (!s_pop(array, c) && c == ']')
                return at;
            break;
        case COMMA:
            if (s_ends_with_comma(array, at))
                return at;
            break;
        }
        at++;
    }
    return NULL;
}

static int s_end(const json_array_t *array, const char **reason)
{
    if (s_skip_blanks(array->at, array->end) == array->end)
        return 0;
    *reason = "something follows the array";
    return -EBADMSG;
}

int json_array_next(json_array_t *array, slice_t *element, const char **reason)
{
    while (!array->closed) {
        const char *begin = s_skip_blanks(array->at, array->end);
        const char *end = s_find_end(array, begin);
        if (!end) {
            *reason = "malformed JSON: the array does not end";
            return -EBADMSG;
        }
        array->closed = *end == ']';
        array->at = end + 1;
        while (end > begin && s_is_blank(end[-1]))
            end--;
        *element = slice(begin, (size_t)(end - begin));
        if (element->bytes > 0)
            return 1;
    }
    return s_end(array, reason);
}

#include "proto/event/scanner.h"

#include "proto/event/event.h"
#include "proto/json/array.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef enum { BETWEEN, OBJECT, DEBRIS } place_t;

// The next byte of one kind: its position, or the position before which there
// is none.
typedef struct {
    size_t at;
    bool found;
} landmark_t;

// All positions count from the caller's *at, so they stay valid when the caller
// moves its buffer.
struct event_scanner {
    place_t place;
    size_t scanned; // bytes that need not be read again
    size_t depth;   // of braces, in an object
    bool in_string;
    landmark_t line_break;
    landmark_t nul;
    size_t guessed; // lines before this have been guessed
};

typedef enum {
    FOUND, // up to here
    TORN,  // something else begins here
    MORE   // not in these bytes
} verdict_t;

event_scanner_t *event_scanner_new(void)
{
    return calloc(1, sizeof(event_scanner_t));
}

void event_scanner_destroy(event_scanner_t **scanner)
{
    free(*scanner);
    *scanner = NULL;
}

// The position of the landmark at or after `from`; the end if there is none.
// Bytes are searched once, however often this is called.
static size_t s_locate(landmark_t *mark, char byte, slice_t rest, size_t from)
{
    if (mark->at < from)
        *mark = (landmark_t){from, false};
    if (!mark->found && mark->at < rest.bytes) {
        const char *found =
            memchr(rest.data + mark->at, byte, rest.bytes - mark->at);
        mark->found = found != NULL;
        mark->at = found ? (size_t)(found - rest.data) : rest.bytes;
    }
    return mark->at;
}

static void s_advance_landmark(landmark_t *mark, size_t bytes)
{
    *mark = mark->at < bytes ? (landmark_t){0, false}
                             : (landmark_t){mark->at - bytes, mark->found};
}

// Consumes bytes; the rest begins between objects.
static void s_advance(event_scanner_t *scanner, size_t *at, size_t bytes)
{
    *at += bytes;
    s_advance_landmark(&scanner->line_break, bytes);
    s_advance_landmark(&scanner->nul, bytes);
    scanner->guessed -= bytes < scanner->guessed ? bytes : scanner->guessed;
    scanner->place = BETWEEN;
    scanner->scanned = 0;
    scanner->depth = 0;
    scanner->in_string = false;
}

static bool s_begins(slice_t rest, size_t from, const char *text)
{
    size_t bytes = strlen(text);
    return rest.bytes - from >= bytes &&
           memcmp(rest.data + from, text, bytes) == 0;
}

// The number of separator bytes. A byte-order mark that the end of the input
// cuts in two is not counted.
static size_t s_skip_separators(slice_t rest)
{
    size_t i = 0;
    while (i < rest.bytes) {
        char c = rest.data[i];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' ||
            c == '[' || c == ']' || c == '\0')
            i++;
        else if (s_begins(rest, i, "\xEF\xBB\xBF"))
            i += 3;
        else
            break;
    }
    return i;
}

static bool s_is_part_of_mark(slice_t rest)
{
    return rest.bytes < 3 && memcmp(rest.data, "\xEF\xBB\xBF", rest.bytes) == 0;
}

// In a string: moves *i past its closing quote.
static verdict_t s_scan_string(event_scanner_t *scanner, slice_t rest,
                               size_t *i)
{
    size_t line_break = s_locate(&scanner->line_break, '\n', rest, *i);
    size_t nul = s_locate(&scanner->nul, '\0', rest, *i);
    size_t limit = line_break < nul ? line_break : nul;
    while (*i < limit) {
        const char *quote = memchr(rest.data + *i, '"', limit - *i);
        if (!quote)
            break;
        *i = (size_t)(quote - rest.data) + 1;
        if (!json_quote_is_escaped(quote)) {
            scanner->in_string = false;
            return FOUND;
        }
    }
    *i = limit;
    return limit < rest.bytes ? TORN : MORE;
}

// Handles a line break in an object, outside of strings.
static verdict_t s_scan_line_break(slice_t rest, size_t at, bool last)
{
    size_t next = at + 1;
    if (rest.bytes - next < 3 && !last)
        return MORE;
    return s_begins(rest, next, "{\"") || s_begins(rest, next, "[{\"") ? TORN
                                                                       : FOUND;
}

// The bytes that matter outside of strings.
static const bool s_matters[256] = {
    ['"'] = true, ['{'] = true, ['}'] = true, ['\n'] = true, ['\0'] = true};

// Outside of strings: handles the byte at *i, which matters, and moves past it.
// Returns FOUND unless the object is torn here or needs more input.
static verdict_t s_scan_mark(event_scanner_t *scanner, slice_t rest, size_t *i,
                             bool last)
{
    verdict_t verdict = FOUND;
    switch (rest.data[*i]) {
    case '"':
        scanner->in_string = true;
        break;
    case '{':
        scanner->depth++;
        break;
    case '}':
        scanner->depth--;
        break;
    case '\n':
        verdict = s_scan_line_break(rest, *i, last);
        break;
    default:
        verdict = TORN;
        break;
    }
    if (verdict == FOUND)
        ++*i;
    return verdict;
}

// Looks for the end of the object at the start of the rest. Sets *i to where it
// ends or is torn, or how far it has been scanned.
static verdict_t s_scan_object(event_scanner_t *scanner, slice_t rest,
                               bool last, size_t *i)
{
    while (*i < rest.bytes) {
        verdict_t verdict;
        if (scanner->in_string) {
            verdict = s_scan_string(scanner, rest, i);
        } else {
            while (*i < rest.bytes && !s_matters[(uint8_t)rest.data[*i]])
                ++*i;
            if (*i == rest.bytes)
                break;
            verdict = s_scan_mark(scanner, rest, i, last);
            if (verdict == FOUND && scanner->depth == 0)
                return FOUND;
        }
        if (verdict != FOUND)
            return verdict;
    }
    return MORE;
}

// Looks for the end of debris.
static verdict_t s_scan_debris(slice_t rest, bool last, size_t *i)
{
    for (; *i < rest.bytes; ++*i) {
        char c = rest.data[*i];
        if (c == '\n' || c == '\0')
            return TORN;
        if (c != '{' || *i == 0 || rest.data[*i - 1] != '}')
            continue;
        if (*i + 1 == rest.bytes && !last)
            return MORE;
        if (s_begins(rest, *i, "{\""))
            return TORN;
    }
    return MORE;
}

static event_scan_t s_cut(event_scanner_t *scanner, slice_t rest, size_t bytes,
                          size_t *at, slice_t *found, event_scan_t what)
{
    *found = slice(rest.data, bytes);
    s_advance(scanner, at, bytes);
    return what;
}

static slice_t s_rest(slice_t input, size_t at)
{
    // Empty input may have no address to add to.
    return at == 0 ? input : slice(input.data + at, input.bytes - at);
}

// Moves past separators to the next object or debris; false if there is none.
static bool s_find_start(event_scanner_t *scanner, slice_t input, size_t *at,
                         bool last)
{
    slice_t rest = s_rest(input, *at);
    s_advance(scanner, at, s_skip_separators(rest));
    rest = s_rest(input, *at);
    if (rest.bytes == 0 || (!last && s_is_part_of_mark(rest)))
        return false;
    scanner->place = rest.data[0] == '{' ? OBJECT : DEBRIS;
    return true;
}

static const char *s_reason(bool object, verdict_t verdict, size_t bytes)
{
    if (bytes > EVENT_JSON_MAX)
        return "too long";
    if (!object)
        return "not a JSON object";
    return verdict == TORN ? "torn" : "truncated";
}

event_scan_t event_scanner_next(event_scanner_t *scanner, slice_t input,
                                size_t *at, bool last, slice_t *found,
                                const char **reason)
{
    assert(*at <= input.bytes && scanner->scanned <= input.bytes - *at);
    if (scanner->place == BETWEEN && !s_find_start(scanner, input, at, last))
        return last ? EVENT_SCAN_END : EVENT_SCAN_MORE;

    slice_t rest = s_rest(input, *at);
    bool object = scanner->place == OBJECT;
    size_t i = scanner->scanned;
    verdict_t verdict = object ? s_scan_object(scanner, rest, last, &i)
                               : s_scan_debris(rest, last, &i);
    scanner->scanned = i;
    if (verdict == MORE && !last && i <= EVENT_JSON_MAX)
        return EVENT_SCAN_MORE;
    if (verdict == FOUND && i <= EVENT_JSON_MAX)
        return s_cut(scanner, rest, i, at, found, EVENT_SCAN_OBJECT);
    *reason = s_reason(object, verdict, i);
    return s_cut(scanner, rest, i, at, found, EVENT_SCAN_REJECT);
}

bool event_scanner_guess(event_scanner_t *scanner, slice_t input, size_t *at,
                         slice_t *line)
{
    assert(*at <= input.bytes);
    if (scanner->place != BETWEEN)
        return false;
    s_advance(scanner, at, s_skip_separators(s_rest(input, *at)));
    slice_t rest = s_rest(input, *at);
    if (rest.bytes == 0 || rest.data[0] != '{')
        return false;
    size_t end = s_locate(&scanner->line_break, '\n', rest, 0);
    if (!scanner->line_break.found || end <= scanner->guessed)
        return false;
    scanner->guessed = end;
    if (rest.data[end - 1] == '\r')
        end--;
    if (rest.data[end - 1] != '}' || end > EVENT_JSON_MAX)
        return false;
    *line = slice(rest.data, end);
    return true;
}

void event_scanner_take(event_scanner_t *scanner, size_t *at, slice_t line)
{
    s_advance(scanner, at, line.bytes);
}

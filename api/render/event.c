#include "api/render/event.h"

#include <inttypes.h>
#include <stdbool.h>

static bool s_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Returns the position after the string whose opening quote is json[at].
static size_t s_string_end(slice_t json, size_t at)
{
    for (at++; at < json.bytes && json.data[at] != '"'; at++)
        at += json.data[at] == '\\';
    return at + 1;
}

// Whether a colon comes next, so that the string before it is a name.
static bool s_colon_follows(slice_t json, size_t at)
{
    while (at < json.bytes && s_is_space(json.data[at]))
        at++;
    return at < json.bytes && json.data[at] == ':';
}

// Whether one of the members has this name; nested objects do not count. The
// members come without the braces around them, `name` with its quotes.
static bool s_has_member(slice_t members, slice_t name)
{
    int depth = 0;
    for (size_t at = 0; at < members.bytes; at++) {
        char c = members.data[at];
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (c != '"')
            continue;
        size_t end = s_string_end(members, at);
        if (depth == 0 && end <= members.bytes &&
            slice_equal(slice(members.data + at, end - at), name) &&
            s_colon_follows(members, end))
            return true;
        at = end - 1;
    }
    return false;
}

// Returns the text between the outermost braces, trimmed.
static slice_t s_members(slice_t json)
{
    if (json.bytes < 2)
        return slice("", 0);
    const char *begin = json.data + 1, *end = json.data + json.bytes - 1;
    while (begin < end && s_is_space(*begin))
        begin++;
    while (end > begin && s_is_space(end[-1]))
        end--;
    return slice(begin, (size_t)(end - begin));
}

void rendering_event(buffer_t *out, uint64_t offset, slice_t json)
{
    const slice_t own = slice_of("\"offset\"");
    slice_t members = s_members(json);
    buffer_printf(out, "{\"offset\":%" PRIu64, offset);
    if (members.bytes > 0) {
        buffer_add(out, ",", 1);
        buffer_add(out, members.data, members.bytes);
    }
    // memmem() rules out nearly every event before the slow search.
    if (memmem(members.data, members.bytes, own.data, own.bytes) &&
        s_has_member(members, own))
        buffer_printf(out, ",\"offset\":%" PRIu64, offset);
    buffer_add(out, "}", 1);
}

void rendering_event_item(buffer_t *out, uint64_t offset, slice_t json)
{
    // Only a previous item can end with a brace.
    if (out->bytes > 0 && out->data[out->bytes - 1] == '}')
        buffer_add(out, ",", 1);
    rendering_event(out, offset, json);
}

void rendering_event_sent(buffer_t *out, uint64_t offset, slice_t json)
{
    buffer_printf(out, "id: %" PRIu64 "\ndata: ", offset);
    const size_t begin = out->bytes;
    rendering_event(out, offset, json);
    // A line break would end the data. In JSON it is only white space.
    for (size_t i = begin; i < out->bytes; i++) {
        if (out->data[i] == '\n' || out->data[i] == '\r')
            out->data[i] = ' ';
    }
    buffer_add(out, "\n\n", 2);
}

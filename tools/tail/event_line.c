#include "tools/tail/event_line.h"

#include "proto/base/buffer.h"
#include "proto/base/time_text.h"
#include "proto/event/event.h"
#include "proto/json/json.h"
#include "tools/cli/figures.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#define S_DIM   "\033[2m"
#define S_RESET "\033[0m"

// Below these widths the date is left out, then the offset, so that the
// repository still fits.
#define S_WIDE 100
#define S_FAIR 60

// The longest text shown of a payload.
#define S_SUMMARY_MAX 512

struct event_line {
    bool colour;
    int columns;
    json_t *json;
    // Of the current line.
    FILE *out;
    int left; // columns
};

event_line_t *event_line_new(bool colour, int columns)
{
    event_line_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->colour = colour;
    self->columns = columns;
    self->json = json_new(EVENT_JSON_MAX);
    if (!self->json)
        event_line_destroy(&self);
    return self;
}

void event_line_destroy(event_line_t **line)
{
    event_line_t *self = *line;
    if (!self)
        return;
    *line = NULL;
    json_destroy(&self->json);
    free(self);
}

// What happened.

static slice_t s_text(json_value_t object, const char *name)
{
    json_value_t value;
    slice_t text = {NULL, 0};
    if (json_member(object, name, &value))
        (void)json_text(value, &text);
    return text;
}

// The text of object.member.name; empty if there is none.
static slice_t s_inner_text(json_value_t object, const char *member,
                            const char *name)
{
    json_value_t inner;
    return json_member(object, member, &inner) ? s_text(inner, name)
                                               : slice(NULL, 0);
}

static void s_add(buffer_t *summary, const char *before, slice_t text)
{
    if (text.bytes == 0 || summary->bytes > S_SUMMARY_MAX)
        return;
    if (summary->bytes > 0)
        buffer_add_text(summary, " ");
    buffer_add_text(summary, before);
    buffer_add(summary, text.data,
               text.bytes < S_SUMMARY_MAX ? text.bytes : S_SUMMARY_MAX);
}

// "#12 its title" of an issue or a pull request.
static void s_add_numbered(buffer_t *summary, json_value_t payload,
                           const char *member)
{
    json_value_t inner, number;
    uint64_t value;
    char text[24];
    if (!json_member(payload, member, &inner))
        return;
    if ((json_member(inner, "number", &number) ||
         json_member(payload, "number", &number)) &&
        json_u64(number, &value)) {
        snprintf(text, sizeof text, "%" PRIu64, value);
        s_add(summary, "#", slice_of(text));
    }
    s_add(summary, "", s_text(inner, "title"));
}

// "main, 3 commits".
static void s_add_push(buffer_t *summary, json_value_t payload)
{
    static const char heads[] = "refs/heads/";
    slice_t ref = s_text(payload, "ref");
    const size_t prefix = strlen(heads);
    json_value_t size;
    uint64_t commits;
    if (ref.bytes > prefix && memcmp(ref.data, heads, prefix) == 0)
        ref = slice(ref.data + prefix, ref.bytes - prefix);
    s_add(summary, "", ref);
    if (json_member(payload, "size", &size) && json_u64(size, &commits))
        buffer_printf(summary, ", %" PRIu64 " commit%s", commits,
                      commits == 1 ? "" : "s");
}

static void s_summarize(buffer_t *summary, uint8_t type, slice_t action,
                        json_value_t payload)
{
    s_add(summary, "", action);
    switch (type) {
    case EVENT_TYPE_PUSH:
        s_add_push(summary, payload);
        break;
    case EVENT_TYPE_CREATE:
    case EVENT_TYPE_DELETE:
        s_add(summary, "", s_text(payload, "ref_type"));
        s_add(summary, "", s_text(payload, "ref"));
        break;
    case EVENT_TYPE_FORK:
        s_add(summary, "to ", s_inner_text(payload, "forkee", "full_name"));
        break;
    case EVENT_TYPE_MEMBER:
        s_add(summary, "", s_inner_text(payload, "member", "login"));
        break;
    case EVENT_TYPE_RELEASE:
        s_add(summary, "", s_inner_text(payload, "release", "tag_name"));
        break;
    default:
        s_add_numbered(summary, payload, "pull_request");
        s_add_numbered(summary, payload, "issue");
        break;
    }
}

// Printing.

// The colour of a type, by subject.
static const char *s_colour(uint8_t type)
{
    switch (type) {
    case EVENT_TYPE_PUSH:
        return "\033[32m"; // green
    case EVENT_TYPE_PULL_REQUEST:
    case EVENT_TYPE_PULL_REQUEST_REVIEW:
    case EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT:
    case EVENT_TYPE_PULL_REQUEST_REVIEW_THREAD:
        return "\033[35m"; // magenta
    case EVENT_TYPE_ISSUES:
    case EVENT_TYPE_ISSUE_COMMENT:
        return "\033[33m"; // yellow
    case EVENT_TYPE_CREATE:
    case EVENT_TYPE_RELEASE:
        return "\033[36m"; // cyan
    case EVENT_TYPE_DELETE:
        return "\033[31m"; // red
    default:
        return "\033[34m"; // blue
    }
}

// Prints a column padded to `width` and two blanks (width 0: the last column),
// up to the end of the line.
static void s_column(event_line_t *line, const char *colour, slice_t text,
                     int width)
{
    if (line->left <= 0)
        return;
    if (line->colour && *colour)
        fputs(colour, line->out);
    const int printed = figure_print_name(line->out, text, line->left, false);
    if (line->colour && *colour)
        fputs(S_RESET, line->out);
    line->left -= printed;
    if (width == 0)
        return;
    int blanks = (printed < width ? width - printed : 0) + 2;
    if (blanks > line->left)
        blanks = line->left;
    line->left -= fprintf(line->out, "%*s", blanks, "");
}

// All of GitHub's types end in Event, and the column is narrow.
slice_t event_line_type(slice_t type)
{
    static const char end[] = "Event";
    const size_t bytes = strlen(end);
    if (type.bytes > bytes &&
        memcmp(type.data + type.bytes - bytes, end, bytes) == 0)
        type.bytes -= bytes;
    return type;
}

// Prints offset, time, type and repository.
static void s_print_head(event_line_t *line, const batch_t *batch, uint32_t i)
{
    const bool wide = line->columns == 0 || line->columns >= S_WIDE;
    char offset[24] = "", time[TIME_TEXT_BYTES], place[64];
    if (wide || line->columns >= S_FAIR)
        snprintf(offset, sizeof offset, "%10" PRIu64 "  ", batch->offset + i);
    time_text_format(batch_created_at(batch, i), time);
    const char *day = strchr(time, 'T');
    snprintf(place, sizeof place, "%s%s", offset,
             wide || !day ? time : day + 1);
    s_column(line, S_DIM, slice_of(place), (int)strlen(place));
    s_column(line, s_colour(batch_type(batch, i)),
             event_line_type(batch_type_name(batch, i)), wide ? 17 : 12);
    s_column(line, "", batch_repo_name(batch, i), wide ? 32 : 24);
}

void event_line_print(event_line_t *line, FILE *out, const batch_t *batch,
                      uint32_t i)
{
    json_value_t root, payload;
    buffer_t summary = {0};
    const char *why;
    line->out = out;
    line->left = line->columns > 0 ? line->columns : INT_MAX;
    s_print_head(line, batch, i);
    s_column(line, "", batch_actor_login(batch, i), 16);
    if (json_parse(line->json, batch_json(batch, i), &root, &why) == 0 &&
        json_member(root, "payload", &payload))
        s_summarize(&summary, batch_type(batch, i), batch_action_name(batch, i),
                    payload);
    if (summary.bytes > 0)
        s_column(line, "", buffer_slice(&summary), 0);
    buffer_free(&summary);
    fputc('\n', out);
}

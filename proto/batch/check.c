#include "proto/batch/check.h"

#include "proto/batch/layout.h"
#include "proto/event/event.h"

#include <stddef.h>

// The passes below run for every batch of a replay: one over each column,
// without a branch that depends on an event, and compiled for each width, so
// that compilers vectorise them. They handle columns of u32 and read rows
// without their base, which the callers account for.

// Numbers in valid columns are below 2^31. A number or a difference that is out
// of range therefore sets the highest bit, and or-ing them all keeps it.
#define OUT_OF_RANGE 0x80000000u

// Calls pass(data, width, ...) with a constant width.
#define BY_WIDTH(pass, column, ...)                                            \
    ((column)->width == 0   ? pass((column)->data, 0, __VA_ARGS__)             \
     : (column)->width == 1 ? pass((column)->data, 1, __VA_ARGS__)             \
     : (column)->width == 2 ? pass((column)->data, 2, __VA_ARGS__)             \
     : (column)->width == 3 ? pass((column)->data, 3, __VA_ARGS__)             \
                            : pass((column)->data, 4, __VA_ARGS__))

static inline uint32_t s_row(const char *data, uint32_t width, uint32_t i)
{
    const char *row = data + (size_t)i * width;
    uint16_t pair;
    switch (width) {
    case 0:
        return 0;
    case 1:
        return (uint8_t)*row;
    case 2:
        memcpy(&pair, row, sizeof pair);
        return le16toh(pair);
    case 3:
        return batch_u32(row, 0) & 0xFFFFFFu;
    default:
        return batch_u32(row, 0);
    }
}

// Whether all rows are at most `most`.
static inline uint32_t s_bits_above(const char *data, uint32_t width,
                                    uint32_t rows, uint32_t most)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = s_row(data, width, i);
        bits |= row | (most - row);
    }
    return bits;
}

// Whether each row but the first exceeds the previous row by `least` to `most`.
static inline uint32_t s_bits_of_steps(const char *data, uint32_t width,
                                       uint32_t rows, uint32_t least,
                                       uint32_t most)
{
    uint32_t bits = rows ? s_row(data, width, 0) : 0;
    for (uint32_t i = 1; i < rows; i++) {
        uint32_t row = s_row(data, width, i);
        uint32_t step = row - s_row(data, width, i - 1);
        bits |= row | (step - least) | (most - step);
    }
    return bits;
}

typedef struct {
    uint32_t least;
    uint32_t most;
} span_t;

static inline span_t s_span(const char *data, uint32_t width, uint32_t rows)
{
    span_t span = {UINT32_MAX, 0};
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = s_row(data, width, i);
        span.least = row < span.least ? row : span.least;
        span.most = row > span.most ? row : span.most;
    }
    return span;
}

static bool s_are_steps(const batch_column_t *column, uint32_t rows,
                        uint32_t least, uint32_t most)
{
    return !(BY_WIDTH(s_bits_of_steps, column, rows, least, most) &
             OUT_OF_RANGE);
}

// Number 0 is empty, all others have 1 to EVENT_NAME_MAX bytes.
static const char *s_check_strings(const batch_t *batch)
{
    const batch_column_t *ends = &batch->columns[BATCH_STRING_END];
    if (batch_number(ends, 0) != 0)
        return "string 0 is not empty";
    return s_are_steps(ends, batch->string_count, 1, EVENT_NAME_MAX) &&
                   batch_number(ends, batch->string_count - 1) ==
                       batch_u32(batch->head.data + HEAD_STRING_BYTES, 0)
               ? NULL
               : "lengths of strings are wrong";
}

static const char *s_check_json_ends(const batch_t *batch)
{
    const batch_column_t *ends = &batch->columns[BATCH_JSON_END];
    uint64_t all = batch->count ? batch_number(ends, batch->count - 1) : 0;
    return s_are_steps(ends, batch->count, 0, OUT_OF_RANGE - 1) &&
                   all == batch_u32(batch->head.data + HEAD_PAYLOAD_BYTES, 0)
               ? NULL
               : "lengths of events are wrong";
}

static bool s_are_strings(const batch_t *batch, batch_column_id_t id)
{
    const batch_column_t *column = &batch->columns[id];
    uint32_t largest = batch->string_count - 1;
    if (batch->count == 0)
        return true;
    if (column->base > largest)
        return false;
    largest -= (uint32_t)column->base;
    return !(BY_WIDTH(s_bits_above, column, batch->count, largest) &
             OUT_OF_RANGE);
}

static const char *s_check_string_numbers(const batch_t *batch)
{
    return s_are_strings(batch, BATCH_REPO_NAME) &&
                   s_are_strings(batch, BATCH_ACTOR_LOGIN) &&
                   s_are_strings(batch, BATCH_ORG_LOGIN)
               ? NULL
               : "number of a string is out of range";
}

static const char *s_check_times(const batch_t *batch)
{
    const batch_column_t *times = &batch->columns[BATCH_CREATED_AT];
    uint64_t least = 0;
    uint64_t most = 0;
    if (batch->count > 0) {
        span_t span = BY_WIDTH(s_span, times, batch->count);
        least = times->base + span.least;
        most = times->base + span.most;
    }
    return least == batch->created_min && most == batch->created_max
               ? NULL
               : "created_min or created_max is wrong";
}

// Counts the codes of a column whose names are escapes; sets *wrong if a code
// is neither that nor in first..last.
static uint32_t s_count_escaped(const char *column, uint32_t count,
                                uint8_t first, uint8_t last, bool *wrong)
{
    uint32_t escaped = 0;
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t code = (uint8_t)column[i];
        escaped += code == EVENT_OTHER;
        known += (uint8_t)(code - first) <= last - first;
    }
    *wrong |= escaped + known != count;
    return escaped;
}

// Every code is known or escaped, and the escaped ones are as many as there are
// escapes.
static const char *s_check_codes(const batch_t *batch)
{
    bool wrong = false;
    uint32_t escaped =
        s_count_escaped(batch->types, batch->count, EVENT_TYPE_NONE + 1,
                        EVENT_TYPES - 1, &wrong) +
        s_count_escaped(batch->actions, batch->count, EVENT_ACTION_NONE,
                        EVENT_ACTIONS - 1, &wrong);
    if (wrong)
        return "unknown type or action";
    return escaped == batch->escape_count ? NULL : "number of escapes is wrong";
}

// Each escape belongs to a code that needs one, and no two to the same. Since
// their number is right, every such code has its escape.
static const char *s_check_escapes(const batch_t *batch)
{
    uint64_t next = 0; // lowest place allowed next
    for (uint32_t i = 0; i < batch->escape_count; i++) {
        const char *escape = batch->escapes + (size_t)i * ESCAPE_BYTES;
        uint32_t event = batch_u32(escape + ESCAPE_EVENT, 0);
        uint8_t column = (uint8_t)escape[ESCAPE_COLUMN];
        uint32_t string = batch_u32(escape + ESCAPE_STRING, 0);
        if (event >= batch->count || column > ESCAPE_OF_ACTION)
            return "an escape belongs to no code";
        if (batch_escape_place(event, column) < next)
            return "escapes are out of order";
        next = batch_escape_place(event, column) + 1;
        uint8_t code = column == ESCAPE_OF_TYPE ? batch_type(batch, event)
                                                : batch_action(batch, event);
        if (code != EVENT_OTHER)
            return "an escape belongs to no code";
        if (string == 0 || string >= batch->string_count)
            return "an escape has no name";
    }
    return NULL;
}

const char *batch_check(const batch_t *batch)
{
    const char *wrong = s_check_strings(batch);
    if (!wrong)
        wrong = s_check_string_numbers(batch);
    if (!wrong)
        wrong = s_check_json_ends(batch);
    if (!wrong)
        wrong = s_check_times(batch);
    if (!wrong)
        wrong = s_check_codes(batch);
    if (!wrong)
        wrong = s_check_escapes(batch);
    return wrong;
}

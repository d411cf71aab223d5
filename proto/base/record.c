#include "proto/base/record.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

// Encodes one field; `at` is the member in the struct.
static void s_put(buffer_t *out, uint8_t type, const char *at)
{
    uint32_t u32;
    uint64_t u64;
    slice_t bytes;
    switch (type) {
    case RECORD_U8:
        buffer_add_u8(out, *(const uint8_t *)at);
        break;
    case RECORD_U32:
        memcpy(&u32, at, sizeof u32);
        buffer_add_u32(out, u32);
        break;
    case RECORD_BYTES:
        memcpy(&bytes, at, sizeof bytes);
        if (bytes.bytes > UINT32_MAX) {
            out->failed = true;
            break;
        }
        buffer_add_u32(out, (uint32_t)bytes.bytes);
        buffer_add(out, bytes.data, bytes.bytes);
        break;
    default: // U64, I64 and F64 travel as their 64 bits
        memcpy(&u64, at, sizeof u64);
        buffer_add_u64(out, u64);
        break;
    }
}

void record_add(buffer_t *out, const record_field_t *fields, const void *record)
{
    for (; fields->type != RECORD_LAST; fields++)
        s_put(out, fields->type, (const char *)record + fields->offset);
}

// Takes `bytes` off the front; NULL if fewer are left.
static const char *s_take(slice_t *rest, size_t bytes)
{
    if (rest->bytes < bytes)
        return NULL;
    const char *taken = rest->data;
    *rest = slice(rest->data + bytes, rest->bytes - bytes);
    return taken;
}

static bool s_take_u32(slice_t *rest, uint32_t *value)
{
    const char *taken = s_take(rest, sizeof *value);
    if (!taken)
        return false;
    memcpy(value, taken, sizeof *value);
    *value = le32toh(*value);
    return true;
}

static bool s_take_u64(slice_t *rest, uint64_t *value)
{
    const char *taken = s_take(rest, sizeof *value);
    if (!taken)
        return false;
    memcpy(value, taken, sizeof *value);
    *value = le64toh(*value);
    return true;
}

bool record_take_bytes(slice_t *bytes, slice_t *value)
{
    slice_t after = *bytes;
    uint32_t length;
    if (!s_take_u32(&after, &length) || after.bytes < length)
        return false;
    *value = slice(s_take(&after, length), length);
    *bytes = after;
    return true;
}

// Decodes one field into the member at `at`; false when the bytes run out.
static bool s_get(slice_t *rest, uint8_t type, char *at)
{
    uint32_t u32;
    uint64_t u64;
    slice_t bytes;
    const char *byte;
    switch (type) {
    case RECORD_U8:
        if (!(byte = s_take(rest, 1)))
            return false;
        *at = *byte;
        return true;
    case RECORD_U32:
        if (!s_take_u32(rest, &u32))
            return false;
        memcpy(at, &u32, sizeof u32);
        return true;
    case RECORD_BYTES:
        if (!record_take_bytes(rest, &bytes))
            return false;
        memcpy(at, &bytes, sizeof bytes);
        return true;
    default: // U64, I64, F64
        if (!s_take_u64(rest, &u64))
            return false;
        memcpy(at, &u64, sizeof u64);
        return true;
    }
}

bool record_take(slice_t *bytes, const record_field_t *fields, void *record)
{
    slice_t rest = *bytes;
    for (; fields->type != RECORD_LAST; fields++)
        if (!s_get(&rest, fields->type, (char *)record + fields->offset))
            return false;
    *bytes = rest;
    return true;
}

int record_next(slice_t *list, const record_field_t *fields, void *record)
{
    if (list->bytes == 0)
        return 0;
    return record_take(list, fields, record) ? 1 : -EBADMSG;
}

#include "actors/journal/unknown_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#define PREFIX "strange:"
// The prefix, the kind, the digits and the terminator.
#define CURSOR_BYTES (sizeof PREFIX + 1 + 32)

typedef struct {
    char kind; // 't' or 'a'
    slice_t text;
    event_key_t key; // its kind and its hash
} name_t;

static void s_make(name_t *name, char kind, slice_t text)
{
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits(text.data, text.bytes));
    *name = (name_t){.kind = kind, .text = text};
    name->key.size = 1 + sizeof hash.digest;
    name->key.bytes[0] = (uint8_t)kind;
    memcpy(name->key.bytes + 1, hash.digest, sizeof hash.digest);
}

static void s_cursor(const name_t *name, char cursor[CURSOR_BYTES])
{
    int length = snprintf(cursor, CURSOR_BYTES, PREFIX "%c", name->kind);
    for (uint8_t i = 1; i < name->key.size; i++)
        length += snprintf(cursor + length, CURSOR_BYTES - (size_t)length,
                           "%02x", name->key.bytes[i]);
}

static int s_load_one(void *context, slice_t cursor, slice_t value)
{
    unknown_names_t *names = context;
    const size_t at = strlen(PREFIX);
    name_t name;
    if (cursor.bytes <= at)
        return -EUCLEAN;
    const char kind = ((const char *)cursor.data)[at];
    if (kind != 't' && kind != 'a')
        return -EUCLEAN;
    s_make(&name, kind, value);
    if (key_set_reserve(&names->known, 1) != 0)
        return -ENOMEM;
    key_set_add(&names->known, &name.key);
    return 0;
}

int unknown_names_load(unknown_names_t *names, event_log_t *log,
                       failure_t *failure)
{
    *names = (unknown_names_t){.log = log};
    return event_log_cursors(log, slice_of(PREFIX), s_load_one, names, failure);
}

void unknown_names_free(unknown_names_t *names)
{
    key_set_free(&names->known);
}

// false: the name is known.
static bool s_make_new(const unknown_names_t *names, char kind, slice_t text,
                       name_t *name)
{
    s_make(name, kind, text);
    return !key_set_has(&names->known, &name->key);
}

static int s_stage(unknown_names_t *names, const name_t *name,
                   failure_t *failure)
{
    char cursor[CURSOR_BYTES];
    s_cursor(name, cursor);
    int rc = key_set_reserve(&names->known, 1);
    if (rc == 0)
        rc = event_log_stage_cursor(names->log, slice_of(cursor), name->text,
                                    failure);
    if (rc == 0)
        key_set_add(&names->known, &name->key);
    return rc;
}

int unknown_names_admit(unknown_names_t *names, const batch_t *batch,
                        uint32_t i, failure_t *failure)
{
    name_t new[2];
    size_t count = 0;
    int rc = 0;
    if (batch_type(batch, i) == EVENT_OTHER)
        count += s_make_new(names, 't', batch_type_name(batch, i), &new[count]);
    if (batch_action(batch, i) == EVENT_OTHER)
        count +=
            s_make_new(names, 'a', batch_action_name(batch, i), &new[count]);
    if (count > 0 && names->known.count + count > UNKNOWN_NAMES_MAX)
        return 1;
    for (size_t n = 0; n < count && rc == 0; n++)
        rc = s_stage(names, &new[n], failure);
    return rc;
}

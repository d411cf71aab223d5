#include "actors/fetch/cursor.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define S_KEY_DIGITS 16

// Numbers in JSON are doubles: exact integers up to here.
#define S_WHOLE_MAX 9007199254740992.0

static bool s_has(const uint64_t *keys, size_t count, uint64_t key)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i] == key)
            return true;
    }
    return false;
}

// The run that the page belongs to, new or existing.
static fetch_run_t *s_run_of(fetch_haul_t *haul, const fetch_page_t *page,
                             const fetch_kind_t *kind)
{
    bool begins =
        kind->begins_list && kind->begins_list(&haul->list_state, page);
    if (haul->run_count == 0 ||
        (begins && haul->run_count < FETCH_CURSOR_RUNS_MAX))
        haul->runs[haul->run_count++] =
            (fetch_run_t){haul->key_count, page->oldest};
    return &haul->runs[haul->run_count - 1];
}

void fetch_haul_add(fetch_haul_t *haul, const fetch_page_t *page,
                    const fetch_kind_t *kind)
{
    haul->events += page->count;
    if (page->newest == 0)
        return;
    fetch_run_t *run = s_run_of(haul, page, kind);
    for (size_t i = 0; i < page->count; i++) {
        uint64_t key = page->keys[i];
        if (haul->key_count == FETCH_CURSOR_KEYS_MAX)
            break;
        if (key != 0 && !s_has(haul->keys, haul->key_count, key))
            haul->keys[haul->key_count++] = key;
    }
    if (page->oldest < run->oldest)
        run->oldest = page->oldest;
    if (page->newest > haul->newest)
        haul->newest = page->newest;
}

// Whether any of the haul's keys from `first` up to `end` is known.
static bool s_overlaps(const fetch_cursor_t *cursor, const fetch_haul_t *haul,
                       size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (s_has(cursor->keys, cursor->key_count, haul->keys[i]))
            return true;
    }
    return false;
}

// The first run that has no event in common with the last poll; NULL: all have.
// A run whose keys all occur in an earlier run is connected by that run.
static const fetch_run_t *s_find_gap(const fetch_cursor_t *cursor,
                                     const fetch_haul_t *haul)
{
    for (size_t i = 0; i < haul->run_count; i++) {
        const fetch_run_t *run = &haul->runs[i];
        size_t end =
            i + 1 < haul->run_count ? run[1].first_key : haul->key_count;
        if (end > run->first_key &&
            !s_overlaps(cursor, haul, run->first_key, end))
            return run;
    }
    return NULL;
}

// Records a gap between the last poll and the run. Events of both may
// interleave in time, so the two times are put in order.
static void s_note_gap(fetch_cursor_t *cursor, const fetch_run_t *run)
{
    bool apart = cursor->newest <= run->oldest;
    cursor->gaps++;
    cursor->last_gap_from = apart ? cursor->newest : run->oldest;
    cursor->last_gap_until = apart ? run->oldest : cursor->newest;
}

bool fetch_cursor_accept(fetch_cursor_t *cursor, const fetch_haul_t *haul)
{
    bool comparable = cursor->key_count > 0 && haul->key_count > 0;
    const fetch_run_t *gap = comparable ? s_find_gap(cursor, haul) : NULL;
    if (gap)
        s_note_gap(cursor, gap);
    cursor->compared += comparable;
    cursor->polls++;
    cursor->events += haul->events;
    if (haul->newest)
        cursor->newest = haul->newest;
    cursor->key_count = haul->key_count;
    memcpy(cursor->keys, haul->keys, sizeof haul->keys);
    memcpy(cursor->etag, haul->etag, sizeof haul->etag);
    memcpy(cursor->last_modified, haul->last_modified,
           sizeof haul->last_modified);
    return gap != NULL;
}

void fetch_cursor_unchanged(fetch_cursor_t *cursor)
{
    cursor->polls++;
    cursor->not_modified++;
    cursor->compared += cursor->key_count > 0;
}

double fetch_cursor_coverage(const fetch_cursor_t *cursor)
{
    if (cursor->compared == 0)
        return -1;
    return 1 - (double)cursor->gaps / (double)cursor->compared;
}

// The numeric members; all have 64 bits.
typedef struct {
    const char *name;
    size_t offset; // in fetch_cursor_t
    double max;    // a larger value means damage
} s_number_t;

#define S_NUMBER(name, max)                                                    \
    {                                                                          \
#name, offsetof(fetch_cursor_t, name), max                             \
    }
static const s_number_t s_numbers[] = {
    S_NUMBER(polled_at_us, S_WHOLE_MAX),
    S_NUMBER(interval_s, FETCH_WAIT_MAX_S),
    S_NUMBER(newest, UINT32_MAX),
    S_NUMBER(polls, S_WHOLE_MAX),
    S_NUMBER(not_modified, S_WHOLE_MAX),
    S_NUMBER(failures, S_WHOLE_MAX),
    S_NUMBER(events, S_WHOLE_MAX),
    S_NUMBER(compared, S_WHOLE_MAX),
    S_NUMBER(gaps, S_WHOLE_MAX),
    S_NUMBER(last_gap_from, UINT32_MAX),
    S_NUMBER(last_gap_until, UINT32_MAX),
};
#define S_NUMBERS (sizeof s_numbers / sizeof *s_numbers)

static bool s_add_numbers(cJSON *json, const fetch_cursor_t *cursor)
{
    for (size_t i = 0; i < S_NUMBERS; i++) {
        uint64_t value;
        memcpy(&value, (const char *)cursor + s_numbers[i].offset,
               sizeof value);
        if (!cJSON_AddNumberToObject(json, s_numbers[i].name, (double)value))
            return false;
    }
    return true;
}

static void s_read_numbers(fetch_cursor_t *cursor, const cJSON *json)
{
    for (size_t i = 0; i < S_NUMBERS; i++) {
        const cJSON *item = cJSON_GetObjectItem(json, s_numbers[i].name);
        if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
            item->valuedouble > s_numbers[i].max)
            continue;
        uint64_t value = (uint64_t)item->valuedouble;
        memcpy((char *)cursor + s_numbers[i].offset, &value, sizeof value);
    }
}

static bool s_add_keys(cJSON *json, const fetch_cursor_t *cursor)
{
    buffer_t hex = {0};
    for (size_t i = 0; i < cursor->key_count; i++)
        buffer_printf(&hex, "%016llx", (unsigned long long)cursor->keys[i]);
    buffer_add_u8(&hex, 0);
    bool ok =
        !buffer_failed(&hex) && cJSON_AddStringToObject(json, "keys", hex.data);
    buffer_free(&hex);
    return ok;
}

int fetch_cursor_write(const fetch_cursor_t *cursor, buffer_t *out)
{
    cJSON *json = cJSON_CreateObject();
    bool ok =
        json && cJSON_AddStringToObject(json, "etag", cursor->etag) &&
        cJSON_AddStringToObject(json, "last_modified", cursor->last_modified) &&
        cJSON_AddStringToObject(json, "moved", cursor->moved) &&
        s_add_keys(json, cursor) && s_add_numbers(json, cursor);
    char *text = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (!text)
        return -ENOMEM;
    buffer_add_text(out, text);
    cJSON_free(text);
    return buffer_failed(out) ? -ENOMEM : 0;
}

// octolog wrote the text, but the disk may have changed it: text that does not
// fit is dropped.
static void s_read_text(char *field, size_t capacity, const cJSON *json,
                        const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
    size_t bytes = text ? strlen(text) : 0;
    if (bytes == 0 || bytes >= capacity)
        return;
    for (size_t i = 0; i < bytes; i++) {
        if (!isprint((unsigned char)text[i]))
            return;
    }
    memcpy(field, text, bytes + 1);
}

static void s_read_keys(fetch_cursor_t *cursor, const cJSON *json)
{
    const char *hex = cJSON_GetStringValue(cJSON_GetObjectItem(json, "keys"));
    size_t digits = hex ? strlen(hex) : 0;
    if (digits % S_KEY_DIGITS ||
        (hex && strspn(hex, "0123456789abcdef") != digits))
        return;
    size_t count = digits / S_KEY_DIGITS;
    if (count > FETCH_CURSOR_KEYS_MAX)
        count = FETCH_CURSOR_KEYS_MAX;
    for (size_t i = 0; i < count; i++) {
        char one[S_KEY_DIGITS + 1] = {0};
        memcpy(one, hex + i * S_KEY_DIGITS, S_KEY_DIGITS);
        cursor->keys[i] = strtoull(one, NULL, 16);
    }
    cursor->key_count = count;
}

int fetch_cursor_read(fetch_cursor_t *cursor, slice_t text)
{
    cJSON *json = cJSON_ParseWithLength(text.data, text.bytes);
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return -EBADMSG;
    }
    fetch_cursor_t read = {0};
    s_read_text(read.etag, sizeof read.etag, json, "etag");
    s_read_text(read.last_modified, sizeof read.last_modified, json,
                "last_modified");
    s_read_text(read.moved, sizeof read.moved, json, "moved");
    s_read_keys(&read, json);
    s_read_numbers(&read, json);
    cJSON_Delete(json);
    *cursor = read;
    return 0;
}

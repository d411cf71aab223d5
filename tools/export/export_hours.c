#include "tools/export/export_hours.h"

#include "log/folder.h"
#include "proto/base/time_text.h"
#include "tools/export/archive_writer.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_S     3600
#define ROOM_MIN   64
#define REASON_MAX 512

typedef struct {
    export_hour_t hour;
    uint64_t put;             // of its events
    EVP_MD_CTX *digest;       // of the lines written; NULL before and after
    archive_writer_t *writer; // NULL: not open
    uint64_t used;            // last use, in events written
} slot_t;

struct export_hours {
    const char *folder; // borrowed
    slot_t *slots;      // by hour
    size_t count, room;
    size_t last;                       // found
    slot_t *opened[EXPORT_HOURS_OPEN]; // those with a writer, in any order
    size_t open, finished;
    uint64_t clock; // events written
    uint64_t joined;
    char reason[REASON_MAX];
};

export_hours_t *export_hours_new(const char *folder)
{
    export_hours_t *self = calloc(1, sizeof *self);
    if (self)
        self->folder = folder;
    return self;
}

void export_hours_destroy(export_hours_t **hours)
{
    export_hours_t *self = *hours;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        uint64_t nobody_asks = 0;
        EVP_MD_CTX_free(self->slots[i].digest);
        if (self->slots[i].writer)
            archive_writer_close(&self->slots[i].writer, &nobody_asks);
    }
    free(self->slots);
    free(self);
    *hours = NULL;
}

void export_hours_name(uint32_t number, char name[EXPORT_NAME_BYTES])
{
    char time[TIME_TEXT_BYTES]; // "2016-01-01T00:..."
    time_text_format(number * HOUR_S, time);
    snprintf(name, EXPORT_NAME_BYTES, "%.10s-%u.json.gz", time, number % 24);
}

static int s_fail(export_hours_t *hours, int rc, const slot_t *slot)
{
    char name[EXPORT_NAME_BYTES];
    export_hours_name(slot->hour.number, name);
    snprintf(hours->reason, sizeof hours->reason, "%s/%s: %s", hours->folder,
             name, strerrordesc_np(-rc));
    return rc;
}

// The table.

// The index of the hour, or where to insert it.
static size_t s_find(export_hours_t *hours, uint32_t number)
{
    size_t low = 0, high = hours->count;
    if (hours->last < high && hours->slots[hours->last].hour.number == number)
        return hours->last;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hours->slots[middle].hour.number < number)
            low = middle + 1;
        else
            high = middle;
    }
    hours->last = low;
    return low;
}

static bool s_is_at(const export_hours_t *hours, size_t i, uint32_t number)
{
    return i < hours->count && hours->slots[i].hour.number == number;
}

static int s_insert(export_hours_t *hours, size_t i, const export_hour_t *hour)
{
    if (hours->count == hours->room) {
        size_t room = hours->room ? hours->room * 2 : ROOM_MIN;
        slot_t *slots = reallocarray(hours->slots, room, sizeof *slots);
        if (!slots) {
            snprintf(hours->reason, sizeof hours->reason, "out of memory");
            return -ENOMEM;
        }
        hours->slots = slots;
        hours->room = room;
    }
    memmove(hours->slots + i + 1, hours->slots + i,
            (hours->count - i) * sizeof *hours->slots);
    hours->slots[i] = (slot_t){.hour = *hour};
    hours->count++;
    return 0;
}

int export_hours_count(export_hours_t *hours, uint32_t created_at,
                       uint64_t offset, size_t bytes)
{
    const uint32_t number = created_at / HOUR_S;
    size_t i = s_find(hours, number);
    if (!s_is_at(hours, i, number)) {
        const export_hour_t begun = {.number = number,
                                     .first_offset = offset,
                                     .first_created_at = created_at};
        int rc = s_insert(hours, i, &begun);
        if (rc != 0)
            return rc;
    }
    export_hour_t *hour = &hours->slots[i].hour;
    hour->events++;
    hour->bytes += bytes + 1; // with its line feed
    hour->last_offset = offset;
    if (created_at < hour->first_created_at)
        hour->first_created_at = created_at;
    if (created_at > hour->last_created_at)
        hour->last_created_at = created_at;
    return 0;
}

// Their archives.

static int s_suspend(export_hours_t *hours, slot_t *slot)
{
    for (size_t i = 0; i < hours->open; i++)
        if (hours->opened[i] == slot)
            hours->opened[i--] = hours->opened[--hours->open];
    int rc = archive_writer_close(&slot->writer, &slot->hour.gz_bytes);
    return rc ? s_fail(hours, rc, slot) : 0;
}

static int s_suspend_oldest(export_hours_t *hours)
{
    slot_t *oldest = hours->opened[0];
    for (size_t i = 1; i < hours->open; i++)
        if (hours->opened[i]->used < oldest->used)
            oldest = hours->opened[i];
    return s_suspend(hours, oldest);
}

static int s_resume(export_hours_t *hours, slot_t *slot)
{
    char name[EXPORT_NAME_BYTES], path[FOLDER_PATH_MAX];
    int rc = hours->open < EXPORT_HOURS_OPEN ? 0 : s_suspend_oldest(hours);
    if (rc != 0)
        return rc;
    export_hours_name(slot->hour.number, name);
    rc = folder_path(path, hours->folder, name);
    if (rc == 0)
        rc = archive_writer_open(&slot->writer, path);
    if (rc != 0)
        return s_fail(hours, rc, slot);
    hours->opened[hours->open++] = slot;
    if (slot->digest)
        return 0;
    slot->digest = EVP_MD_CTX_new();
    if (!slot->digest ||
        EVP_DigestInit_ex(slot->digest, EVP_sha256(), NULL) != 1)
        return s_fail(hours, -ENOMEM, slot);
    return 0;
}

static int s_write(export_hours_t *hours, slot_t *slot, slice_t bytes)
{
    if (EVP_DigestUpdate(slot->digest, bytes.data, bytes.bytes) != 1)
        return s_fail(hours, -ENOMEM, slot);
    int rc = archive_writer_put(slot->writer, bytes);
    return rc ? s_fail(hours, rc, slot) : 0;
}

static int s_write_line(export_hours_t *hours, slot_t *slot, slice_t json)
{
    int rc = 0;
    bool joined = false;
    while (rc == 0 && json.bytes > 0) {
        size_t plain = 0;
        while (plain < json.bytes && json.data[plain] != '\n' &&
               json.data[plain] != '\r')
            plain++;
        rc = s_write(hours, slot, slice(json.data, plain));
        if (rc == 0 && plain < json.bytes) {
            rc = s_write(hours, slot, slice_of(" "));
            joined = true;
            plain++;
        }
        json = slice(json.data + plain, json.bytes - plain);
    }
    hours->joined += joined;
    return rc ? rc : s_write(hours, slot, slice_of("\n"));
}

static int s_finish(export_hours_t *hours, slot_t *slot)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned bytes = 0;
    if (EVP_DigestFinal_ex(slot->digest, digest, &bytes) != 1)
        return s_fail(hours, -ENOMEM, slot);
    for (unsigned i = 0; i < bytes && i * 2 + 2 < EXPORT_SHA256_HEX; i++)
        snprintf(slot->hour.sha256 + (size_t)i * 2, 3, "%02x", digest[i]);
    EVP_MD_CTX_free(slot->digest);
    slot->digest = NULL;
    hours->finished++;
    return s_suspend(hours, slot);
}

int export_hours_put(export_hours_t *hours, uint32_t created_at, slice_t json)
{
    const uint32_t number = created_at / HOUR_S;
    size_t i = s_find(hours, number);
    slot_t *slot = s_is_at(hours, i, number) ? &hours->slots[i] : NULL;
    if (!slot || slot->put == slot->hour.events) {
        snprintf(hours->reason, sizeof hours->reason,
                 "the log contains more than in the first pass");
        return -EUCLEAN;
    }
    int rc = slot->writer ? 0 : s_resume(hours, slot);
    if (rc == 0)
        rc = s_write_line(hours, slot, json);
    if (rc != 0)
        return rc;
    slot->used = ++hours->clock;
    return ++slot->put == slot->hour.events ? s_finish(hours, slot) : 0;
}

// Results.

size_t export_hours_size(const export_hours_t *hours)
{
    return hours->count;
}

const export_hour_t *export_hours_at(const export_hours_t *hours, size_t i)
{
    return &hours->slots[i].hour;
}

size_t export_hours_unfinished(const export_hours_t *hours)
{
    return hours->count - hours->finished;
}

uint64_t export_hours_joined(const export_hours_t *hours)
{
    return hours->joined;
}

const char *export_hours_reason(const export_hours_t *hours)
{
    return hours->reason;
}

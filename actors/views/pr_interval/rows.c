#include "actors/views/pr_interval/rows.h"

#include "proto/event/event.h"

#include <endian.h>
#include <string.h>

// created_at and offset at the end of an event's key.
#define MOMENT_BYTES 12

int view_pr_moment_compare(view_pr_moment_t a, view_pr_moment_t b)
{
    if (a.created_at != b.created_at)
        return a.created_at < b.created_at ? -1 : 1;
    return (a.offset > b.offset) - (a.offset < b.offset);
}

int view_pr_repo_compare(const view_pr_repo_t *a, const view_pr_repo_t *b)
{
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    if (a->id != 0)
        return 0;
    // The order of their keys: by length, then by bytes.
    if (a->name.bytes != b->name.bytes)
        return a->name.bytes < b->name.bytes ? -1 : 1;
    return a->name.bytes ? memcmp(a->name.data, b->name.data, a->name.bytes)
                         : 0;
}

static void s_add_u16(buffer_t *out, uint16_t value)
{
    uint16_t big = htobe16(value);
    buffer_add(out, &big, sizeof big);
}

static void s_add_u32(buffer_t *out, uint32_t value)
{
    uint32_t big = htobe32(value);
    buffer_add(out, &big, sizeof big);
}

static void s_add_u64(buffer_t *out, uint64_t value)
{
    uint64_t big = htobe64(value);
    buffer_add(out, &big, sizeof big);
}

static void s_add_moment(buffer_t *out, view_pr_moment_t at)
{
    s_add_u32(out, at.created_at);
    s_add_u64(out, at.offset);
}

static void s_add_repo(buffer_t *out, const view_pr_repo_t *repo)
{
    s_add_u64(out, repo->id);
    if (repo->id != 0)
        return;
    s_add_u16(out, (uint16_t)repo->name.bytes);
    buffer_add(out, repo->name.data, repo->name.bytes);
}

static void s_begin(buffer_t *key, char kind)
{
    buffer_reset(key);
    buffer_add_u8(key, (uint8_t)kind);
}

void view_pr_rows_event_key(buffer_t *key, const view_pr_repo_t *repo,
                            view_pr_moment_t at)
{
    s_begin(key, VIEW_PR_ROWS_EVENT);
    s_add_repo(key, repo);
    s_add_moment(key, at);
}

void view_pr_rows_name_key(buffer_t *key, slice_t lower_name)
{
    s_begin(key, VIEW_PR_ROWS_NAME);
    buffer_add(key, lower_name.data, lower_name.bytes);
}

void view_pr_rows_repo_key(buffer_t *key, const view_pr_repo_t *repo)
{
    s_begin(key, VIEW_PR_ROWS_REPO);
    s_add_repo(key, repo);
}

// A bound beyond the last second becomes a key after all the repository's keys.
static void s_bound(buffer_t *key, const view_pr_repo_t *repo, uint64_t time)
{
    static const char s_beyond[MOMENT_BYTES + 1] = {-1, -1, -1, -1, -1, -1, -1,
                                                    -1, -1, -1, -1, -1, -1};
    s_begin(key, VIEW_PR_ROWS_EVENT);
    s_add_repo(key, repo);
    if (time <= UINT32_MAX)
        s_add_u32(key, (uint32_t)time);
    else
        buffer_add(key, s_beyond, sizeof s_beyond);
}

void view_pr_rows_event_range(buffer_t *from, buffer_t *until,
                              const view_pr_repo_t *repo, uint64_t start,
                              uint64_t end)
{
    s_bound(from, repo, start);
    s_bound(until, repo, end > start ? end : start);
}

void view_pr_rows_write_event(buffer_t *value, const view_pr_event_row_t *row)
{
    buffer_reset(value);
    buffer_add_u8(value, row->action);
    if (row->action == EVENT_OTHER)
        buffer_add(value, row->action_name.data, row->action_name.bytes);
}

void view_pr_rows_write_name(buffer_t *value, const view_pr_name_row_t *row)
{
    buffer_reset(value);
    s_add_moment(value, row->used_at);
    s_add_repo(value, &row->repo);
}

void view_pr_rows_write_repo(buffer_t *value, const view_pr_repo_row_t *row)
{
    buffer_reset(value);
    s_add_moment(value, row->named_at);
    s_add_u64(value, (uint64_t)row->updated_at_us);
    buffer_add(value, row->name.data, row->name.bytes);
}

static bool s_take(slice_t *bytes, void *out, size_t count)
{
    if (bytes->bytes < count)
        return false;
    memcpy(out, bytes->data, count);
    *bytes = slice(bytes->data + count, bytes->bytes - count);
    return true;
}

static bool s_take_u64(slice_t *bytes, uint64_t *value)
{
    uint64_t big;
    if (!s_take(bytes, &big, sizeof big))
        return false;
    *value = be64toh(big);
    return true;
}

static bool s_take_moment(slice_t *bytes, view_pr_moment_t *at)
{
    uint32_t big;
    if (!s_take(bytes, &big, sizeof big))
        return false;
    at->created_at = be32toh(big);
    return s_take_u64(bytes, &at->offset);
}

static bool s_take_repo(slice_t *bytes, view_pr_repo_t *repo)
{
    *repo = (view_pr_repo_t){0};
    if (!s_take_u64(bytes, &repo->id))
        return false;
    if (repo->id != 0)
        return true;
    uint16_t big;
    if (!s_take(bytes, &big, sizeof big))
        return false;
    size_t length = be16toh(big);
    if (length == 0 || length > bytes->bytes)
        return false;
    repo->name = slice(bytes->data, length);
    *bytes = slice(bytes->data + length, bytes->bytes - length);
    return true;
}

bool view_pr_rows_read_event(slice_t value, view_pr_event_row_t *row)
{
    if (!s_take(&value, &row->action, 1))
        return false;
    if (row->action == EVENT_OTHER) {
        row->action_name = value;
        return value.bytes > 0 && value.bytes <= EVENT_NAME_MAX;
    }
    row->action_name = slice_of(event_action_name(row->action));
    return row->action < EVENT_ACTIONS && value.bytes == 0;
}

bool view_pr_rows_read_name(slice_t value, view_pr_name_row_t *row)
{
    return s_take_moment(&value, &row->used_at) &&
           s_take_repo(&value, &row->repo) && value.bytes == 0;
}

bool view_pr_rows_read_repo(slice_t value, view_pr_repo_row_t *row)
{
    uint64_t updated_at_us;
    if (!s_take_moment(&value, &row->named_at) ||
        !s_take_u64(&value, &updated_at_us) || value.bytes > EVENT_NAME_MAX)
        return false;
    row->updated_at_us = (int64_t)updated_at_us;
    row->name = value;
    return true;
}

static bool s_take_kind(slice_t *key, char kind)
{
    char found;
    return s_take(key, &found, 1) && found == kind;
}

bool view_pr_rows_read_event_key(slice_t key, view_pr_repo_t *repo,
                                 view_pr_moment_t *at)
{
    return s_take_kind(&key, VIEW_PR_ROWS_EVENT) && s_take_repo(&key, repo) &&
           s_take_moment(&key, at) && key.bytes == 0;
}

bool view_pr_rows_read_repo_key(slice_t key, view_pr_repo_t *repo)
{
    return s_take_kind(&key, VIEW_PR_ROWS_REPO) && s_take_repo(&key, repo) &&
           key.bytes == 0;
}

#include "actors/views/repo_activity/rollup.h"

#include <errno.h>
#include <string.h>

// A step ends with the shard in which it reaches this number of entries: a few
// milliseconds of work.
#define S_STEP_ENTRIES 20000u

// Or this number of rows, if they are short.
#define S_STEP_ROWS 512u

int view_repo_rolled_read(const view_rows_t *rows, view_repo_rolled_t *rolled)
{
    slice_t value;
    *rolled = (view_repo_rolled_t){0};
    int rc = rows->get(rows->context, slice_of(VIEW_REPO_ROLLED_KEY), &value);
    if (rc != 1)
        return rc;
    if (value.bytes != VIEW_REPO_ROLLED_BYTES)
        return -EUCLEAN;
    for (size_t level = 1; level < VIEW_REPO_LEVELS; level++) {
        const char *at = value.data + (level - 1) * 6;
        uint16_t shard;
        memcpy(&shard, at + 4, sizeof shard);
        rolled->marks[level] =
            (view_repo_mark_t){batch_u32(at, 0), le16toh(shard)};
    }
    return 0;
}

static int s_write(const view_rows_t *rows, const view_repo_rolled_t *rolled)
{
    char bytes[VIEW_REPO_ROLLED_BYTES];
    for (size_t level = 1; level < VIEW_REPO_LEVELS; level++) {
        char *at = bytes + (level - 1) * 6;
        uint32_t bucket = htole32(rolled->marks[level].bucket);
        uint16_t shard = htole16((uint16_t)rolled->marks[level].shard);
        memcpy(at, &bucket, sizeof bucket);
        memcpy(at + 4, &shard, sizeof shard);
    }
    return rows->put(rows->context, slice_of(VIEW_REPO_ROLLED_KEY),
                     slice(bytes, sizeof bytes));
}

bool view_repo_is_rolled(const view_repo_rolled_t *rolled, size_t level,
                         uint32_t bucket, uint64_t place)
{
    const view_repo_mark_t *mark = &rolled->marks[level];
    return level == 0 || bucket < mark->bucket ||
           (bucket == mark->bucket &&
            view_repo_shard(place, view_repo_levels[level - 1].bits) <
                mark->shard);
}

// One step: it collects the parts of one shard after another.

typedef struct {
    const view_rows_t *rows;
    view_repo_page_t *page;
    size_t level;              // whose pages are made
    view_repo_mark_t at;       // the current shard
    view_repo_changes_t parts; // the counts in it
    size_t entries;            // read in this step
    size_t rows_read;
} step_t;

// Makes the pages of the current shard.
static int s_make(step_t *step)
{
    const unsigned bits = view_repo_levels[step->level].bits;
    view_repo_changes_t *parts = &step->parts;
    if (parts->count == 0)
        return 0;
    int rc = view_repo_changes_prepare(parts);
    if (rc == 0)
        view_repo_changes_sort(parts, 0);
    const view_repo_pair_t *end = parts->pairs + parts->count;
    view_repo_run_t run = {parts, parts->pairs, NULL, VIEW_REPO_COUNTS};
    while (rc == 0 && run.next < end) {
        const uint16_t shard = view_repo_shard(run.next->key, bits);
        for (run.end = run.next;
             run.end < end && view_repo_shard(run.end->key, bits) == shard;)
            run.end++;
        rc = view_repo_page_merge(step->page, step->rows, step->level,
                                  step->at.bucket, &run);
    }
    view_repo_changes_reset(parts);
    return rc;
}

// Adds a part to the current shard. 1: the step has done enough.
static int s_on_part(void *context, slice_t key, slice_t page)
{
    step_t *step = context;
    const view_repo_mark_t place = {view_repo_key_bucket(key) /
                                        view_repo_levels[step->level - 1].parts,
                                    view_repo_key_shard(key)};
    int rc = 0;
    if (place.bucket != step->at.bucket || place.shard != step->at.shard) {
        rc = s_make(step);
        step->at = place;
        if (rc == 0 &&
            (step->entries >= S_STEP_ENTRIES || step->rows_read >= S_STEP_ROWS))
            return 1;
    }
    view_repo_count_t entry = {0};
    int more = 0;
    while (rc == 0 && (more = view_repo_next_count(&page, &entry)) == 1) {
        step->entries++;
        rc = view_repo_changes_add_count(&step->parts, &entry);
    }
    step->rows_read++;
    return rc ? rc : more;
}

// Makes the pages of a level from its mark up to bucket `until`. 1: the level
// has more.
static int s_roll_level(const view_rows_t *rows, size_t level, uint32_t until,
                        view_repo_mark_t *mark, view_repo_page_t *page)
{
    const uint32_t parts = view_repo_levels[level - 1].parts;
    char from[VIEW_REPO_KEY_MAX], end[VIEW_REPO_KEY_MAX];
    step_t step = {.rows = rows, .page = page, .level = level, .at = *mark};
    int rc = rows->scan(rows->context,
                        view_repo_counts_key(from, level - 1,
                                             mark->bucket * parts, mark->shard),
                        view_repo_counts_key(end, level - 1, until * parts, 0),
                        s_on_part, &step);
    if (rc == 0) {
        rc = s_make(&step);
        step.at = (view_repo_mark_t){until, 0};
    }
    view_repo_changes_free(&step.parts);
    *mark = step.at;
    return rc;
}

int view_repo_roll_up(const view_rows_t *rows, uint32_t newest,
                      view_repo_page_t *page)
{
    view_repo_rolled_t rolled;
    int rc = view_repo_rolled_read(rows, &rolled);
    if (rc != 0)
        return rc;
    for (size_t level = 1; level < VIEW_REPO_LEVELS; level++) {
        const uint32_t until = newest / view_repo_levels[level].seconds;
        view_repo_mark_t *mark = &rolled.marks[level];
        if (mark->bucket >= until)
            continue;
        rc = s_roll_level(rows, level, until, mark, page);
        if (rc >= 0 && s_write(rows, &rolled) != 0)
            return -ENOMEM;
        return rc < 0 ? rc : 1;
    }
    return 0;
}

// The log against a model that is slow but obviously correct, through random
// operations with reopening between them.

#include "tests/log/log_test.h"

#include <errno.h>

#define MAX_BATCHES 300
#define MAX_EVENTS  (MAX_BATCHES * 8)
#define CURSORS     4
#define MAX_LETTERS 200
#define MARGIN      20 // ticks for which keys outlive their events

typedef struct {
    uint64_t first;
    uint32_t count;
    int64_t journaled_at_us;
    uint32_t created_max;
} model_batch_t;

typedef struct {
    size_t batches;
    model_batch_t batch[MAX_BATCHES];
    uint64_t first; // kept
    uint64_t end;
    uint64_t expired;           // keys before it are forgotten
    int64_t dropped_at[MARGIN]; // in the last MARGIN ticks: at which one
    uint64_t dropped_to[MARGIN];
    uint32_t ids[MAX_EVENTS]; // by offset
    int cursors[CURSORS];     // 0: none
    size_t letters;
    int letter[MAX_LETTERS]; // by number - 1
    uint64_t duplicates;
} model_t;

typedef struct {
    folder_t folder;
    event_log_t *log;
    unsigned seed;
    int64_t tick;
    model_t committed, staged;
} trial_t;

static unsigned s_random(trial_t *trial, unsigned below)
{
    return (unsigned)rand_r(&trial->seed) % below;
}

static event_key_t s_key(uint32_t id)
{
    event_key_t key = {.size = 4};
    memcpy(key.bytes, &id, 4);
    return key;
}

static bool s_model_has(const model_t *model, uint32_t id)
{
    for (uint64_t i = model->expired; i < model->end; i++)
        if (model->ids[i] == id)
            return true;
    return false;
}

// Asks the log which of these it has seen; the model must agree. Leaves the
// others at the front and returns how many they are.
static uint32_t s_drop_seen(trial_t *trial, uint32_t *ids, uint32_t count)
{
    event_key_t keys[8];
    bool seen[8];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = s_key(ids[i]);
    cr_assert_eq(event_log_seen(trial->log, keys, count, seen, NULL), 0);
    for (uint32_t i = 0; i < count; i++) {
        bool expected = s_model_has(&trial->staged, ids[i]);
        for (uint32_t j = 0; j < kept; j++)
            expected |= ids[j] == ids[i];
        cr_assert_eq(seen[i], expected);
        if (!seen[i])
            ids[kept++] = ids[i];
    }
    return kept;
}

static void s_stage_batch(trial_t *trial)
{
    model_t *model = &trial->staged;
    uint32_t ids[8], asked = s_random(trial, 9);
    if (model->batches == MAX_BATCHES)
        return;
    for (uint32_t i = 0; i < asked; i++)
        ids[i] = s_random(trial, 3000);
    uint32_t count = s_drop_seen(trial, ids, asked);
    pattern_t pattern;
    pattern_make(&pattern, model->end, count);
    const model_batch_t *last =
        model->batches ? &model->batch[model->batches - 1] : NULL;
    pattern.batch.journaled_at_us =
        (last ? last->journaled_at_us : 0) + s_random(trial, 3);
    pattern.batch.created_max = 500 + s_random(trial, 1000);
    pattern.batch.created_min = 500;
    pattern.batch.duplicates = asked - count;
    for (uint32_t i = 0; i < count; i++)
        pattern.keys[i] = s_key(ids[i]);
    cr_assert_eq(event_log_stage(trial->log, &pattern.batch, NULL), 0);
    model->duplicates += asked - count;
    if (count == 0)
        return;
    memcpy(&model->ids[model->end], ids, count * sizeof *ids);
    model->batch[model->batches++] =
        (model_batch_t){model->end, count, pattern.batch.journaled_at_us,
                        pattern.batch.created_max};
    model->end += count;
}

static void s_stage_cursor(trial_t *trial)
{
    unsigned which = s_random(trial, CURSORS);
    int value = (int)s_random(trial, 5);
    char name[2] = {'k', (char)('0' + which)};
    slice_t bytes = slice(&value, value ? sizeof value : 0);
    cr_assert_eq(
        event_log_stage_cursor(trial->log, slice(name, 2), bytes, NULL), 0);
    trial->staged.cursors[which] = value;
}

static void s_stage_letter(trial_t *trial)
{
    model_t *model = &trial->staged;
    int raw = (int)s_random(trial, 100);
    bool kept, expected = true;
    event_log_reject_t letter = {.reason = slice_of("torn"),
                                 .raw = slice(&raw, 4)};
    for (size_t i = 0; i < model->letters; i++)
        expected &= model->letter[i] != raw;
    cr_assert_eq(event_log_stage_reject(trial->log, &letter, &kept, NULL), 0);
    cr_assert_eq(kept, expected);
    if (kept)
        model->letter[model->letters++] = raw;
}

static void s_check_seeks(trial_t *trial)
{
    const model_t *model = &trial->committed;
    uint32_t time = 490 + s_random(trial, 1020);
    int64_t journaled = s_random(trial, (unsigned)model->batches + 5);
    uint64_t by_created = model->end, by_journaled = model->end, found;
    for (size_t i = model->batches; i-- > 0;) {
        if (model->batch[i].created_max >= time)
            by_created = model->batch[i].first;
        if (model->batch[i].journaled_at_us >= journaled)
            by_journaled = model->batch[i].first;
    }
    by_created = by_created < model->first ? model->first : by_created;
    by_journaled = by_journaled < model->first ? model->first : by_journaled;
    cr_assert_eq(event_log_seek_created(trial->log, time, &found, NULL), 0);
    cr_assert_eq(found, by_created);
    cr_assert_eq(event_log_seek_journaled(trial->log, journaled, &found, NULL),
                 0);
    cr_assert_eq(found, by_journaled);
}

static void s_check_cursors(trial_t *trial)
{
    for (int i = 0; i < CURSORS; i++) {
        char name[2] = {'k', (char)('0' + i)};
        int value = 0;
        int64_t size = event_log_cursor(trial->log, slice(name, 2), &value,
                                        sizeof value, NULL);
        cr_assert_eq(value, trial->committed.cursors[i]);
        cr_assert_eq(size, value ? (int64_t)sizeof value : -ENOENT);
    }
}

static void s_check_find(trial_t *trial)
{
    const model_t *model = &trial->committed;
    uint32_t id = s_random(trial, 3000);
    uint64_t found[2];
    event_key_t key = s_key(id);
    int count =
        event_log_find(trial->log, slice(key.bytes, 4), 4, found, 2, NULL);
    int expected = 0;
    for (uint64_t i = model->first; i < model->end; i++)
        expected |= model->ids[i] == id;
    cr_assert_eq(count, expected);
    if (count == 1)
        cr_assert_eq(model->ids[found[0]], id);
}

static void s_check_reading(trial_t *trial)
{
    const model_t *model = &trial->committed;
    uint64_t from = s_random(trial, (unsigned)model->end + 3);
    bool payloads = s_random(trial, 2);
    log_reader_t *reader;
    log_record_t record;
    cr_assert_eq(log_reader_new(&reader, trial->log, payloads), 0);
    cr_assert_eq(log_reader_seek(reader, from), 0);
    for (size_t i = 0; i < model->batches; i++) {
        const model_batch_t *batch = &model->batch[i];
        if (batch->first + batch->count <= from || batch->first < model->first)
            continue;
        cr_assert_eq(log_reader_next(reader, &record), 1);
        cr_assert_eq(record.first, batch->first);
        cr_assert_eq(record.count, batch->count);
        cr_assert(pattern_matches(&record, payloads));
        cr_assert(payloads || record.payload.bytes == 0);
    }
    cr_assert_eq(log_reader_next(reader, &record), 0);
    cr_assert_eq(log_reader_next(reader, &record), 0, "the end stays the end");
    log_reader_destroy(&reader);
}

typedef struct {
    const model_t *model;
    uint64_t next;
} letters_t;

static int s_check_letter(void *context, const event_log_reject_t *reject)
{
    letters_t *letters = context;
    cr_assert_eq(reject->number, letters->next);
    letters->next--;
    cr_assert_arr_eq(reject->raw.data,
                     &letters->model->letter[reject->number - 1], 4);
    return 0;
}

static void s_check_all(trial_t *trial)
{
    const model_t *model = &trial->committed;
    event_log_stats_t stats;
    letters_t letters = {model, model->letters};
    cr_assert_eq(event_log_first(trial->log), model->first);
    cr_assert_eq(event_log_end(trial->log), model->end);
    cr_assert_eq(event_log_stats(trial->log, &stats), 0);
    cr_assert_eq(stats.duplicates, model->duplicates);
    cr_assert_eq(stats.rejects, model->letters);
    cr_assert_eq(event_log_rejects(trial->log, UINT64_MAX, UINT32_MAX,
                                   s_check_letter, &letters, NULL),
                 0);
    cr_assert_eq(letters.next, 0);
    s_check_seeks(trial);
    s_check_cursors(trial);
    s_check_find(trial);
    s_check_reading(trial);
}

static void s_reopen(trial_t *trial)
{
    event_log_close(&trial->log);
    trial->staged = trial->committed;
    event_log_t *view = open_log(trial->folder.path, EVENT_LOG_READ);
    trial->log = view;
    s_check_all(trial);
    event_log_close(&trial->log);
    trial->log = open_log(trial->folder.path, EVENT_LOG_WRITE);
}

// The batch that holds the offset is the first one kept; a mark a tick.
static void s_model_trim(model_t *model, uint64_t offset, int64_t tick)
{
    int64_t *at = &model->dropped_at[tick % MARGIN];
    uint64_t *to = &model->dropped_to[tick % MARGIN];
    for (int i = 0; i < MARGIN; i++)
        if (model->dropped_at[i] && tick - model->dropped_at[i] >= MARGIN &&
            model->dropped_to[i] > model->expired)
            model->expired = model->dropped_to[i];
    for (size_t i = model->batches; i-- > 0;) {
        const model_batch_t *batch = &model->batch[i];
        if (batch->first > offset && i > 0)
            continue;
        if (batch->first <= model->first)
            return;
        model->first = *to = batch->first;
        *at = tick;
        return;
    }
}

static void s_trim(trial_t *trial)
{
    uint64_t offset = trial->committed.first + s_random(trial, 60);
    commit(trial->log);
    trial->committed = trial->staged;
    trial->tick += 1 + s_random(trial, 3);
    failure_t failure = {0};
    cr_assert_eq(
        event_log_trim(trial->log, offset, trial->tick, MARGIN, &failure), 0,
        "%s", failure.reason);
    s_model_trim(&trial->committed, offset, trial->tick);
    trial->staged = trial->committed;
    cr_assert_geq(event_log_sweep(trial->log, s_random(trial, 200), NULL), 0);
    s_check_all(trial);
}

static void s_step(trial_t *trial)
{
    switch (s_random(trial, 40)) {
    case 0:
        s_reopen(trial);
        break;
    case 1:
    case 2:
        event_log_rollback(trial->log);
        trial->staged = trial->committed;
        break;
    case 3 ... 9:
        commit(trial->log);
        trial->committed = trial->staged;
        break;
    case 10 ... 14:
        s_stage_cursor(trial);
        break;
    case 15 ... 18:
        s_stage_letter(trial);
        break;
    case 19 ... 33:
        s_stage_batch(trial);
        break;
    case 34:
        s_trim(trial);
        break;
    default:
        s_check_all(trial);
    }
}

static void s_run(unsigned seed)
{
    trial_t *trial = calloc(1, sizeof *trial);
    trial->seed = seed;
    trial->folder = new_folder();
    trial->log = open_log(trial->folder.path, EVENT_LOG_WRITE);
    for (int i = 0; i < 800; i++)
        s_step(trial);
    s_reopen(trial);
    log_verify_t verify = {.problem = s_keep_problem,
                           .context = &(char[FAILURE_REASON_BYTES]){0}};
    cr_assert_eq(log_verify(trial->log, &verify), 0, "%s",
                 (char *)verify.context);
    event_log_close(&trial->log);
    remove_folder(&trial->folder);
    free(trial);
}

Test(model, the_log_does_what_the_model_does_seed_1)
{
    s_run(1);
}

Test(model, the_log_does_what_the_model_does_seed_2)
{
    s_run(2);
}

Test(model, the_log_does_what_the_model_does_seed_3)
{
    s_run(3);
}

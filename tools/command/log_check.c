#include "tools/command/log_check.h"

#include "log/log_verify.h"
#include "proto/batch/batch.h"
#include "proto/event/parser.h"

#include <errno.h>
#include <string.h>

typedef struct {
    log_check_t *check;
    event_parser_t *parser;
} run_t;

static bool s_is_same(const event_t *a, const event_t *b)
{
    return a->id == b->id && a->created_at == b->created_at &&
           a->type == b->type && a->action == b->action &&
           a->repo_id == b->repo_id && a->actor_id == b->actor_id &&
           a->org_id == b->org_id && slice_equal(a->type_name, b->type_name) &&
           slice_equal(a->action_name, b->action_name) &&
           slice_equal(a->repo_name, b->repo_name) &&
           slice_equal(a->actor_login, b->actor_login) &&
           slice_equal(a->org_login, b->org_login) &&
           slice_equal(a->json, b->json);
}

// Checks that the columns of event i match its JSON.
static bool s_check_event(run_t *run, const batch_t *batch, uint32_t i,
                          const char **reason)
{
    event_t stored, parsed;
    batch_event(batch, i, &stored);
    if (event_parser_parse(run->parser, stored.json, &parsed, reason) != 0)
        return false;
    *reason = "the columns of an event do not match its JSON";
    return s_is_same(&stored, &parsed);
}

static int s_on_batch(void *context, const log_record_t *record,
                      event_key_t *keys, const char **reason)
{
    run_t *run = context;
    batch_t batch;
    if (batch_open(&batch, record->head, reason) != 0 ||
        batch_open_payload(&batch, record->payload, reason) != 0)
        return -EUCLEAN;
    *reason = "its offset and count differ from those it is stored under";
    if (batch.offset != record->first || batch.count != record->count)
        return -EUCLEAN;
    for (uint32_t i = 0; i < batch.count; i++) {
        batch_key_t key;
        if (!s_check_event(run, &batch, i, reason))
            return -EUCLEAN;
        batch_key(&batch, i, &key);
        keys[i].size = key.size;
        memcpy(keys[i].bytes, key.bytes, key.size);
    }
    run->check->batches++;
    run->check->events += batch.count;
    return 0;
}

static void s_on_problem(void *context, const char *text)
{
    const run_t *run = context;
    run->check->problem(run->check->context, text);
}

static void s_on_progress(void *context, uint64_t done, uint64_t total)
{
    const run_t *run = context;
    run->check->progress(run->check->context, done, total);
}

int64_t log_check(event_log_t *log, log_check_t *check)
{
    run_t run = {.check = check, .parser = event_parser_new()};
    const log_verify_t ask = {
        .batch = s_on_batch,
        .problem = s_on_problem,
        .progress = s_on_progress,
        .context = &run,
    };
    if (!run.parser)
        return -ENOMEM;
    int64_t rc = log_verify(log, &ask);
    event_parser_destroy(&run.parser);
    return rc;
}

// batch_sample - a small batch that has one of each case: repeated and absent
// names, no id, types and actions without a code, late events.

#ifndef OCTOLOG_TESTS_PROTO_BATCH_BATCH_SAMPLE_H
#define OCTOLOG_TESTS_PROTO_BATCH_BATCH_SAMPLE_H

#include "proto/batch/batch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SAMPLE_TEXT(literal)                                                   \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }

static const event_t batch_sample_events[] = {
    {.id = 54712345678,
     .repo_id = 10,
     .actor_id = 20,
     .org_id = 30,
     .created_at = 1451611800,
     .type = EVENT_TYPE_PUSH,
     .type_name = SAMPLE_TEXT("PushEvent"),
     .repo_name = SAMPLE_TEXT("owner/repo"),
     .actor_login = SAMPLE_TEXT("someone"),
     .org_login = SAMPLE_TEXT("owner"),
     .json = SAMPLE_TEXT("{\"type\":\"PushEvent\"}")},
    {.id = UINT64_MAX,
     .repo_id = UINT64_MAX,
     .created_at = 1451611790,
     .type = EVENT_TYPE_PULL_REQUEST,
     .action = EVENT_ACTION_MERGED,
     .type_name = SAMPLE_TEXT("PullRequestEvent"),
     .action_name = SAMPLE_TEXT("merged"),
     .repo_name = SAMPLE_TEXT("owner/repo"),
     .actor_login = SAMPLE_TEXT("owner"),
     .json = SAMPLE_TEXT("{\"type\":\"PullRequestEvent\"}")},
    {.created_at = 0,
     .type = EVENT_OTHER,
     .action = EVENT_OTHER,
     .type_name = SAMPLE_TEXT("TeleportEvent"),
     .action_name = SAMPLE_TEXT("beamed"),
     .json = SAMPLE_TEXT("{}")},
    {.id = 1,
     .created_at = UINT32_MAX,
     .type = EVENT_TYPE_WATCH,
     .action = EVENT_OTHER,
     .type_name = SAMPLE_TEXT("WatchEvent"),
     .action_name = SAMPLE_TEXT("someone"),
     .repo_name = SAMPLE_TEXT("nul\0/name"),
     .json = SAMPLE_TEXT("{\"id\":1}")},
};
#define BATCH_SAMPLE_EVENTS                                                    \
    (sizeof batch_sample_events / sizeof *batch_sample_events)

static const batch_origin_t batch_sample_origin = {
    .producer = 0x0123456789ABCDEF,
    .sequence = 42,
    .source = SAMPLE_TEXT("https://api.github.com/events"),
    .cursor = SAMPLE_TEXT("W/\"etag\""),
};

// A builder that holds the sample, with its two parts; the caller frees it.
static inline batch_builder_t *batch_sample(slice_t *head, slice_t *payload)
{
    batch_builder_t *builder = batch_builder_new();
    cr_assert_not_null(builder);
    for (size_t i = 0; i < BATCH_SAMPLE_EVENTS; i++)
        cr_assert_eq(batch_builder_add(builder, &batch_sample_events[i]), 0);
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, head, payload), 0);
    return builder;
}

// The sample as a version of the format had it: fixtures/batch-N/head and
// payload, never changed. The caller frees it.
static inline char *batch_sample_fixture(int version, const char *part,
                                         size_t *bytes)
{
    enum { MOST = 4096 };
    char path[512];
    snprintf(path, sizeof path,
             OCTOLOG_TREE "/tests/proto/batch/fixtures/batch-%d/%s", version,
             part);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s: no fixture", path);
    char *room = malloc(MOST);
    *bytes = fread(room, 1, MOST, file);
    fclose(file);
    // Exactly its size, so that AddressSanitizer sees what reads beyond it.
    return realloc(room, *bytes);
}

#endif

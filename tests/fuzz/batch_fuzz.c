// Claims: what batch_open() accepts can be read without further checks, and
// survives being built anew.
//
// The first byte chooses: 0 takes the rest as a payload part, 1 as a head as it
// is, all else as a head of an attacker who signs what he made up.

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sign_head.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static void s_assert_same(const batch_t *a, const batch_t *b)
{
    assert(a->count == b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        event_t x, y;
        batch_event(a, i, &x);
        batch_event(b, i, &y);
        assert(x.id == y.id && x.repo_id == y.repo_id);
        assert(x.actor_id == y.actor_id && x.org_id == y.org_id);
        assert(x.created_at == y.created_at);
        assert(x.type == y.type && x.action == y.action);
        assert(slice_equal(x.type_name, y.type_name));
        assert(slice_equal(x.action_name, y.action_name));
        assert(slice_equal(x.repo_name, y.repo_name));
        assert(slice_equal(x.actor_login, y.actor_login));
        assert(slice_equal(x.org_login, y.org_login));
    }
}

static void s_rebuild(const batch_t *batch)
{
    batch_builder_t *builder = batch_builder_new();
    assert(builder);
    for (uint32_t i = 0; i < batch->count; i++) {
        event_t event;
        batch_event(batch, i, &event);
        int rc = batch_builder_add(builder, &event);
        assert(rc == 0);
    }
    slice_t head, payload;
    batch_t again;
    int rc = batch_builder_finish(builder, &batch->origin, &head, &payload);
    assert(rc == 0);
    rc = batch_open(&again, head, NULL);
    assert(rc == 0);
    s_assert_same(batch, &again);
    batch_builder_destroy(&builder);
}

static void s_try_head(char *head, size_t bytes)
{
    batch_t batch;
    if (batch_open(&batch, slice(head, bytes), NULL) != 0)
        return;
    s_rebuild(&batch);
    batch_stamp(head, bytes, 0, 1);
    int rc = batch_open(&batch, slice(head, bytes), NULL);
    assert(rc == 0 && batch.journaled_at_us == 1);
}

static void s_try_payload(slice_t payload)
{
    batch_builder_t *builder = batch_builder_new();
    assert(builder);
    batch_origin_t origin = {0};
    slice_t head, own;
    batch_t batch;
    int rc = batch_builder_finish(builder, &origin, &head, &own);
    assert(rc == 0);
    rc = batch_open(&batch, head, NULL);
    assert(rc == 0);
    if (batch_open_payload(&batch, payload, NULL) == 0)
        assert(slice_equal(payload, own));
    batch_builder_destroy(&builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t bytes = size - 1;
    char *copy = malloc(bytes ? bytes : 1);
    assert(copy);
    memcpy(copy, data + 1, bytes);
    if (data[0] == 0)
        s_try_payload(slice(copy, bytes));
    if (data[0] > 1)
        fuzz_sign_head(copy, bytes);
    if (data[0] > 0)
        s_try_head(copy, bytes);
    free(copy);
    return 0;
}

#include "tests/proto/batch/batch_sample.h"

#include "proto/batch/layout.h"

#include <errno.h>

static void s_assert_same_event(const event_t *a, const event_t *b)
{
    cr_assert_eq(a->id, b->id);
    cr_assert_eq(a->repo_id, b->repo_id);
    cr_assert_eq(a->actor_id, b->actor_id);
    cr_assert_eq(a->org_id, b->org_id);
    cr_assert_eq(a->created_at, b->created_at);
    cr_assert_eq(a->type, b->type);
    cr_assert_eq(a->action, b->action);
    cr_assert(slice_equal(a->type_name, b->type_name));
    cr_assert(slice_equal(a->action_name, b->action_name));
    cr_assert(slice_equal(a->repo_name, b->repo_name));
    cr_assert(slice_equal(a->actor_login, b->actor_login));
    cr_assert(slice_equal(a->org_login, b->org_login));
    cr_assert(slice_equal(a->json, b->json));
}

// Opens both parts and compares all that is in them with what went in.
static void s_assert_holds(slice_t head, slice_t payload, const event_t *events,
                           uint32_t count)
{
    batch_t batch;
    const char *reason = "none";
    cr_assert_eq(batch_open(&batch, head, &reason), 0, "%s", reason);
    cr_assert_eq(batch_open_payload(&batch, payload, &reason), 0, "%s", reason);
    cr_assert_eq(batch.count, count);
    for (uint32_t i = 0; i < count; i++) {
        event_t event;
        batch_event(&batch, i, &event);
        s_assert_same_event(&event, &events[i]);
    }
}

Test(batch, gives_back_every_event)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    s_assert_holds(head, payload, batch_sample_events, BATCH_SAMPLE_EVENTS);
    batch_builder_destroy(&builder);
}

Test(batch, gives_back_where_it_came_from)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    const batch_origin_t *expected = &batch_sample_origin;
    cr_assert_eq(batch.origin.producer, expected->producer);
    cr_assert_eq(batch.origin.sequence, expected->sequence);
    cr_assert(slice_equal(batch.origin.source, expected->source));
    cr_assert(slice_equal(batch.origin.cursor, expected->cursor));
    cr_assert_eq(batch.offset, 0);
    cr_assert_eq(batch.journaled_at_us, 0);
    cr_assert_eq(batch.created_min, 0);
    cr_assert_eq(batch.created_max, UINT32_MAX);
    cr_assert_not(batch.has_payload);
    batch_builder_destroy(&builder);
}

Test(batch, needs_no_alignment)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    char *moved = malloc(head.bytes + payload.bytes + 16);
    for (size_t shift = 0; shift < 8; shift++) {
        memcpy(moved + shift, head.data, head.bytes);
        char *moved_payload = moved + shift + head.bytes;
        memcpy(moved_payload, payload.data, payload.bytes);
        s_assert_holds(slice(moved + shift, head.bytes),
                       slice(moved_payload, payload.bytes), batch_sample_events,
                       BATCH_SAMPLE_EVENTS);
    }
    free(moved);
    batch_builder_destroy(&builder);
}

Test(batch, begins_as_the_readme_says)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    cr_assert_eq(memcmp(head.data, "OLB1\x02\0\0\0", 8), 0);
    cr_assert_eq(batch_u32(head.data + 8, 0), head.bytes);
    cr_assert_eq(batch_u32(head.data + 12, 0), BATCH_SAMPLE_EVENTS);
    cr_assert_eq(batch_u64(head.data + 32, 0), 0x0123456789ABCDEF);
    cr_assert_eq(memcmp(head.data + 170, "https://", 8), 0);
    cr_assert_eq(memcmp(payload.data, "OLP1", 4), 0);
    cr_assert_eq(memcmp(payload.data + 12, "{\"type\":", 8), 0);
    batch_builder_destroy(&builder);
}

// A change of any byte that is written shows here: it needs a new version
// (proto/README.md, "Changing a format") or is a mistake.
Test(batch, is_encoded_as_it_always_was)
{
    slice_t head, payload;
    size_t bytes;
    batch_builder_t *builder = batch_sample(&head, &payload);
    char *always = batch_sample_fixture(BATCH_VERSION, "head", &bytes);
    cr_assert(slice_equal(head, slice(always, bytes)));
    free(always);
    always = batch_sample_fixture(BATCH_VERSION, "payload", &bytes);
    cr_assert(slice_equal(payload, slice(always, bytes)));
    free(always);
    batch_builder_destroy(&builder);
}

Test(batch, every_version_opens_for_ever)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        size_t head_bytes, payload_bytes;
        char *head = batch_sample_fixture(version, "head", &head_bytes);
        char *payload =
            batch_sample_fixture(version, "payload", &payload_bytes);
        cr_assert_eq(head[4], version);
        s_assert_holds(slice(head, head_bytes), slice(payload, payload_bytes),
                       batch_sample_events, BATCH_SAMPLE_EVENTS);
        batch_stamp(head, head_bytes, 7, 8);
        s_assert_holds(slice(head, head_bytes), slice(payload, payload_bytes),
                       batch_sample_events, BATCH_SAMPLE_EVENTS);
        free(head);
        free(payload);
    }
}

// Numbers at both ends of each width, above different bases.
Test(batch, gives_back_numbers_of_every_width)
{
    for (unsigned bits = 0; bits < 64; bits++) {
        const uint64_t range = UINT64_C(1) << bits;
        const uint64_t ids[] = {UINT64_MAX, UINT64_MAX - range + 1,
                                UINT64_MAX - range};
        event_t events[3];
        slice_t head, payload;
        batch_builder_t *builder = batch_builder_new();
        for (size_t i = 0; i < 3; i++) {
            events[i] = batch_sample_events[i];
            events[i].id = events[i].org_id = ids[i];
            events[i].repo_id = UINT64_MAX - ids[i];
            events[i].created_at = (uint32_t)ids[i];
            cr_assert_eq(batch_builder_add(builder, &events[i]), 0);
        }
        cr_assert_eq(batch_builder_finish(builder, &batch_sample_origin, &head,
                                          &payload),
                     0);
        // Exactly its size, so that AddressSanitizer sees what reads beyond.
        char *copy = malloc(head.bytes);
        memcpy(copy, head.data, head.bytes);
        s_assert_holds(slice(copy, head.bytes), payload, events, 3);
        free(copy);
        batch_builder_destroy(&builder);
    }
}

Test(batch, each_name_is_stored_once)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    // The empty one, owner/repo, someone, owner, TeleportEvent, beamed, and
    // the name with a NUL.
    cr_assert_eq(batch.string_count, 7);
    cr_assert_eq(batch.escape_count, 3);
    batch_builder_destroy(&builder);
}

Test(batch, an_empty_one_carries_its_cursor)
{
    batch_builder_t *builder = batch_builder_new();
    slice_t head, payload;
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, &head, &payload),
        0);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    cr_assert_eq(batch_open_payload(&batch, payload, NULL), 0);
    cr_assert_eq(batch.count, 0);
    cr_assert_eq(batch.created_min, 0);
    cr_assert_eq(batch.created_max, 0);
    cr_assert(slice_equal(batch.origin.cursor, batch_sample_origin.cursor));
    batch_builder_destroy(&builder);
}

Test(batch, a_stamp_changes_offset_and_time_alone)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    char *own = malloc(head.bytes);
    memcpy(own, head.data, head.bytes);
    batch_stamp(own, head.bytes, 123456789012, -7);
    s_assert_holds(slice(own, head.bytes), payload, batch_sample_events,
                   BATCH_SAMPLE_EVENTS);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(own, head.bytes), NULL), 0);
    cr_assert_eq(batch.offset, 123456789012);
    cr_assert_eq(batch.journaled_at_us, -7);
    free(own);
    batch_builder_destroy(&builder);
}

Test(batch, a_builder_can_be_used_again)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    char *first = malloc(head.bytes);
    size_t bytes = head.bytes;
    memcpy(first, head.data, bytes);
    batch_builder_reset(builder);
    cr_assert_eq(batch_builder_count(builder), 0);
    cr_assert_eq(batch_builder_payload_bytes(builder), 0);
    for (size_t i = 0; i < BATCH_SAMPLE_EVENTS; i++)
        cr_assert_eq(batch_builder_add(builder, &batch_sample_events[i]), 0);
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, &head, &payload),
        0);
    cr_assert(slice_equal(head, slice(first, bytes)));
    free(first);
    batch_builder_destroy(&builder);
    batch_builder_destroy(&builder);
}

Test(batch, keys_of_events_with_an_id_are_id_and_time)
{
    event_t event = {.id = 0x0102030405060708, .created_at = 0x0A0B0C0D};
    batch_key_t key;
    event_key(&event, &key);
    cr_assert_eq(key.size, 12);
    cr_assert_eq(memcmp(key.bytes,
                        "\x01\x02\x03\x04\x05\x06\x07\x08\x0A\x0B\x0C\x0D", 12),
                 0);
}

Test(batch, keys_of_events_without_an_id_tell_their_bodies_apart)
{
    event_t a = {.created_at = 1, .json = slice_of("{\"a\":1}")};
    event_t b = {.created_at = 1, .json = slice_of("{\"a\":2}")};
    batch_key_t key_a, key_b, again;
    event_key(&a, &key_a);
    event_key(&b, &key_b);
    event_key(&a, &again);
    cr_assert_eq(key_a.size, 16);
    cr_assert_neq(memcmp(key_a.bytes, key_b.bytes, 16), 0);
    cr_assert_eq(memcmp(&key_a, &again, sizeof key_a), 0);
    static const uint8_t known[] = {0x3C, 0x8C, 0x14, 0x16, 0x63, 0xAC,
                                    0xF5, 0xA1, 0xB6, 0xB7, 0x13, 0x71,
                                    0x62, 0xFA, 0x70, 0xFB};
    cr_assert_eq(memcmp(key_a.bytes, known, 16), 0, "logs hold such keys");
}

Test(batch, an_event_has_the_same_key_inside_a_batch_and_outside)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    cr_assert_eq(batch_open_payload(&batch, payload, NULL), 0);
    for (uint32_t i = 0; i < batch.count; i++) {
        batch_key_t inside, outside;
        batch_key(&batch, i, &inside);
        event_key(&batch_sample_events[i], &outside);
        cr_assert_eq(memcmp(&inside, &outside, sizeof inside), 0);
    }
    batch_builder_destroy(&builder);
}

// Bounds.

static void s_fill_name(char *name, size_t bytes, unsigned number)
{
    memset(name, 'n', bytes);
    int digits = snprintf(name, bytes, "%u", number);
    name[digits] = 'n';
}

Test(batch, a_full_builder_says_so_and_stays_as_it_was)
{
    batch_builder_t *builder = batch_builder_new();
    event_t *events = calloc(BATCH_MAX_EVENTS, sizeof *events);
    char(*names)[16] = calloc(BATCH_MAX_EVENTS, sizeof *names);
    for (uint32_t i = 0; i < BATCH_MAX_EVENTS; i++) {
        snprintf(names[i], sizeof names[i], "r%u", i % 1000);
        events[i] = batch_sample_events[2];
        events[i].id = i;
        events[i].repo_name = slice_of(names[i]);
        cr_assert_eq(batch_builder_add(builder, &events[i]), 0);
    }
    cr_assert_eq(batch_builder_add(builder, &events[0]), -ENOSPC);
    cr_assert_eq(batch_builder_count(builder), BATCH_MAX_EVENTS);
    slice_t head, payload;
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, &head, &payload),
        0);
    s_assert_holds(head, payload, events, BATCH_MAX_EVENTS);
    free(events);
    free(names);
    batch_builder_destroy(&builder);
}

Test(batch, the_most_and_longest_names_stay_within_a_head)
{
    batch_builder_t *builder = batch_builder_new();
    static char names[5][EVENT_NAME_MAX + 1];
    unsigned number = 0;
    int rc = 0;
    while (rc == 0) {
        for (int i = 0; i < 5; i++)
            s_fill_name(names[i], EVENT_NAME_MAX, number++);
        event_t event = {.type = EVENT_OTHER,
                         .action = EVENT_OTHER,
                         .type_name = slice(names[0], EVENT_NAME_MAX),
                         .action_name = slice(names[1], EVENT_NAME_MAX),
                         .repo_name = slice(names[2], EVENT_NAME_MAX),
                         .actor_login = slice(names[3], EVENT_NAME_MAX),
                         .org_login = slice(names[4], EVENT_NAME_MAX)};
        rc = batch_builder_add(builder, &event);
    }
    cr_assert_eq(rc, -ENOSPC);
    slice_t head, payload;
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, &head, &payload),
        0);
    cr_assert_leq(head.bytes, BATCH_MAX_HEAD_BYTES);
    cr_assert_geq(head.bytes, BATCH_MAX_HEAD_BYTES - 250000);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    batch_builder_destroy(&builder);
}

Test(batch, the_largest_event_fits_an_empty_builder)
{
    batch_builder_t *builder = batch_builder_new();
    char *json = malloc(EVENT_JSON_MAX + 1);
    memset(json, 'x', EVENT_JSON_MAX + 1);
    event_t event = {.type = EVENT_TYPE_PUSH,
                     .json = slice(json, EVENT_JSON_MAX)};
    cr_assert_eq(batch_builder_add(builder, &event), 0);
    cr_assert_eq(batch_builder_add(builder, &event), -ENOSPC);
    event.json.bytes++;
    cr_assert_eq(batch_builder_add(builder, &event), -EINVAL);
    cr_assert_eq(batch_builder_payload_bytes(builder), EVENT_JSON_MAX);
    slice_t head, payload;
    cr_assert_eq(
        batch_builder_finish(builder, &batch_sample_origin, &head, &payload),
        0);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    cr_assert_eq(batch_open_payload(&batch, payload, NULL), 0);
    free(json);
    batch_builder_destroy(&builder);
}

Test(batch, what_is_no_event_is_refused)
{
    batch_builder_t *builder = batch_builder_new();
    static char name[EVENT_NAME_MAX + 1];
    event_t no_type = {.type = EVENT_TYPE_NONE};
    event_t no_such_type = {.type = EVENT_TYPES};
    event_t no_type_name = {.type = EVENT_OTHER};
    event_t no_such_action = {.type = EVENT_TYPE_PUSH, .action = EVENT_ACTIONS};
    event_t long_name = {.type = EVENT_TYPE_PUSH,
                         .org_login = slice(name, sizeof name)};
    cr_assert_eq(batch_builder_add(builder, &no_type), -EINVAL);
    cr_assert_eq(batch_builder_add(builder, &no_such_type), -EINVAL);
    cr_assert_eq(batch_builder_add(builder, &no_type_name), -EINVAL);
    cr_assert_eq(batch_builder_add(builder, &no_such_action), -EINVAL);
    cr_assert_eq(batch_builder_add(builder, &long_name), -EINVAL);
    cr_assert_eq(batch_builder_count(builder), 0);
    batch_builder_destroy(&builder);
}

Test(batch, source_and_cursor_are_bounded)
{
    batch_builder_t *builder = batch_builder_new();
    static char text[BATCH_MAX_CURSOR_BYTES + 1];
    slice_t head, payload;
    batch_origin_t origin = {.source = slice(text, BATCH_MAX_SOURCE_BYTES),
                             .cursor = slice(text, BATCH_MAX_CURSOR_BYTES)};
    cr_assert_eq(batch_builder_finish(builder, &origin, &head, &payload), 0);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, head, NULL), 0);
    cr_assert_eq(batch.origin.cursor.bytes, BATCH_MAX_CURSOR_BYTES);
    origin.cursor.bytes++;
    cr_assert_eq(batch_builder_finish(builder, &origin, &head, &payload),
                 -EMSGSIZE);
    origin =
        (batch_origin_t){.source = slice(text, BATCH_MAX_SOURCE_BYTES + 1)};
    cr_assert_eq(batch_builder_finish(builder, &origin, &head, &payload),
                 -EMSGSIZE);
    batch_builder_destroy(&builder);
}

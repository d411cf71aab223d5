// log_verify() finds what RocksDB's checksums cannot: entries that are intact
// but wrong. The tests change them behind the log's back.

#include "log/event_log_private.h"
#include "tests/log/log_test.h"

static folder_t s_folder;
static event_log_t *s_log;
static char s_first[FAILURE_REASON_BYTES]; // of the problems

static void s_open(void)
{
    bool kept;
    event_log_reject_t letter = {.reason = slice_of("torn"),
                                 .raw = slice_of("{")};
    s_folder = new_folder();
    s_log = open_log(s_folder.path, EVENT_LOG_WRITE);
    append_patterns(s_log, 30);
    cr_assert_eq(event_log_stage_reject(s_log, &letter, &kept, NULL), 0);
    commit(s_log);
    assert_sound(s_log);
}

static void s_close(void)
{
    event_log_close(&s_log);
    remove_folder(&s_folder);
}

TestSuite(verify, .init = s_open, .fini = s_close);

static void s_put(log_family_t family, slice_t key, slice_t value)
{
    char *error = NULL;
    rocksdb_put_cf(s_log->store.db, s_log->store.sync,
                   s_log->store.families[family], key.data, key.bytes,
                   value.data, value.bytes, &error);
    cr_assert_null(error);
}

static void s_delete(log_family_t family, slice_t key)
{
    char *error = NULL;
    rocksdb_delete_cf(s_log->store.db, s_log->store.sync,
                      s_log->store.families[family], key.data, key.bytes,
                      &error);
    cr_assert_null(error);
}

static slice_t s_offset(uint64_t offset)
{
    static uint8_t bytes[2][LOG_OFFSET_BYTES];
    static int turn;
    turn = !turn;
    log_put_be(bytes[turn], offset, LOG_OFFSET_BYTES);
    return slice(bytes[turn], LOG_OFFSET_BYTES);
}

static void s_finds(const char *expected)
{
    int64_t problems = verify_patterns(s_log, s_first);
    cr_assert_gt(problems, 0, "nothing found");
    cr_assert_not_null(strstr(s_first, expected), "found: %s", s_first);
}

// The batches begin at 0, 1, 9, 24, ...
#define SECOND_BATCH 1
#define THIRD_BATCH  9

Test(verify, a_payload_that_was_exchanged)
{
    pattern_t pattern;
    pattern_make(&pattern, THIRD_BATCH, 15);
    pattern.payload[pattern.batch.payload.bytes / 2] ^= 1;
    s_put(LOG_PAYLOAD, s_offset(THIRD_BATCH), pattern.batch.payload);
    s_finds("batch at offset 9: it, or the one before, is not");
}

Test(verify, a_payload_of_another_length)
{
    s_put(LOG_PAYLOAD, s_offset(THIRD_BATCH), slice_of("x"));
    s_finds("a payload has the wrong length at offset 9");
}

Test(verify, a_batch_that_is_missing)
{
    s_delete(LOG_HEAD, s_offset(THIRD_BATCH));
    s_delete(LOG_PAYLOAD, s_offset(THIRD_BATCH));
    s_finds("a batch is missing at offset 9");
}

Test(verify, a_payload_that_is_missing)
{
    s_delete(LOG_PAYLOAD, s_offset(SECOND_BATCH));
    s_finds("a payload is missing at offset 1");
}

Test(verify, a_batch_beyond_the_end)
{
    s_put(LOG_PAYLOAD, s_offset(1000000), slice_of("x"));
    s_finds("payloads outside of the log's offsets");
}

Test(verify, a_key_that_is_missing)
{
    event_key_t key = pattern_key(THIRD_BATCH + 2);
    s_delete(LOG_KEYS, slice(key.bytes, key.size));
    s_finds("batch at offset 9: 1 of its 15 events are not found");
}

Test(verify, a_key_that_leads_elsewhere)
{
    event_key_t key = pattern_key(THIRD_BATCH + 2);
    s_put(LOG_KEYS, slice(key.bytes, key.size), s_offset(3));
    s_finds("batch at offset 9: 1 of its 15 events are not found");
}

Test(verify, a_key_of_no_event)
{
    s_put(LOG_KEYS, slice_of("no such"), s_offset(3));
    s_finds("keys for");
}

Test(verify, an_index_entry_that_is_missing)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    size_t bytes = log_journaled_key(key, THIRD_BATCH + 1);
    s_delete(LOG_TIME, slice(key, bytes));
    s_finds("batch at offset 9: not in the index by time of journaling");
}

Test(verify, an_index_entry_of_no_batch)
{
    uint8_t key[LOG_TIME_KEY_BYTES];
    size_t bytes = log_created_key(key, 5);
    s_put(LOG_TIME, slice(key, bytes), s_offset(0));
    s_finds("entries in the indexes by time");
}

Test(verify, a_dead_letter_that_was_changed)
{
    uint8_t key[LOG_LETTER_BYTES], header[LOG_LETTER_HEADER_BYTES];
    event_log_reject_t letter = {.source = slice_of("")};
    log_letter_key(key, 1);
    log_letter_header(&letter, header);
    s_put(LOG_REJECT, slice(key, sizeof key), slice(header, sizeof header));
    s_finds("dead letter 1: not found by its digest");
}

Test(verify, a_dead_letter_that_is_missing)
{
    uint8_t key[LOG_LETTER_BYTES];
    log_letter_key(key, 1);
    s_delete(LOG_REJECT, slice(key, sizeof key));
    s_finds("1 entries for 1 dead letters");
}

Test(verify, a_record_of_the_end_that_is_wrong)
{
    uint8_t bytes[LOG_STATE_BYTES];
    log_state_t state = s_log->committed;
    state.created_max--;
    log_state_encode(&state, bytes);
    s_put(LOG_META, slice_of(EVENT_LOG_STATE_KEY), slice(bytes, sizeof bytes));
    s_finds("the times kept of the whole log are wrong");
}

// The head of the third batch, with a number of its frame changed.
static void s_change_frame(size_t at, uint8_t to)
{
    char value[LOG_FRAME_BYTES + PATTERN_BYTES_MAX];
    rocksdb_pinnableslice_t *pinned;
    slice_t key = s_offset(THIRD_BATCH);
    cr_assert_eq(log_store_get(&s_log->store, LOG_HEAD, key.data, key.bytes,
                               &pinned, NULL),
                 1);
    slice_t head = log_store_pinned(pinned);
    cr_assert_leq(head.bytes, sizeof value);
    memcpy(value, head.data, head.bytes);
    value[at] = (char)to;
    s_put(LOG_HEAD, key, slice(value, head.bytes));
    rocksdb_pinnableslice_destroy(pinned);
}

// Whoever reads from an offset in the third batch on is told what is wrong with
// it, and gets nothing of what follows either.
static void s_reader_finds(uint64_t offset, const char *expected)
{
    log_reader_t *reader = NULL;
    log_record_t record;
    cr_assert_eq(log_reader_new(&reader, s_log, true), 0);
    int rc = log_reader_seek(reader, offset);
    if (rc == 0)
        rc = log_reader_next(reader, &record);
    cr_assert_eq(rc, -EUCLEAN);
    cr_assert_not_null(strstr(log_reader_reason(reader), expected), "%s",
                       log_reader_reason(reader));
    cr_assert_eq(log_reader_next(reader, &record), -EUCLEAN);
    log_reader_destroy(&reader);
}

Test(verify, a_batch_without_a_frame)
{
    s_put(LOG_HEAD, s_offset(THIRD_BATCH), slice_of("short"));
    s_finds("has no valid frame");
    s_reader_finds(THIRD_BATCH, "has no valid frame");
}

Test(verify, a_batch_that_is_shorter_than_its_place)
{
    s_change_frame(0, 1); // its count
    s_finds("batch at offset 9: it, or the one before, is not");
    s_reader_finds(THIRD_BATCH + 3, "a batch is missing at offset");
}

Test(verify, a_payload_beyond_all_bounds)
{
    s_change_frame(15, 0x80); // the high byte of its length
    s_finds("a payload is too long at offset 9");
    s_reader_finds(THIRD_BATCH, "a payload is too long at offset 9");
}

Test(verify, a_key_that_leads_nowhere)
{
    const event_key_t key = pattern_key(1000000);
    s_put(LOG_KEYS, slice(key.bytes, key.size), slice_of("3"));
    s_finds("a key leads nowhere");
}

Test(verify, a_dead_letter_of_no_number)
{
    uint8_t key[LOG_LETTER_BYTES];
    log_letter_key(key, 99);
    s_put(LOG_REJECT, slice(key, sizeof key), slice_of("anything"));
    s_finds("dead letter 99: damaged");
}

// A log with this record cannot be opened, by nobody.
static void s_open_refuses(const char *record, slice_t value, int error,
                           const char *expected)
{
    s_put(LOG_META, slice_of(record), value);
    event_log_close(&s_log);
    for (event_log_mode_t mode = EVENT_LOG_READ;; mode = EVENT_LOG_WRITE) {
        failure_t failure;
        cr_assert_eq(open_fails(s_folder.path, mode, &failure), error);
        cr_assert_eq(failure.code, error);
        cr_assert_not_null(strstr(failure.reason, expected), "%s",
                           failure.reason);
        if (mode == EVENT_LOG_WRITE)
            break;
    }
}

Test(verify, a_log_of_a_newer_octolog)
{
    const uint8_t newer[8] = {LOG_FORMAT_VERSION + 1};
    s_open_refuses(EVENT_LOG_FORMAT_KEY, slice(newer, sizeof newer), -ENOTSUP,
                   "use a newer one");
}

Test(verify, a_log_of_no_format)
{
    const uint8_t none[8] = {0};
    s_open_refuses(EVENT_LOG_FORMAT_KEY, slice(none, sizeof none), -EUCLEAN,
                   "no known format");
}

Test(verify, a_record_of_the_format_that_is_cut)
{
    s_open_refuses(EVENT_LOG_FORMAT_KEY, slice_of("2"), -EUCLEAN,
                   "its record \"format\" is damaged");
}

Test(verify, an_end_before_the_beginning)
{
    uint8_t bytes[LOG_STATE_BYTES];
    log_state_t state = s_log->committed;
    state.first = state.end + 1;
    log_state_encode(&state, bytes);
    s_open_refuses(EVENT_LOG_STATE_KEY, slice(bytes, sizeof bytes), -EUCLEAN,
                   "the record of its end is damaged");
}

Test(verify, a_batch_that_the_callers_check_refuses)
{
    pattern_t pattern;
    pattern_make(&pattern, event_log_end(s_log), 5);
    pattern.head[0] ^= 1; // before it is appended: the log cannot know
    cr_assert_eq(event_log_stage(s_log, &pattern.batch, NULL), 0);
    commit(s_log);
    s_finds("not the pattern");
}

static void s_count(void *context, uint64_t done, uint64_t total)
{
    uint64_t *last = context;
    cr_assert_geq(done, *last);
    cr_assert_leq(done, total);
    *last = done;
}

static void s_ignore(void *context, const char *problem)
{
    (void)context;
    (void)problem;
}

Test(verify, progress_goes_up_to_the_end)
{
    uint64_t last = 0;
    append_patterns(s_log, 200);
    log_verify_t verify = {
        .problem = s_ignore, .progress = s_count, .context = &last};
    cr_assert_eq(log_verify(s_log, &verify), 0);
    cr_assert_eq(last, event_log_end(s_log));
}

// Claims: the scanner finds the same in a stream however it is cut in two, and
// gives back every byte that is no separator; what the parser accepts fits a
// batch and comes out of it as it went in.
//
// The first two bytes say where the stream is cut.

#include "tests/fuzz/fuzz.h"

#include "proto/base/buffer.h"
#include "proto/batch/batch.h"
#include "proto/event/parser.h"

#include <assert.h>
#include <stdlib.h>

static void s_scan(event_scanner_t *scanner, slice_t input, size_t *at,
                   bool last, buffer_t *log)
{
    event_scan_t what;
    slice_t found;
    const char *reason = NULL;
    while ((what = event_scanner_next(scanner, input, at, last, &found,
                                      &reason)) <= EVENT_SCAN_REJECT) {
        assert(found.bytes > 0);
        assert(found.data >= input.data);
        assert(found.data + found.bytes <= input.data + *at);
        buffer_add_u8(log, what == EVENT_SCAN_OBJECT ? '+' : '-');
        buffer_add_u32(log, (uint32_t)found.bytes);
        buffer_add(log, found.data, found.bytes);
    }
    assert(what == (last ? EVENT_SCAN_END : EVENT_SCAN_MORE));
}

// All that is found in the stream, cut at `first`.
static buffer_t s_found(slice_t input, size_t first)
{
    event_scanner_t *scanner = event_scanner_new();
    assert(scanner);
    buffer_t log = {0};
    size_t at = 0;
    s_scan(scanner, slice(input.data, first), &at, false, &log);
    s_scan(scanner, input, &at, true, &log);
    assert(at == input.bytes);
    event_scanner_destroy(&scanner);
    return log;
}

static void s_try_event(const event_t *event)
{
    batch_builder_t *builder = batch_builder_new();
    assert(builder);
    int rc = batch_builder_add(builder, event);
    assert(rc == 0);
    batch_origin_t origin = {0};
    slice_t head, payload;
    batch_t batch;
    rc = batch_builder_finish(builder, &origin, &head, &payload);
    assert(rc == 0);
    rc = batch_open(&batch, head, NULL);
    assert(rc == 0);
    rc = batch_open_payload(&batch, payload, NULL);
    assert(rc == 0);
    event_t again;
    batch_event(&batch, 0, &again);
    assert(again.id == event->id && again.created_at == event->created_at);
    assert(slice_equal(again.type_name, event->type_name));
    assert(slice_equal(again.action_name, event->action_name));
    assert(slice_equal(again.repo_name, event->repo_name));
    assert(slice_equal(again.json, event->json));
    batch_builder_destroy(&builder);
}

static void s_try_objects(slice_t input)
{
    event_scanner_t *scanner = event_scanner_new();
    event_parser_t *parser = event_parser_new();
    assert(scanner && parser);
    size_t at = 0;
    event_scan_t what;
    slice_t found;
    const char *reason;
    while ((what = event_scanner_next(scanner, input, &at, true, &found,
                                      &reason)) != EVENT_SCAN_END) {
        event_t event;
        if (what == EVENT_SCAN_OBJECT &&
            event_parser_parse(parser, found, &event, &reason) == 0)
            s_try_event(&event);
    }
    event_parser_destroy(&parser);
    event_scanner_destroy(&scanner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    slice_t input = slice(data + 2, size - 2);
    size_t cut = (size_t)(data[0] << 8 | data[1]) % (input.bytes + 1);
    buffer_t whole = s_found(input, input.bytes);
    buffer_t parts = s_found(input, cut);
    assert(slice_equal(buffer_slice(&whole), buffer_slice(&parts)));
    buffer_free(&whole);
    buffer_free(&parts);
    s_try_objects(input);
    return 0;
}

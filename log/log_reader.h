// log_reader - reads batches of an event_log in order of offset.
//
// Errors    0 or 1, or a negative errno; -EUCLEAN names damage, with the place
//           in log_reader_reason().
// Memory    A record's bytes belong to the reader until its next call.
// Threads   A reader is one thread's at a time; any number may read while the
//           writer appends. It sees what was committed when it was made or
//           last moved by log_reader_seek().

#ifndef OCTOLOG_LOG_LOG_READER_H
#define OCTOLOG_LOG_LOG_READER_H

#include "log/event_log_types.h"

typedef struct log_reader log_reader_t;

typedef struct {
    uint64_t first; // offset of its first event
    uint32_t count;
    slice_t head;
    slice_t payload; // empty unless asked for
} log_record_t;

// payloads: whether records come with theirs; without, payload bytes are never
// read from disk. The log must outlive the reader. -ENOMEM.
int log_reader_new(log_reader_t **reader, event_log_t *log, bool payloads);
void log_reader_destroy(log_reader_t **reader);

// The next record will be the batch that holds `offset` (or the first kept,
// when offset lies before it).
int log_reader_seek(log_reader_t *reader, uint64_t offset);

// 1: *record is the next batch; 0: the end, for now (seek again to see more).
// A hole in the offsets is -EUCLEAN.
int log_reader_next(log_reader_t *reader, log_record_t *record);

// What the log itself notes of that record (log/log_format.h); for log/ alone.
const struct log_frame *log_reader_frame(const log_reader_t *reader);

const char *log_reader_reason(const log_reader_t *reader);

#endif

// log_reader - reads the batches of an event_log in order of offset.
//
// Errors    0 or 1, or a negative errno. -EUCLEAN: damaged;
//           log_reader_reason() names the place.
// Memory    A record's bytes belong to the reader and are valid until its next
//           call.
// Threads   One at a time per reader; any number of readers may run while the
//           writer appends. A reader sees what was committed when it was made
//           or last moved by log_reader_seek().

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

// `payloads`: whether records include their payloads; if not, payloads are not
// read from disk at all. The log must outlive the reader. -ENOMEM.
int log_reader_new(log_reader_t **reader, event_log_t *log, bool payloads);
void log_reader_destroy(log_reader_t **reader);

// Makes the batch that holds `offset` the next record; if that is not kept
// anymore, the first kept.
int log_reader_seek(log_reader_t *reader, uint64_t offset);

// 1: *record is the next batch; 0: the end for now (seek again to see more).
// -EUCLEAN: damaged, or an offset is missing.
int log_reader_next(log_reader_t *reader, log_record_t *record);

// The frame of that record (log/log_format.h); only for log/.
const struct log_frame *log_reader_frame(const log_reader_t *reader);

const char *log_reader_reason(const log_reader_t *reader);

#endif

// log_store - the RocksDB below an event_log: opening it, its column families,
// its errors. Only for log/.
//
// Errors    0 or a negative errno; where a failure is taken (or NULL), its
//           reason names the place.
// Memory    log_store_close() frees everything that log_store_open() made, even
//           if it failed half way.
// Threads   As RocksDB: any, except for open and close.

#ifndef OCTOLOG_LOG_LOG_STORE_H
#define OCTOLOG_LOG_LOG_STORE_H

#include "log/event_log_types.h"
#include "proto/base/failure.h"

#include <rocksdb/c.h>

// Column families, described in log/FORMAT.md. A reader that only needs heads
// does not open the last two, which have most of the files.
typedef enum {
    LOG_META,
    LOG_HEAD,
    LOG_TIME,
    LOG_REJECT,
    LOG_CURSOR,
    LOG_FAMILIES_OF_HEADS,
    LOG_PAYLOAD = LOG_FAMILIES_OF_HEADS,
    LOG_KEYS,
    LOG_FAMILIES // how many
} log_family_t;

typedef struct {
    char *path;
    rocksdb_t *db;
    int family_count; // open
    rocksdb_column_family_handle_t *families[LOG_FAMILIES];
    rocksdb_options_t *options[LOG_FAMILIES]; // [LOG_META] also the database's
    rocksdb_cache_t *cache;
    rocksdb_readoptions_t *lookup; // of single keys: fills the cache
    rocksdb_readoptions_t *scan;   // of many: does not fill the cache
    rocksdb_writeoptions_t *sync;
} log_store_t;

typedef enum {
    LOG_STORE_WRITE,
    LOG_STORE_LOOK,  // a read-only view for the writer, before it opens
    LOG_STORE_VIEW,  // a read-only view; a writer may be active
    LOG_STORE_HEADS, // the same, with LOG_FAMILIES_OF_HEADS only
} log_store_how_t;

// Whether there is a database in the folder at all.
bool log_store_exists(const char *path);

// Opens the database in the folder `path`. A view sees what is committed at
// this moment.
int log_store_open(log_store_t *store, const char *path, log_store_how_t how,
                   const event_log_options_t *options, failure_t *failure);
void log_store_close(log_store_t *store);

// Takes RocksDB's error text, frees it, sets it to NULL and returns the errno
// it stands for; 0 when *error is NULL.
int log_store_error(const log_store_t *store, char **error, failure_t *failure);

// 1: found, *value is the caller's to rocksdb_pinnableslice_destroy();
// 0: not there.
int log_store_get(const log_store_t *store, log_family_t family,
                  const void *key, size_t key_bytes,
                  rocksdb_pinnableslice_t **value, failure_t *failure);

// An iterator for rocksdb_iter_destroy(), and the error it stopped with.
rocksdb_iterator_t *log_store_scan(const log_store_t *store,
                                   log_family_t family);
int log_store_scan_error(const log_store_t *store, rocksdb_iterator_t *scan,
                         failure_t *failure);

// The entry that an iterator is on; valid until it moves.
slice_t log_store_key(const rocksdb_iterator_t *scan);
slice_t log_store_value(const rocksdb_iterator_t *scan);
slice_t log_store_pinned(const rocksdb_pinnableslice_t *value);

// The free bytes on the disk of `path`, and the bytes that RocksDB needs to
// open there: without space for its text log it aborts (log_store.c).
int64_t log_store_room(const char *path);
#define LOG_STORE_ROOM INT64_C(1048576)

// Writes every memtable to a table, so that no write-ahead log is needed.
int log_store_flush(const log_store_t *store, failure_t *failure);

// Deletes the files that have only keys in [from, until] of a family in which
// these keys were deleted. Files in use by readers stay until they are closed.
int log_store_reclaim(const log_store_t *store, log_family_t family,
                      slice_t from, slice_t until, failure_t *failure);

// The approximate bytes in files of the keys in [from, until).
int log_store_size(const log_store_t *store, log_family_t family, slice_t from,
                   slice_t until, uint64_t *bytes, failure_t *failure);

// The bytes of all its files.
int log_store_bytes(const log_store_t *store, uint64_t *bytes);

#endif

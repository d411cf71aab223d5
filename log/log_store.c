#include "log/log_store.h"

#include "log/folder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB             ((size_t)1024 * 1024)
#define DEFAULT_CACHE   (64 * MIB)
#define DEFAULT_BUFFERS (64 * MIB)
#define DEFAULT_THREADS 2
// A writer keeps this many tables open; a reader keeps all open, because the
// writer may delete tables that it has compacted.
#define WRITER_OPEN_FILES 500
// Attempts to open a view when the writer flushes meanwhile.
#define VIEW_TRIES 10
// The level of RocksDB's text log: FATAL, which is above everything it logs
// once it is open. With assertions on, as in Debian's build, RocksDB aborts
// when it writes to a text log that failed before, as would happen on a full
// disk.
#define QUIET_LEVEL 4

// The layout of a family's tables. `share` is the part of the write buffer, in
// 64ths, for one memtable; RocksDB fills one while it flushes another.
typedef struct {
    const char *name;
    int share;
    int block_bytes;
    int compression;
    bool bloom;
} family_t;

//
// Heads are already packed by columns. LZ4 on top would save 3 % of a log of
// real hours and make its replay take twice as long.
static const family_t s_families[LOG_FAMILIES] = {
    [LOG_META] = {"default", 1, 4096, rocksdb_lz4_compression, false},
    [LOG_HEAD] = {"head", 4, 65536, rocksdb_no_compression, false},
    [LOG_PAYLOAD] = {"payload", 32, 65536, rocksdb_lz4_compression, false},
    [LOG_KEYS] = {"keys", 8, 4096, rocksdb_lz4_compression, true},
    [LOG_TIME] = {"time", 1, 4096, rocksdb_lz4_compression, false},
    [LOG_REJECT] = {"reject", 1, 16384, rocksdb_zstd_compression, true},
    [LOG_CURSOR] = {"cursor", 1, 4096, rocksdb_lz4_compression, false},
};

// RocksDB's C interface returns only the text of a status.
static int s_errno_of(const char *text)
{
    if (strstr(text, "No space left on device") ||
        strstr(text, "Disk quota exceeded"))
        return -ENOSPC;
    if (strstr(text, "Cannot allocate memory"))
        return -ENOMEM;
    if (strncmp(text, "Corruption", 10) == 0)
        return -EUCLEAN;
    if (strstr(text, "Permission denied") ||
        strstr(text, "Read-only file system"))
        return -EACCES;
    if (strstr(text, "While lock file"))
        return -EBUSY;
    return -EIO;
}

static const char *s_advice(int error)
{
    switch (error) {
    case -ENOSPC:
        return "free some space and start again";
    case -ENOMEM:
        return "give it more memory";
    case -EUCLEAN:
        return "the log is damaged; restore it from a backup";
    case -EBUSY:
        return "another process has it open";
    case -EACCES:
        return "check who owns it";
    default:
        return "check the disk";
    }
}

int log_store_error(const log_store_t *store, char **error, failure_t *failure)
{
    if (!*error)
        return 0;
    int rc = s_errno_of(*error);
    failure_set(failure, rc, "%s: %s (%s)", store->path, *error, s_advice(rc));
    rocksdb_free(*error);
    *error = NULL;
    return rc;
}

static rocksdb_block_based_table_options_t *s_table_options(
    const log_store_t *store, const family_t *family)
{
    rocksdb_block_based_table_options_t *table =
        rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(table, store->cache);
    rocksdb_block_based_options_set_block_size(table,
                                               (size_t)family->block_bytes);
    rocksdb_block_based_options_set_format_version(table, 5);
    // Indexes and filters grow with the log. They are kept in the cache, the
    // filters in partitions, so that memory stays bounded.
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
    rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1);
    if (!family->bloom)
        return table;
    rocksdb_block_based_options_set_filter_policy(
        table, rocksdb_filterpolicy_create_bloom_full(10));
    rocksdb_block_based_options_set_index_type(
        table, rocksdb_block_based_table_index_type_two_level_index_search);
    rocksdb_block_based_options_set_partition_filters(table, 1);
    return table;
}

static rocksdb_options_t *s_family_options(const log_store_t *store,
                                           const family_t *family,
                                           size_t buffer_bytes)
{
    rocksdb_options_t *options = rocksdb_options_create();
    rocksdb_block_based_table_options_t *table = s_table_options(store, family);
    rocksdb_options_set_block_based_table_factory(options, table);
    rocksdb_block_based_options_destroy(table);
    size_t memtable = buffer_bytes / 64 * (size_t)family->share;
    rocksdb_options_set_write_buffer_size(options, memtable);
    rocksdb_options_set_max_write_buffer_number(options, 2);
    rocksdb_options_set_compression(options, family->compression);
    rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1);
    if (family->bloom) {
        rocksdb_options_set_memtable_whole_key_filtering(options, 1);
        rocksdb_options_set_memtable_prefix_bloom_size_ratio(options, 0.05);
    }
    return options;
}

static void s_set_database_options(rocksdb_options_t *options,
                                   log_store_how_t how, size_t buffer_bytes,
                                   int threads)
{
    bool writing = how == LOG_STORE_WRITE;
    rocksdb_options_set_create_if_missing(options, writing);
    rocksdb_options_set_create_missing_column_families(options, writing);
    rocksdb_options_set_max_open_files(options,
                                       writing ? WRITER_OPEN_FILES : -1);
    rocksdb_options_set_db_write_buffer_size(options, buffer_bytes);
    rocksdb_options_set_max_total_wal_size(options, 2 * buffer_bytes);
    rocksdb_options_set_max_background_jobs(options, threads);
    // A recycled log file ends in old records, which recovery could mistake for
    // new ones. A torn last record is cut off; the tail file shows whether it
    // was acknowledged.
    rocksdb_options_set_recycle_log_file_num(options, 0);
    rocksdb_options_set_wal_recovery_mode(options,
                                          rocksdb_point_in_time_recovery);
    rocksdb_options_set_paranoid_checks(options, 1);
    rocksdb_options_set_info_log_level(options, QUIET_LEVEL);
    rocksdb_options_set_keep_log_file_num(options, 2);
}

static void s_make_options(log_store_t *store, log_store_how_t how,
                           const event_log_options_t *wanted)
{
    event_log_options_t bounds = wanted ? *wanted : (event_log_options_t){0};
    if (bounds.cache_bytes == 0)
        bounds.cache_bytes = DEFAULT_CACHE;
    if (bounds.write_buffer_bytes == 0)
        bounds.write_buffer_bytes = DEFAULT_BUFFERS;
    if (bounds.background_threads <= 0)
        bounds.background_threads = DEFAULT_THREADS;
    store->cache = rocksdb_cache_create_lru(bounds.cache_bytes);
    for (int i = 0; i < LOG_FAMILIES; i++)
        store->options[i] =
            s_family_options(store, &s_families[i], bounds.write_buffer_bytes);
    s_set_database_options(store->options[LOG_META], how,
                           bounds.write_buffer_bytes,
                           bounds.background_threads);
    store->lookup = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(store->lookup, 1);
    store->scan = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(store->scan, 1);
    rocksdb_readoptions_set_fill_cache(store->scan, 0);
    store->sync = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(store->sync, 1);
}

static bool s_scratch_in(const char *folder, char scratch[FOLDER_PATH_MAX])
{
    return log_store_room(folder) >= LOG_STORE_ROOM &&
           folder_path(scratch, folder, "octolog-scratch-XXXXXX") == 0 &&
           mkdtemp(scratch);
}

// In memory if possible, so that a log can be read even if the disk is full.
static int s_make_scratch(char scratch[FOLDER_PATH_MAX], failure_t *failure)
{
    if (s_scratch_in("/dev/shm", scratch) ||
        s_scratch_in(folder_temporary(), scratch) ||
        s_scratch_in("/tmp", scratch))
        return 0;
    return failure_set(failure, -ENOSPC,
                       "no temporary folder with %" PRId64
                       " KiB free: neither /dev/shm "
                       "nor TMPDIR nor /tmp",
                       LOG_STORE_ROOM / 1024);
}

// text_log NULL: opens for writing. Otherwise opens a view, whose text log
// RocksDB writes to the folder text_log.
static int s_open_database(log_store_t *store, const char *text_log,
                           failure_t *failure)
{
    const char *names[LOG_FAMILIES];
    for (int i = 0; i < store->family_count; i++)
        names[i] = s_families[i].name;
    const rocksdb_options_t *database = store->options[LOG_META];
    const rocksdb_options_t *const *families =
        (const rocksdb_options_t *const *)store->options;
    char *error = NULL;
    if (text_log)
        store->db = rocksdb_open_as_secondary_column_families(
            database, store->path, text_log, store->family_count, names,
            families, store->families, &error);
    else
        store->db = rocksdb_open_column_families(
            database, store->path, store->family_count, names, families,
            store->families, &error);
    return log_store_error(store, &error, failure);
}

// The text log of a view is not needed: its folder is removed as soon as the
// view is open, so only a process that is killed before that leaves one.
static int s_open_view_once(log_store_t *store, failure_t *failure)
{
    char scratch[FOLDER_PATH_MAX];
    int rc = s_make_scratch(scratch, failure);
    if (rc < 0)
        return rc;
    rc = s_open_database(store, scratch, failure);
    (void)folder_remove(scratch);
    return rc;
}

// The number of the oldest write-ahead log; 0 if there is none.
static uint64_t s_oldest_wal(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return 0;
    uint64_t oldest = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *end;
        uint64_t number = strtoull(entry->d_name, &end, 10);
        if (end == entry->d_name || strcmp(end, ".log") != 0)
            continue;
        if (oldest == 0 || number < oldest)
            oldest = number;
    }
    closedir(folder);
    return oldest;
}

static void s_close_database(log_store_t *store)
{
    for (int i = 0; i < store->family_count && store->db; i++)
        rocksdb_column_family_handle_destroy(store->families[i]);
    if (store->db)
        rocksdb_close(store->db);
    store->db = NULL;
}

// A view reads the manifest, then the write-ahead logs. If the writer flushes
// in between, a log that the manifest still needs is gone, and the view has a
// hole. Logs are deleted oldest first: if the oldest is still the same
// afterwards, none was deleted.
static int s_open_view(log_store_t *store, failure_t *failure)
{
    for (int i = 0;; i++) {
        uint64_t before = s_oldest_wal(store->path);
        int rc = s_open_view_once(store, failure);
        if (rc == 0 && s_oldest_wal(store->path) == before)
            return 0;
        s_close_database(store);
        if (i + 1 < VIEW_TRIES)
            continue;
        return rc ? rc
                  : failure_set(
                        failure, -EBUSY,
                        "%s: the writer is too busy for a view of it to "
                        "be opened; try again",
                        store->path);
    }
}

bool log_store_exists(const char *path)
{
    char current[FOLDER_PATH_MAX];
    return folder_path(current, path, "CURRENT") == 0 &&
           access(current, F_OK) == 0;
}

static int s_open(log_store_t *store, log_store_how_t how, failure_t *failure)
{
    switch (how) {
    case LOG_STORE_WRITE:
        return s_open_database(store, NULL, failure);
    case LOG_STORE_LOOK:
        return s_open_database(store, store->path, failure);
    default:
        return s_open_view(store, failure);
    }
}

int log_store_open(log_store_t *store, const char *path, log_store_how_t how,
                   const event_log_options_t *options, failure_t *failure)
{
    *store = (log_store_t){.path = strdup(path)};
    if (!store->path)
        return failure_set(failure, -ENOMEM, "%s: out of memory", path);
    store->family_count =
        how == LOG_STORE_HEADS ? LOG_FAMILIES_OF_HEADS : LOG_FAMILIES;
    s_make_options(store, how, options);
    int rc = s_open(store, how, failure);
    if (rc != 0)
        log_store_close(store);
    return rc;
}

void log_store_close(log_store_t *store)
{
    s_close_database(store);
    for (int i = 0; i < LOG_FAMILIES; i++)
        if (store->options[i])
            rocksdb_options_destroy(store->options[i]);
    if (store->cache)
        rocksdb_cache_destroy(store->cache);
    if (store->lookup)
        rocksdb_readoptions_destroy(store->lookup);
    if (store->scan)
        rocksdb_readoptions_destroy(store->scan);
    if (store->sync)
        rocksdb_writeoptions_destroy(store->sync);
    free(store->path);
    *store = (log_store_t){0};
}

int log_store_get(const log_store_t *store, log_family_t family,
                  const void *key, size_t key_bytes,
                  rocksdb_pinnableslice_t **value, failure_t *failure)
{
    char *error = NULL;
    assert((int)family < store->family_count);
    rocksdb_pinnableslice_t *found =
        rocksdb_get_pinned_cf(store->db, store->lookup, store->families[family],
                              key, key_bytes, &error);
    if (error)
        return log_store_error(store, &error, failure);
    if (!found)
        return 0;
    *value = found;
    return 1;
}

rocksdb_iterator_t *log_store_scan(const log_store_t *store,
                                   log_family_t family)
{
    assert((int)family < store->family_count);
    return rocksdb_create_iterator_cf(store->db, store->scan,
                                      store->families[family]);
}

int log_store_scan_error(const log_store_t *store, rocksdb_iterator_t *scan,
                         failure_t *failure)
{
    char *error = NULL;
    rocksdb_iter_get_error(scan, &error);
    return log_store_error(store, &error, failure);
}

slice_t log_store_key(const rocksdb_iterator_t *scan)
{
    size_t bytes;
    const char *data = rocksdb_iter_key(scan, &bytes);
    return slice(data, bytes);
}

slice_t log_store_value(const rocksdb_iterator_t *scan)
{
    size_t bytes;
    const char *data = rocksdb_iter_value(scan, &bytes);
    return slice(data, bytes);
}

slice_t log_store_pinned(const rocksdb_pinnableslice_t *value)
{
    size_t bytes;
    const char *data = rocksdb_pinnableslice_value(value, &bytes);
    return slice(data, bytes);
}

int64_t log_store_room(const char *path)
{
    struct statvfs disk;
    if (statvfs(path, &disk) < 0)
        return -errno;
    return (int64_t)(disk.f_bavail * disk.f_frsize);
}

int log_store_flush(const log_store_t *store, failure_t *failure)
{
    rocksdb_flushoptions_t *options = rocksdb_flushoptions_create();
    char *error = NULL;
    rocksdb_flushoptions_set_wait(options, 1);
    // One after another: if two flushes end at the same time, neither sees that
    // the write-ahead log is no longer needed, and it stays.
    for (int i = 0; i < LOG_FAMILIES && !error; i++)
        rocksdb_flush_cf(store->db, options, store->families[i], &error);
    rocksdb_flushoptions_destroy(options);
    return log_store_error(store, &error, failure);
}

int log_store_reclaim(const log_store_t *store, log_family_t family,
                      slice_t from, slice_t until, failure_t *failure)
{
    char *error = NULL;
    rocksdb_delete_file_in_range_cf(store->db, store->families[family],
                                    from.data, from.bytes, until.data,
                                    until.bytes, &error);
    return log_store_error(store, &error, failure);
}

int log_store_size(const log_store_t *store, log_family_t family, slice_t from,
                   slice_t until, uint64_t *bytes, failure_t *failure)
{
    const char *const starts[] = {from.data}, *const limits[] = {until.data};
    const size_t start_bytes[] = {from.bytes}, limit_bytes[] = {until.bytes};
    char *error = NULL;
    rocksdb_approximate_sizes_cf(store->db, store->families[family], 1, starts,
                                 start_bytes, limits, limit_bytes, bytes,
                                 &error);
    return log_store_error(store, &error, failure);
}

int log_store_bytes(const log_store_t *store, uint64_t *bytes)
{
    DIR *folder = opendir(store->path);
    if (!folder)
        return -errno;
    uint64_t total = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat file; // may be gone already: the writer deletes files
        if (fstatat(dirfd(folder), entry->d_name, &file, 0) == 0 &&
            S_ISREG(file.st_mode))
            total += (uint64_t)file.st_size;
    }
    closedir(folder);
    *bytes = total;
    return 0;
}

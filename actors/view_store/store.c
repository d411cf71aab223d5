#include "actors/view_store/store.h"

#include "actors/view_store/private.h"
#include "proto/base/fault_point.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Open files of one store: a few hundred megabytes of rows at RocksDB's file
// size. A store opened beside a writer opens all files at once, so that none
// can be deleted under it.
#define OPEN_FILES 128

#define FILTER_BITS_PER_KEY 10

// RocksDB's own text log, beside the data: FATAL only. A build with assertions
// aborts when it writes to a text log after a full disk made a write fail.
#define LOG_LEVEL_FATAL 4
#define LOG_FILES       2

int view_store_options(const config_t *config, const view_class_t *view,
                       char folder[FOLDER_PATH_MAX],
                       view_store_options_t *options)
{
    char views[FOLDER_PATH_MAX];
    int rc = folder_path(views, config->data_dir, "views");
    if (rc == 0)
        rc = folder_path(folder, views, view->name);
    if (rc != 0)
        return rc;
    *options = (view_store_options_t){
        .view = view,
        .folder = folder,
        .cache_bytes = config->view_cache_bytes,
        .write_bytes = config->view_pending_bytes,
    };
    return 0;
}

int view_store_refuse(view_store_t *store, int error, const char *text)
{
    return failure_set(&store->failure, error, "%.250s: %.250s", store->path,
                       text);
}

static bool s_is_locked(const char *error)
{
    return strstr(error, "While lock file") ||
           strstr(error, "lock hold by current process");
}

// A missing file is damage; other disk errors are not.
static int s_error(const char *error)
{
    if (s_is_locked(error))
        return -EBUSY;
    if (strstr(error, "No space left"))
        return -ENOSPC;
    if (strstr(error, "Cannot allocate memory"))
        return -ENOMEM;
    if (strstr(error, "Disk quota exceeded"))
        return -EDQUOT;
    if (strncmp(error, "IO error", 8) == 0 && !strstr(error, "No such file"))
        return -EIO;
    return -EUCLEAN;
}

int view_store_fail(view_store_t *store, char *error)
{
    int rc = s_error(error);
    view_store_refuse(store, rc, error);
    rocksdb_free(error);
    return rc;
}

int view_store_iterator_error(view_store_t *store,
                              const rocksdb_iterator_t *iterator)
{
    char *error = NULL;
    rocksdb_iter_get_error(iterator, &error);
    return error ? view_store_fail(store, error) : 0;
}

rocksdb_iterator_t *view_store_iterate(view_store_t *store,
                                       rocksdb_readoptions_t **read)
{
    *read = rocksdb_readoptions_create();
    rocksdb_readoptions_set_verify_checksums(*read, 1);
    rocksdb_readoptions_set_fill_cache(*read, 0);
    rocksdb_iterator_t *iterator = rocksdb_create_iterator(store->db, *read);
    rocksdb_iter_seek(iterator, "\x01", 1);
    return iterator;
}

view_checkpoint_t view_store_checkpoint(const view_store_t *store)
{
    return store->checkpoint;
}

int view_store_flush(view_store_t *store, void *state,
                     view_checkpoint_t checkpoint)
{
    if (checkpoint.offset == store->checkpoint.offset)
        return 0;
    store->batch = rocksdb_writebatch_create();
    view_store_note_checkpoint(store->batch, checkpoint);
    int rc = store->view->flush(state, &store->rows);
    if (rc == 0)
        rc = fault_point("view.flush.begin");
    if (rc == 0)
        rc = view_store_write(store, store->batch);
    if (rc == 0)
        rc = fault_point("view.flush.end");
    if (rc == 0)
        store->checkpoint = checkpoint;
    rocksdb_writebatch_destroy(store->batch);
    store->batch = NULL;
    return rc;
}

int view_store_settle(view_store_t *store, void *state)
{
    if (!store->view->settle)
        return 0;
    store->batch = rocksdb_writebatch_create();
    const int more = store->view->settle(state, &store->rows);
    int rc = more;
    if (more == 1)
        rc = fault_point("view.settle.begin");
    if (more == 1 && rc == 0)
        rc = view_store_write(store, store->batch);
    if (more == 1 && rc == 0)
        rc = fault_point("view.settle.end");
    rocksdb_writebatch_destroy(store->batch);
    store->batch = NULL;
    return rc ? rc : more;
}

// Opening.

static void s_set_table_options(view_store_t *store)
{
    rocksdb_block_based_table_options_t *table =
        rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(table, store->cache);
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
    rocksdb_block_based_options_set_filter_policy(
        table, rocksdb_filterpolicy_create_bloom_full(FILTER_BITS_PER_KEY));
    rocksdb_block_based_options_set_format_version(table, 5);
    rocksdb_options_set_block_based_table_factory(store->options, table);
    rocksdb_block_based_options_destroy(table);
}

static void s_set_options(view_store_t *store,
                          const view_store_options_t *options)
{
    store->options = rocksdb_options_create();
    store->cache = rocksdb_cache_create_lru(options->cache_bytes);
    store->read = rocksdb_readoptions_create();
    store->write = rocksdb_writeoptions_create();
    rocksdb_writeoptions_disable_WAL(store->write, options->bulk);
    s_set_table_options(store);
    rocksdb_options_set_compression(store->options, rocksdb_lz4_compression);
    rocksdb_options_set_write_buffer_size(store->options, options->write_bytes);
    rocksdb_options_set_max_write_buffer_number(store->options, 2);
    rocksdb_options_set_max_total_wal_size(store->options,
                                           2 * options->write_bytes);
    rocksdb_options_set_max_open_files(store->options, OPEN_FILES);
    rocksdb_options_set_max_background_jobs(store->options, 2);
    // An incomplete last record is cut off. Damage before it is reported, not
    // skipped, so that the view is rebuilt.
    rocksdb_options_set_wal_recovery_mode(
        store->options, rocksdb_tolerate_corrupted_tail_records_recovery);
    rocksdb_options_set_paranoid_checks(store->options, 1);
    rocksdb_options_set_info_log_level(store->options, LOG_LEVEL_FATAL);
    rocksdb_options_set_keep_log_file_num(store->options, LOG_FILES);
    view_store_set_merge(store);
}

void view_store_close(view_store_t **self)
{
    view_store_t *store = *self;
    if (!store)
        return;
    if (store->pinned)
        rocksdb_pinnableslice_destroy(store->pinned);
    if (store->db)
        rocksdb_close(store->db);
    rocksdb_writeoptions_destroy(store->write);
    rocksdb_readoptions_destroy(store->read);
    rocksdb_options_destroy(store->options);
    rocksdb_cache_destroy(store->cache);
    if (store->scratch[0])
        (void)folder_remove(store->scratch);
    free(store);
    *self = NULL;
}

// Allocates a store for a generation; it is not open yet.
static int s_new(view_store_t **self, const view_store_options_t *options,
                 const char *generation)
{
    view_store_t *store = calloc(1, sizeof *store);
    if (!store)
        return -ENOMEM;
    store->view = options->view;
    view_store_set_rows(store);
    snprintf(store->folder, sizeof store->folder, "%s", options->folder);
    snprintf(store->generation, sizeof store->generation, "%s", generation);
    s_set_options(store, options);
    int rc = folder_path(store->path, options->folder, generation);
    if (rc != 0) {
        view_store_close(&store);
        return rc;
    }
    *self = store;
    return 0;
}

// Returns the store, or its failure.
static int s_finish(view_store_t **self, view_store_t *store, int rc,
                    failure_t *failure)
{
    if (rc == 0) {
        *self = store;
        return 0;
    }
    if (store && store->failure.code)
        failure_set(failure, rc, "%s", store->failure.reason);
    else
        failure_set(failure, rc, "cannot open the view: %s", strerror(-rc));
    view_store_close(&store);
    return rc;
}

int view_store_open_generation(view_store_t **self,
                               const view_store_options_t *options,
                               const char *generation, failure_t *failure)
{
    view_store_t *store = NULL;
    int rc = view_generation_check(generation);
    if (rc == 0)
        rc = s_new(&store, options, generation);
    if (rc == 0 && access(store->path, F_OK) != 0)
        rc = view_store_refuse(store, -ENOENT, "no such generation");
    if (rc == 0) {
        char *error = NULL;
        store->db = rocksdb_open(store->options, store->path, &error);
        rc = error ? view_store_fail(store, error)
                   : view_store_read_notes(store, options);
    }
    return s_finish(self, store, rc, failure);
}

int view_store_create(view_store_t **self, const view_store_options_t *options,
                      failure_t *failure)
{
    view_store_t *store = NULL;
    char generation[VIEW_GENERATION_NAME_MAX];
    int rc = view_generation_make(options->folder, generation);
    if (rc == 0)
        rc = fault_point("view.create.made");
    if (rc == 0)
        rc = s_new(&store, options, generation);
    if (rc == 0) {
        char *error = NULL;
        rocksdb_options_set_create_if_missing(store->options, 1);
        store->db = rocksdb_open(store->options, store->path, &error);
        rc = error ? view_store_fail(store, error)
                   : fault_point("view.create.opened");
    }
    if (rc == 0)
        rc = view_store_write_notes(store, options);
    return s_finish(self, store, rc, failure);
}

// Creates the first generation of a view.
static int s_begin(view_store_t **self, const view_store_options_t *options,
                   failure_t *failure)
{
    view_store_t *store;
    int rc = view_store_create(&store, options, failure);
    if (rc != 0)
        return rc;
    rc = view_store_adopt(store);
    return s_finish(self, store, rc, failure);
}

int view_store_open(view_store_t **self, const view_store_options_t *options,
                    failure_t *failure)
{
    char generation[VIEW_GENERATION_NAME_MAX];
    int rc = view_generation_current(options->folder, generation);
    if (rc == -ENOENT)
        return s_begin(self, options, failure);
    if (rc != 0)
        return failure_set(failure, rc, "%s/CURRENT: %s", options->folder,
                           rc == -EUCLEAN ? "does not name a generation"
                                          : strerror(-rc));
    rc = view_store_open_generation(self, options, generation, failure);
    // If CURRENT names a generation that is missing, that is damage.
    return rc == -ENOENT ? -EUCLEAN : rc;
}

int view_store_open_read_only(view_store_t **self,
                              const view_store_options_t *options,
                              failure_t *failure)
{
    view_store_t *store = NULL;
    char generation[VIEW_GENERATION_NAME_MAX];
    int rc = view_generation_current(options->folder, generation);
    if (rc == 0)
        rc = s_new(&store, options, generation);
    if (rc == 0) {
        char *error = NULL;
        store->db =
            rocksdb_open_for_read_only(store->options, store->path, 0, &error);
        rc = error ? view_store_fail(store, error)
                   : view_store_read_notes(store, options);
    }
    return s_finish(self, store, rc, failure);
}

// RocksDB needs a separate folder for a reader beside a writer.
static int s_make_scratch(view_store_t *store)
{
    int rc =
        folder_path(store->scratch, folder_temporary(), "octolog-view-XXXXXX");
    if (rc == 0 && mkdtemp(store->scratch))
        return 0;
    rc = view_store_refuse(store, -errno, "cannot make a temporary folder");
    store->scratch[0] = '\0';
    return rc;
}

int view_store_open_beside(view_store_t **self,
                           const view_store_options_t *options,
                           failure_t *failure)
{
    view_store_t *store = NULL;
    char generation[VIEW_GENERATION_NAME_MAX];
    int rc = view_generation_current(options->folder, generation);
    if (rc == 0)
        rc = s_new(&store, options, generation);
    if (rc == 0)
        rc = s_make_scratch(store);
    if (rc == 0) {
        char *error = NULL;
        rocksdb_options_set_max_open_files(store->options, -1);
        store->db = rocksdb_open_as_secondary(store->options, store->path,
                                              store->scratch, &error);
        rc = error ? view_store_fail(store, error)
                   : view_store_read_notes(store, options);
    }
    return s_finish(self, store, rc, failure);
}

// Generations.

const char *view_store_reason(const view_store_t *store)
{
    return store->failure.reason;
}

const char *view_store_generation(const view_store_t *store)
{
    return store->generation;
}

int view_store_persist(view_store_t *store)
{
    char *error = NULL;
    rocksdb_flushoptions_t *flush = rocksdb_flushoptions_create();
    rocksdb_flushoptions_set_wait(flush, 1);
    rocksdb_flush(store->db, flush, &error);
    rocksdb_flushoptions_destroy(flush);
    return error ? view_store_fail(store, error) : 0;
}

int view_store_adopt(view_store_t *store)
{
    int rc = view_store_persist(store);
    if (rc == 0)
        rc = fault_point("view.adopt.persisted");
    if (rc != 0)
        return rc;
    rc = view_generation_adopt(store->folder, store->generation);
    return rc ? view_store_refuse(store, rc, strerror(-rc)) : 0;
}

static bool s_is_in_use(const char *folder, const char *generation)
{
    char current[VIEW_GENERATION_NAME_MAX];
    return view_generation_current(folder, current) == 0 &&
           strcmp(current, generation) == 0;
}

int view_store_remove(const view_store_options_t *options,
                      const char *generation)
{
    char path[FOLDER_PATH_MAX];
    int rc = view_generation_check(generation);
    if (rc == 0)
        rc = folder_path(path, options->folder, generation);
    if (rc != 0)
        return rc;
    rc = fault_point("view.remove.begin");
    if (rc == 0 && (view_generation_is_held(path) ||
                    s_is_in_use(options->folder, generation)))
        rc = -EBUSY;
    if (rc != 0)
        return rc;
    // RocksDB deletes its files only if no process has them open.
    rocksdb_options_t *none = rocksdb_options_create();
    char *error = NULL;
    rocksdb_destroy_db(none, path, &error);
    rocksdb_options_destroy(none);
    bool busy = error && s_is_locked(error);
    if (error)
        rocksdb_free(error);
    if (busy)
        return -EBUSY;
    rc = folder_remove(path);
    return rc == -ENOENT ? 0 : rc;
}

typedef struct {
    const view_store_options_t *options;
    char current[VIEW_GENERATION_NAME_MAX];
} tidy_t;

static void s_tidy(void *context, const char *name)
{
    tidy_t *tidy = context;
    if (strcmp(name, tidy->current) != 0)
        (void)view_store_remove(tidy->options, name);
}

void view_store_tidy(const view_store_options_t *options)
{
    tidy_t tidy = {.options = options};
    if (view_generation_current(options->folder, tidy.current) == 0)
        (void)view_generation_each(options->folder, s_tidy, &tidy);
}

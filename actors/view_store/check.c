#include "actors/view_store/store.h"

#include "actors/view_store/private.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

// Bytes of a key shown in a report about it, in hexadecimal.
#define KEY_SHOWN 40

struct view_digest {
    view_store_t *store;
    rocksdb_iterator_t *iterator;
    rocksdb_readoptions_t *read;
    XXH3_state_t *hash;
    view_digest_value_t value;
};

void view_digest_destroy(view_digest_t **self)
{
    view_digest_t *digest = *self;
    if (!digest)
        return;
    if (digest->iterator)
        rocksdb_iter_destroy(digest->iterator);
    if (digest->read)
        rocksdb_readoptions_destroy(digest->read);
    XXH3_freeState(digest->hash);
    free(digest);
    *self = NULL;
}

view_digest_t *view_digest_new(view_store_t *store)
{
    view_digest_t *digest = calloc(1, sizeof *digest);
    if (!digest)
        return NULL;
    digest->hash = XXH3_createState();
    if (!digest->hash || XXH3_128bits_reset(digest->hash) == XXH_ERROR) {
        view_digest_destroy(&digest);
        return NULL;
    }
    digest->store = store;
    digest->value.checkpoint = view_store_checkpoint(store);
    digest->iterator = view_store_iterate(store, &digest->read);
    return digest;
}

static void s_add_row(view_digest_t *digest)
{
    slice_t key, value;
    key.data = rocksdb_iter_key(digest->iterator, &key.bytes);
    value.data = rocksdb_iter_value(digest->iterator, &value.bytes);
    uint32_t lengths[2] = {htole32((uint32_t)key.bytes),
                           htole32((uint32_t)value.bytes)};
    XXH3_128bits_update(digest->hash, lengths, sizeof lengths);
    XXH3_128bits_update(digest->hash, key.data, key.bytes);
    XXH3_128bits_update(digest->hash, value.data, value.bytes);
    digest->value.rows++;
}

int view_digest_step(view_digest_t *digest, size_t rows,
                     view_digest_value_t *value)
{
    for (; rows > 0 && rocksdb_iter_valid(digest->iterator); rows--) {
        s_add_row(digest);
        rocksdb_iter_next(digest->iterator);
    }
    if (rocksdb_iter_valid(digest->iterator))
        return 0;
    int rc = view_store_iterator_error(digest->store, digest->iterator);
    if (rc != 0)
        return rc;
    XXH128_hash_t hash = XXH3_128bits_digest(digest->hash);
    digest->value.high = hash.high64;
    digest->value.low = hash.low64;
    *value = digest->value;
    return 1;
}

static void s_report_row(const view_store_t *store, slice_t key,
                         const char *reason,
                         void (*problem)(void *context, const char *text),
                         void *context)
{
    char shown[2 * KEY_SHOWN + 1] = "";
    for (size_t i = 0; i < key.bytes && i < KEY_SHOWN; i++)
        snprintf(shown + 2 * i, 3, "%02x", (uint8_t)key.data[i]);
    char text[FAILURE_REASON_BYTES];
    snprintf(text, sizeof text, "%.300s: row %s: %s", store->path, shown,
             reason);
    problem(context, text);
}

int64_t view_store_verify(view_store_t *store,
                          void (*problem)(void *context, const char *text),
                          void *context)
{
    rocksdb_readoptions_t *read;
    rocksdb_iterator_t *iterator = view_store_iterate(store, &read);
    int64_t problems = 0;
    for (; rocksdb_iter_valid(iterator); rocksdb_iter_next(iterator)) {
        slice_t key, value;
        const char *reason = "damaged";
        key.data = rocksdb_iter_key(iterator, &key.bytes);
        value.data = rocksdb_iter_value(iterator, &value.bytes);
        if (store->view->check_row(key, value, &reason) != 0) {
            s_report_row(store, key, reason, problem, context);
            problems++;
        }
    }
    int rc = view_store_iterator_error(store, iterator);
    rocksdb_iter_destroy(iterator);
    rocksdb_readoptions_destroy(read);
    if (rc == -EUCLEAN) {
        problem(context, store->failure.reason);
        return problems + 1;
    }
    return rc < 0 ? rc : problems;
}

#include "tools/import/archive_feed.h"

#include "tools/import/archive_reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define REASON_BYTES 4608
#define HUGE_PAGE    ((size_t)2 * 1024 * 1024)
#define CHUNK_BYTES  ((size_t)1024 * 1024 - ARCHIVE_FEED_MARGIN)
#define SLOT_BYTES   (ARCHIVE_FEED_MARGIN + CHUNK_BYTES)
#define SLOTS        (ARCHIVE_FEED_BYTES / SLOT_BYTES)

// Chunk number n is in slot n % SLOTS. Slots from `filled` on belong to the
// thread; if none is free, it waits for one to be given back.
struct archive_feed {
    char *const *paths; // borrowed
    size_t count;
    char *room; // SLOTS times SLOT_BYTES
    uint64_t size;
    // Archives that cannot be opened twice, until their turn; otherwise NULL.
    // Belongs to the thread once it runs.
    archive_reader_t **kept;
    pthread_t thread;
    bool started;
    bool holds; // a chunk was handed out
    // Both threads', under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    archive_chunk_t chunks[SLOTS];
    uint64_t filled, given_back;
    size_t sound;   // leading archives that are sound
    size_t current; // of the last chunk handed out
    bool asked;     // to prove the current archive
    bool ended;     // no more chunks will come
    bool stopped;   // chunks are no longer wanted
    int rc;         // the thread's error
    char reason[REASON_BYTES];
};

static int s_fail(archive_feed_t *feed, int rc, const char *path,
                  const char *text)
{
    snprintf(feed->reason, sizeof feed->reason, "%s: %s", path, text);
    return rc;
}

// Opens the archive in a new reader. On failure sets the reason in *feed.
static int s_open_archive(archive_feed_t *feed, const char *path,
                          archive_reader_t **reader)
{
    archive_reader_t *new = archive_reader_new(path);
    if (!new)
        return s_fail(feed, -ENOMEM, path, "out of memory");
    int rc = archive_reader_open(new);
    if (rc != 0) {
        s_fail(feed, rc, path, archive_reader_reason(new));
        archive_reader_destroy(&new);
    }
    *reader = new;
    return rc;
}

// The thread.

static void s_set_sound(archive_feed_t *feed, size_t archive)
{
    pthread_mutex_lock(&feed->lock);
    feed->sound = archive + 1;
    feed->asked = false;
    pthread_cond_signal(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

// Waits for a free slot (0), or a request to prove the archive (1). -ECANCELED:
// the feed was stopped.
static int s_await_slot(archive_feed_t *feed, char **data)
{
    pthread_mutex_lock(&feed->lock);
    while (!feed->stopped && !feed->asked &&
           feed->filled - feed->given_back == SLOTS)
        pthread_cond_wait(&feed->changed, &feed->lock);
    const int rc = feed->stopped ? -ECANCELED : feed->asked;
    *data = feed->room + feed->filled % SLOTS * SLOT_BYTES;
    pthread_mutex_unlock(&feed->lock);
    *data += ARCHIVE_FEED_MARGIN;
    return rc;
}

static void s_hand_out(archive_feed_t *feed, const archive_chunk_t *chunk)
{
    pthread_mutex_lock(&feed->lock);
    feed->chunks[feed->filled++ % SLOTS] = *chunk;
    pthread_cond_signal(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

// Decompresses the archive to its end.
static int s_unpack(archive_feed_t *feed, archive_reader_t *reader,
                    size_t archive)
{
    archive_chunk_t chunk = {.archive = archive, .bytes = 1};
    while (chunk.bytes > 0) {
        int64_t got = s_await_slot(feed, &chunk.data);
        if (got == 1) {
            got = archive_reader_prove(reader);
            if (got == 0) {
                s_set_sound(feed, archive);
                continue;
            }
        }
        if (got == 0)
            got = archive_reader_read(reader, chunk.data, CHUNK_BYTES);
        if (got < 0)
            return (int)got;
        chunk.bytes = (size_t)got;
        chunk.position = archive_reader_position(reader);
        if (got == 0)
            s_set_sound(feed, archive);
        s_hand_out(feed, &chunk);
    }
    return 0;
}

static int s_take_archive(archive_feed_t *feed, size_t archive)
{
    archive_reader_t *reader = feed->kept[archive];
    feed->kept[archive] = NULL;
    int rc = reader ? 0 : s_open_archive(feed, feed->paths[archive], &reader);
    if (rc != 0)
        return rc;
    if (archive_reader_is_plain(reader))
        s_set_sound(feed, archive);
    rc = s_unpack(feed, reader, archive);
    if (rc < 0)
        s_fail(feed, rc, feed->paths[archive], archive_reader_reason(reader));
    archive_reader_destroy(&reader);
    return rc;
}

static void *s_run(void *context)
{
    archive_feed_t *feed = context;
    int rc = 0;
    for (size_t i = 0; i < feed->count && rc == 0; i++)
        rc = s_take_archive(feed, i);
    pthread_mutex_lock(&feed->lock);
    feed->rc = rc;
    feed->ended = true;
    pthread_cond_signal(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return NULL;
}

// Life.

// Huge pages if available: page faults on small ones would cost more time than
// the buffer saves.
static char *s_make_room(void)
{
    char *room = aligned_alloc(HUGE_PAGE, ARCHIVE_FEED_BYTES);
    if (room)
        (void)madvise(room, ARCHIVE_FEED_BYTES, MADV_HUGEPAGE); // or without
    return room;
}

archive_feed_t *archive_feed_new(char *const *paths, size_t count)
{
    archive_feed_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->paths = paths;
    self->count = count;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    self->kept = calloc(count, sizeof(archive_reader_t *));
    self->room = s_make_room();
    if (!self->kept || !self->room)
        archive_feed_destroy(&self);
    return self;
}

void archive_feed_destroy(archive_feed_t **feed)
{
    archive_feed_t *self = *feed;
    if (!self)
        return;
    pthread_mutex_lock(&self->lock);
    self->stopped = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    if (self->started)
        pthread_join(self->thread, NULL);
    for (size_t i = 0; self->kept && i < self->count; i++)
        archive_reader_destroy(&self->kept[i]);
    free(self->kept);
    free(self->room);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    free(self);
    *feed = NULL;
}

// Checks one archive, and keeps it open only if it cannot be opened again.
static int s_look_at(archive_feed_t *feed, size_t archive, bool *known)
{
    archive_reader_t *reader = NULL;
    int rc = s_open_archive(feed, feed->paths[archive], &reader);
    if (rc != 0)
        return rc;
    feed->size += archive_reader_size(reader);
    *known = *known && archive_reader_is_file(reader);
    if (archive_reader_is_file(reader))
        archive_reader_destroy(&reader);
    feed->kept[archive] = reader;
    return 0;
}

int archive_feed_open(archive_feed_t *feed)
{
    bool known = true;
    int rc = 0;
    for (size_t i = 0; i < feed->count && rc == 0; i++)
        rc = s_look_at(feed, i, &known);
    if (!known)
        feed->size = 0;
    if (rc != 0)
        return rc;
    rc = -pthread_create(&feed->thread, NULL, s_run, feed);
    feed->started = rc == 0;
    return rc ? s_fail(feed, rc, feed->paths[0], strerrordesc_np(-rc)) : 0;
}

// Reading.

uint64_t archive_feed_size(const archive_feed_t *feed)
{
    return feed->size;
}

int archive_feed_next(archive_feed_t *feed, archive_chunk_t *chunk)
{
    pthread_mutex_lock(&feed->lock);
    feed->given_back += feed->holds;
    pthread_cond_signal(&feed->changed);
    while (feed->filled == feed->given_back && !feed->ended)
        pthread_cond_wait(&feed->changed, &feed->lock);
    feed->holds = feed->filled > feed->given_back;
    const int rc = feed->holds ? 0 : feed->rc ? feed->rc : 1;
    if (feed->holds) {
        *chunk = feed->chunks[feed->given_back % SLOTS];
        feed->current = chunk->archive;
    }
    pthread_mutex_unlock(&feed->lock);
    return rc;
}

bool archive_feed_is_sound(archive_feed_t *feed)
{
    pthread_mutex_lock(&feed->lock);
    const bool sound = feed->sound > feed->current;
    pthread_mutex_unlock(&feed->lock);
    return sound;
}

int archive_feed_prove(archive_feed_t *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->asked = feed->sound <= feed->current;
    pthread_cond_signal(&feed->changed);
    while (feed->sound <= feed->current && !feed->ended)
        pthread_cond_wait(&feed->changed, &feed->lock);
    const int rc = feed->sound > feed->current ? 0 : feed->rc;
    pthread_mutex_unlock(&feed->lock);
    return rc;
}

const char *archive_feed_reason(const archive_feed_t *feed)
{
    return feed->reason;
}

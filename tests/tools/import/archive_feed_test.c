// What comes out of the thread that unpacks ahead, and when it is sound.
#include "log/folder.h"
#include "tools/import/archive_feed.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define SMALL ((size_t)3 * 1000 * 1000)
// More than the thread can unpack before a chunk is given back.
#define LARGE (ARCHIVE_FEED_BYTES + 1000 * 1000)

static char s_folder[64];

static void s_setup(void)
{
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-feed-XXXXXX");
    cr_assert(mkdtemp(s_folder) != NULL);
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_folder), 0);
}

TestSuite(archive_feed, .init = s_setup, .fini = s_teardown);

static char s_byte_at(size_t at, char kind)
{
    return (char)(kind + at / 1000 % 13);
}

// A gzip file of `bytes` bytes that differ by `kind`; the name is the caller's
// to free.
static char *s_write(const char *name, size_t bytes, char kind)
{
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/%s", s_folder, name) > 0);
    gzFile file = gzopen(path, "wb1");
    cr_assert(file != NULL);
    char piece[10000];
    for (size_t at = 0; at < bytes; at += sizeof piece) {
        const size_t count =
            bytes - at < sizeof piece ? bytes - at : sizeof piece;
        for (size_t i = 0; i < count; i++)
            piece[i] = s_byte_at(at + i, kind);
        cr_assert(eq(int, gzwrite(file, piece, (unsigned)count), (int)count));
    }
    cr_assert(eq(int, gzclose(file), Z_OK));
    return path;
}

// Makes the last byte of its checksum wrong.
static void s_damage(const char *path)
{
    FILE *file = fopen(path, "r+b");
    cr_assert(file != NULL);
    cr_assert(eq(int, fseek(file, -5, SEEK_END), 0));
    const int was = fgetc(file);
    cr_assert(eq(int, fseek(file, -5, SEEK_END), 0));
    cr_assert(fputc(was ^ 1, file) != EOF);
    cr_assert(eq(int, fclose(file), 0));
}

static archive_feed_t *s_feed(char **paths, size_t count)
{
    archive_feed_t *feed = archive_feed_new(paths, count);
    cr_assert(feed != NULL);
    cr_assert(archive_feed_open(feed) == 0, "%s", archive_feed_reason(feed));
    return feed;
}

// Takes all of archive number n but for a first chunk, and its end.
static void s_expect(archive_feed_t *feed, size_t n, size_t bytes, char kind)
{
    archive_chunk_t chunk;
    size_t at = 0;
    do {
        cr_assert(archive_feed_next(feed, &chunk) == 0, "%s",
                  archive_feed_reason(feed));
        cr_assert(eq(sz, chunk.archive, n));
        for (size_t i = 0; i < chunk.bytes; i++)
            if (chunk.data[i] != s_byte_at(at + i, kind))
                cr_fatal("archive %zu differs at %zu", n, at + i);
        at += chunk.bytes;
        // The margin is the reader's.
        memset(chunk.data - ARCHIVE_FEED_MARGIN, '!', ARCHIVE_FEED_MARGIN);
    } while (chunk.bytes > 0);
    cr_assert(eq(sz, at, bytes));
    cr_assert(archive_feed_is_sound(feed));
}

Test(archive_feed, archives_come_whole_and_in_order)
{
    char *paths[] = {s_write("a.gz", SMALL, 'a'), s_write("b.gz", 0, 'b'),
                     s_write("c.gz", LARGE, 'c'), s_write("d.gz", SMALL, 'd')};
    archive_feed_t *feed = s_feed(paths, 4);
    cr_assert(archive_feed_size(feed) > 0);
    s_expect(feed, 0, SMALL, 'a');
    s_expect(feed, 1, 0, 'b');
    s_expect(feed, 2, LARGE, 'c');
    s_expect(feed, 3, SMALL, 'd');
    archive_chunk_t chunk;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 1));
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 1));
    archive_feed_destroy(&feed);
    for (size_t i = 0; i < 4; i++)
        free(paths[i]);
}

Test(archive_feed, plain_text_is_sound_from_the_start)
{
    char *path = s_write("a.json", LARGE, 'a'), command[512];
    snprintf(command, sizeof command, "mv '%s' '%s.gz' && gunzip '%s.gz'", path,
             path, path);
    cr_assert(eq(int, system(command), 0));
    archive_feed_t *feed = s_feed(&path, 1);
    archive_chunk_t chunk;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    cr_assert(archive_feed_is_sound(feed));
    archive_feed_destroy(&feed);
    free(path);
}

// The first chunk is not given back, so the thread cannot have seen the end.
Test(archive_feed, what_is_too_large_to_be_seen_whole_can_be_proved)
{
    char *path = s_write("a.gz", LARGE, 'a');
    archive_feed_t *feed = s_feed(&path, 1);
    archive_chunk_t chunk;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    cr_assert(not(archive_feed_is_sound(feed)));
    cr_assert(eq(int, archive_feed_prove(feed), 0));
    cr_assert(archive_feed_is_sound(feed));
    cr_assert(eq(int, archive_feed_prove(feed), 0));
    size_t left = LARGE;
    while (chunk.bytes > 0) {
        left -= chunk.bytes;
        cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    }
    cr_assert(eq(sz, left, 0));
    archive_feed_destroy(&feed);
    free(path);
}

Test(archive_feed, damage_is_told_where_it_comes_and_when_proved)
{
    char *paths[] = {s_write("good.gz", SMALL, 'a'),
                     s_write("bad.gz", LARGE, 'b')};
    s_damage(paths[1]);
    archive_feed_t *feed = s_feed(paths, 2);
    s_expect(feed, 0, SMALL, 'a');
    archive_chunk_t chunk;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    cr_assert(eq(sz, chunk.archive, 1));
    cr_assert(eq(int, archive_feed_prove(feed), -EBADMSG));
    const char *reason = archive_feed_reason(feed);
    cr_assert(strstr(reason, "bad.gz: damaged gzip: wrong checksum") != NULL,
              "%s", reason);
    archive_feed_destroy(&feed);

    feed = s_feed(paths, 2);
    s_expect(feed, 0, SMALL, 'a');
    int rc;
    while ((rc = archive_feed_next(feed, &chunk)) == 0)
        cr_assert(not(archive_feed_is_sound(feed)));
    cr_assert(eq(int, rc, -EBADMSG));
    archive_feed_destroy(&feed);
    free(paths[0]);
    free(paths[1]);
}

Test(archive_feed, all_are_looked_at_before_the_first_is_unpacked)
{
    char *paths[] = {s_write("a.gz", SMALL, 'a'), NULL};
    cr_assert(asprintf(&paths[1], "%s/missing.gz", s_folder) > 0);
    archive_feed_t *feed = archive_feed_new(paths, 2);
    cr_assert(eq(int, archive_feed_open(feed), -ENOENT));
    cr_assert(strstr(archive_feed_reason(feed), "missing.gz: No such file") !=
              NULL);
    archive_feed_destroy(&feed);
    free(paths[0]);
    free(paths[1]);
}

Test(archive_feed, nobody_has_to_take_all_of_it)
{
    char *paths[] = {s_write("a.gz", LARGE, 'a'), s_write("b.gz", LARGE, 'b')};
    archive_feed_t *feed = s_feed(paths, 2);
    archive_feed_destroy(&feed);
    feed = s_feed(paths, 2);
    archive_chunk_t chunk;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    archive_feed_destroy(&feed);
    free(paths[0]);
    free(paths[1]);
}

// As by "octolog import - <FILE", and from a pipe with `cat`.
Test(archive_feed, standard_input_can_be_proved)
{
    char *path = s_write("a.gz", LARGE, 'a'), command[512], dash[] = "-";
    char *paths[] = {dash};
    snprintf(command, sizeof command, "cat '%s'", path);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe != NULL);
    cr_assert(dup2(fileno(pipe), STDIN_FILENO) == STDIN_FILENO);
    archive_feed_t *feed = s_feed(paths, 1);
    cr_assert(eq(u64, archive_feed_size(feed), 0));
    archive_chunk_t chunk;
    size_t bytes = 0;
    cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    cr_assert(eq(int, archive_feed_prove(feed), 0));
    while (chunk.bytes > 0) {
        bytes += chunk.bytes;
        cr_assert(eq(int, archive_feed_next(feed, &chunk), 0));
    }
    cr_assert(eq(sz, bytes, LARGE));
    archive_feed_destroy(&feed);
    cr_assert(eq(int, pclose(pipe), 0));
    free(path);
}

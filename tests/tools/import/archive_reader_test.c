// What comes out of archives, whole and broken.
#include "log/folder.h"
#include "tools/import/archive_reader.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static char s_folder[64];

static void s_setup(void)
{
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-archive-XXXXXX");
    cr_assert(mkdtemp(s_folder) != NULL);
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_folder), 0);
}

TestSuite(archive_reader, .init = s_setup, .fini = s_teardown);

static const char *s_path(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", s_folder, name);
    return path;
}

static const char *s_write(const char *name, const char *bytes, size_t count)
{
    const char *path = s_path(name);
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL);
    cr_assert(eq(sz, fwrite(bytes, 1, count, file), count));
    cr_assert(eq(int, fclose(file), 0));
    return path;
}

// Appends one gzip member to *bytes. Level 0 stores: then sizes are ours.
static size_t s_gzip(char *out, size_t capacity, const char *text, size_t count,
                     int level)
{
    z_stream stream = {0};
    cr_assert(eq(int,
                 deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8,
                              Z_DEFAULT_STRATEGY),
                 Z_OK));
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)count;
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)capacity;
    cr_assert(eq(int, deflate(&stream, Z_FINISH), Z_STREAM_END));
    deflateEnd(&stream);
    return stream.total_out;
}

#define NEVER SIZE_MAX

// Opens and reads all, proving it once `prove_at` bytes were read; returns its
// size or what went wrong.
static int64_t s_read_proving(size_t prove_at, const char *path, char *out,
                              size_t capacity, size_t chunk, char reason[256])
{
    archive_reader_t *reader = archive_reader_new(path);
    cr_assert(reader != NULL);
    int64_t got = archive_reader_open(reader);
    size_t total = 0;
    while (got == 0 && total < capacity) {
        size_t room = capacity - total < chunk ? capacity - total : chunk;
        if (total >= prove_at) {
            got = archive_reader_prove(reader);
            prove_at = NEVER;
        }
        if (got == 0)
            got = archive_reader_read(reader, out + total, room);
        if (got <= 0)
            break;
        total += (size_t)got;
        got = 0;
    }
    if (reason)
        snprintf(reason, 256, "%s", archive_reader_reason(reader));
    if (got == 0 && archive_reader_size(reader) > 0)
        cr_assert(eq(u64, archive_reader_position(reader),
                     archive_reader_size(reader)));
    archive_reader_destroy(&reader);
    return got < 0 ? got : (int64_t)total;
}

// Whether and wherever it is proved, the same must come out.
static int64_t s_read(const char *path, char *out, size_t capacity,
                      size_t chunk, char reason[256])
{
    const int64_t got =
        s_read_proving(NEVER, path, out, capacity, chunk, reason);
    char *again = malloc(capacity);
    cr_assert(again != NULL);
    const size_t places[] = {0, got > 0 ? (size_t)got / 2 : 1};
    for (size_t i = 0; i < 2; i++) {
        cr_assert(
            eq(i64,
               s_read_proving(places[i], path, again, capacity, chunk, reason),
               got));
        cr_assert(got <= 0 || memcmp(out, again, (size_t)got) == 0);
    }
    free(again);
    return got;
}

static void s_expect(const char *path, const char *text, size_t bytes,
                     size_t chunk)
{
    char reason[256];
    char *out = malloc(bytes + 1);
    int64_t got = s_read(path, out, bytes + 1, chunk, reason);
    cr_assert(got == (int64_t)bytes, "%lld: %s", (long long)got, reason);
    cr_assert(memcmp(out, text, bytes) == 0);
    free(out);
}

static const char s_text[] = "{\"id\":\"1\"}\n{\"id\":\"2\"}\n";
#define TEXT_BYTES (sizeof s_text - 1)

Test(archive_reader, plain_text_comes_as_it_is)
{
    s_expect(s_write("a.json", s_text, TEXT_BYTES), s_text, TEXT_BYTES, 7);
    s_expect(s_write("b.json", "", 0), "", 0, 7);
}

Test(archive_reader, gzip_is_told_by_its_content_not_its_name)
{
    char packed[256];
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    s_expect(s_write("a.json", packed, bytes), s_text, TEXT_BYTES, 5);
    s_expect(s_write("a.json.gz", packed, bytes), s_text, TEXT_BYTES, 1000);
}

Test(archive_reader, an_empty_hour_is_an_hour)
{
    char packed[64];
    size_t bytes = s_gzip(packed, sizeof packed, "", 0, 6);
    s_expect(s_write("a.json.gz", packed, bytes), "", 0, 100);
}

// Members that end at every place around the end of the reader's buffer.
Test(archive_reader, members_are_one_stream_wherever_they_meet)
{
    const size_t buffer = 256 * 1024, most = buffer + 1024;
    char *text = malloc(2 * most), *packed = malloc(3 * most);
    for (size_t i = 0; i < 2 * most; i++)
        text[i] = (char)('a' + i * 7 % 23);
    for (size_t less = 0; less < 140; less += less < 60 ? 1 : 7) {
        const size_t first = buffer - less;
        size_t bytes = s_gzip(packed, 3 * most, text, first, 0);
        bytes += s_gzip(packed + bytes, 3 * most - bytes, "", 0, 6);
        bytes +=
            s_gzip(packed + bytes, 3 * most - bytes, text + first, 1000, 6);
        s_expect(s_write("a.gz", packed, bytes), text, first + 1000, 100000);
    }
    free(text);
    free(packed);
}

Test(archive_reader, every_truncation_is_damage)
{
    char packed[256], out[256];
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    for (size_t cut = 0; cut < bytes; cut++) {
        int64_t got =
            s_read(s_write("a.gz", packed, cut), out, sizeof out, 10, NULL);
        cr_assert(got == -EBADMSG, "cut at %zu of %zu: %lld", cut, bytes,
                  (long long)got);
    }
}

Test(archive_reader, a_flipped_bit_is_damage_or_changes_nothing)
{
    char packed[256], out[256];
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    for (size_t bit = 0; bit < bytes * 8; bit++) {
        packed[bit / 8] ^= (char)(1 << bit % 8);
        int64_t got =
            s_read(s_write("a.gz", packed, bytes), out, sizeof out, 100, NULL);
        cr_assert(got == -EBADMSG || (got == (int64_t)TEXT_BYTES &&
                                      memcmp(out, s_text, TEXT_BYTES) == 0),
                  "bit %zu: %lld", bit, (long long)got);
        packed[bit / 8] ^= (char)(1 << bit % 8);
    }
}

Test(archive_reader, what_is_wrong_is_named)
{
    char out[64], reason[256], packed[256];
    cr_assert(s_read(s_write("a.gz", "not gzip", 8), out, 64, 64, reason) ==
              -EBADMSG);
    cr_assert(strstr(reason, "not a gzip file") != NULL, "%s", reason);
    cr_assert(s_read(s_write("b.gz", "", 0), out, 64, 64, reason) == -EBADMSG);
    cr_assert(strstr(reason, "empty") != NULL, "%s", reason);
    cr_assert(s_read(s_folder, out, 64, 64, reason) == -EISDIR);
    cr_assert(strstr(reason, "directory") != NULL, "%s", reason);
    cr_assert(s_read(s_path("none"), out, 64, 64, reason) == -ENOENT);
    cr_assert(strstr(reason, "No such file") != NULL, "%s", reason);
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    memcpy(packed + bytes, "tail", 4);
    cr_assert(s_read(s_write("c.gz", packed, bytes + 4), out, 64, 64, reason) ==
              -EBADMSG);
    cr_assert(strstr(reason, "garbage after the end") != NULL, "%s", reason);
}

// Makes the bytes come in on standard input, in small pieces.
static void s_with_input(const char *bytes, size_t count)
{
    int ends[2];
    cr_assert(eq(int, pipe(ends), 0));
    pid_t writer = fork();
    cr_assert(writer >= 0);
    if (writer == 0) {
        close(ends[0]);
        for (size_t i = 0; i < count; i++)
            if (write(ends[1], bytes + i, 1) != 1)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    cr_assert(eq(int, dup2(ends[0], STDIN_FILENO), STDIN_FILENO));
    close(ends[0]);
}

// Nobody can read it twice, and still it can be proved anywhere.
static void s_expect_input(const char *bytes, size_t count, int64_t expected)
{
    static const size_t places[] = {0, 1, TEXT_BYTES / 2, TEXT_BYTES, NEVER};
    char out[256];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        s_with_input(bytes, count);
        cr_assert(eq(i64,
                     s_read_proving(places[i], "-", out, sizeof out, 5, NULL),
                     expected));
        cr_assert(expected < 0 || memcmp(out, s_text, TEXT_BYTES) == 0);
    }
}

Test(archive_reader, standard_input_may_be_plain)
{
    s_expect_input(s_text, TEXT_BYTES, TEXT_BYTES);
}

Test(archive_reader, standard_input_may_be_gzip)
{
    char packed[256];
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    s_expect_input(packed, bytes, TEXT_BYTES);
}

Test(archive_reader, a_torn_gzip_on_standard_input_is_damage)
{
    char packed[256];
    size_t bytes = s_gzip(packed, sizeof packed, s_text, TEXT_BYTES, 6);
    s_expect_input(packed, bytes - 3, -EBADMSG);
}

// Claims: the small files by which folders are known are read or refused,
// whatever is in them: the manifest of a backup, the name of the generation of
// a view in use, the owner of a data directory.
//
// The first byte chooses the file.

#include "actors/view_store/generation.h"
#include "tests/fuzz/fuzz.h"
#include "tools/backup/log_backup.h"
#include "tools/command/data_dir.h"
#include "tools/command/staged_folder.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char s_folder[] = "/tmp/octolog-fuzz-XXXXXX";
static const char *const s_files[] = {STAGED_FOLDER_MANIFEST, "CURRENT",
                                      "lock"};
#define FILES (sizeof s_files / sizeof *s_files)

static void s_path(size_t which, char path[64])
{
    snprintf(path, 64, "%s/%s", s_folder, s_files[which]);
}

static void s_clean(void)
{
    char path[64];
    for (size_t i = 0; i < FILES; i++) {
        s_path(i, path);
        unlink(path);
    }
    rmdir(s_folder);
}

static void s_write(size_t which, slice_t content)
{
    static bool s_made;
    char path[64];
    if (!s_made) {
        s_made = mkdtemp(s_folder) != NULL;
        assert(s_made);
        atexit(s_clean);
    }
    s_path(which, path);
    FILE *file = fopen(path, "wb");
    assert(file);
    size_t written =
        content.bytes ? fwrite(content.data, 1, content.bytes, file) : 0;
    assert(written == content.bytes);
    int rc = fclose(file);
    assert(rc == 0);
}

static void s_try_manifest(void)
{
    failure_t failure = {0};
    static log_backup_t s_backup;
    int rc = log_backup_read(s_folder, &s_backup, &failure);
    assert(rc == 0 || (rc == -EBADMSG && *failure.reason));
    if (rc != 0)
        return;
    assert(s_backup.seals.count <= CONFIG_VIEWS_MAX);
    for (size_t i = 0; i < s_backup.seals.count; i++)
        assert(s_backup.seals.seals[i].view);
}

static void s_try_current(void)
{
    char name[VIEW_GENERATION_NAME_MAX];
    int rc = view_generation_current(s_folder, name);
    assert(rc == -EUCLEAN || (rc == 0 && view_generation_check(name) == 0));
}

// Nobody has it, whatever it says.
static void s_try_lock(void)
{
    bool running = data_dir_running(s_folder);
    assert(!running);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const s_tries[FILES])(void) = {s_try_manifest, s_try_current,
                                                 s_try_lock};
    slice_t input = slice(data, size);
    const size_t which = fuzz_take_u8(&input) % FILES;
    s_write(which, input);
    s_tries[which]();
    return 0;
}

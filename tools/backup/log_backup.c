#include "tools/backup/log_backup.h"

#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/views/registry.h"
#include "log/checkpoint_folder.h"
#include "log/event_log.h"
#include "log/folder.h"
#include "proto/base/fault_point.h"
#include "proto/base/time_text.h"
#include "tools/command/command.h"
#include "tools/command/folder_copy.h"
#include "tools/command/patient_ask.h"
#include "tools/command/staged_folder.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MANIFEST_MAX 4096
#define HASH_DIGITS  32 // of 128 bits

// "FOLDER/NAME".
static int s_join(char out[FOLDER_PATH_MAX], const char *folder,
                  const char *name, failure_t *failure)
{
    const int rc = folder_path(out, folder, name);
    return rc ? failure_set(failure, rc, "%.200s...: %s", folder, strerror(-rc))
              : 0;
}

// The checkpoint.

static int s_ask_journal(const config_t *config, uint64_t *end,
                         failure_t *failure)
{
    const patient_ask_t whom = {"admin-log", "log", MESSAGE_LOG_STATS_ASK};
    const message_t question = {.kind = MESSAGE_LOG_CHECKPOINT};
    request_t *request = NULL;
    message_t answer;
    int rc = patient_ask(config, &whom, &question, &request, &answer);
    if (rc != 0) {
        failure_set(failure, rc, "the journal does not answer: %s",
                    strerror(-rc));
    } else if (answer.kind == MESSAGE_DONE) {
        *end = answer.done.offset;
    } else if (answer.kind == MESSAGE_FAILURE) {
        rc = failure_set(failure, message_failure_error(&answer.failure),
                         "%.*s", (int)answer.failure.text.bytes,
                         answer.failure.text.data);
    } else {
        rc = failure_set(failure, -EBADMSG,
                         "unexpected answer from the journal");
    }
    request_destroy(&request);
    return rc;
}

static int s_open_and_make(const char *path, uint64_t *end, failure_t *failure)
{
    event_log_t *log = NULL;
    if (access(path, F_OK) != 0)
        return failure_set(failure, -ENOENT, "%s: no log found", path);
    int rc = event_log_open(&log, path, EVENT_LOG_WRITE, NULL, failure);
    if (rc != 0)
        return rc;
    rc = log_checkpoint_make(log, end, failure);
    event_log_close(&log);
    return rc;
}

// Moving it into the backup.

static void s_on_copied(void *context, uint64_t bytes)
{
    command_progress(context, bytes, 0);
}

static int s_copy(const char *from, const char *to, failure_t *failure)
{
    command_progress_t progress;
    command_progress_start(&progress, "backup", "bytes");
    int rc = folder_copy(from, to, s_on_copied, &progress, failure);
    command_progress_end(&progress);
    return rc;
}

// Moves the checkpoint into the backup, locked so that nobody removes it as
// abandoned meanwhile.
static int s_take(const char *log, const char *folder, failure_t *failure)
{
    char from[FOLDER_PATH_MAX], to[FOLDER_PATH_MAX];
    int rc = s_join(from, log, CHECKPOINT_FOLDER_NAME, failure);
    if (rc == 0)
        rc = s_join(to, folder, "log", failure);
    if (rc != 0)
        return rc;
    int held = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (held < 0)
        return failure_set(failure, -errno, "%s: %s", from, strerror(errno));
    rc = flock(held, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
    if (rc != 0) {
        failure_set(failure, rc, "%s: another backup is in progress", from);
    } else if (rename(from, to) != 0) {
        rc = errno == EXDEV
                 ? s_copy(from, to, failure)
                 : failure_set(failure, -errno, "%s: %s", to, strerror(errno));
    }
    close(held);
    (void)checkpoint_folder_discard(log); // copied, or it could not be
    return rc;
}

// Its contents.

static int s_identify(const char *path, event_log_t **log,
                      log_identity_t *identity, failure_t *failure)
{
    int rc = event_log_open(log, path, EVENT_LOG_READ, NULL, failure);
    if (rc != 0)
        return rc;
    rc = log_identify(*log, identity, failure);
    if (rc == 0)
        return 0;
    event_log_close(log);
    return rc;
}

static int s_describe(const char *folder, uint64_t end, log_backup_t *done,
                      failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    event_log_t *log = NULL;
    *done = (log_backup_t){.made_at_us = clock_now_us()};
    int rc = s_join(path, folder, "log", failure);
    if (rc == 0)
        rc = s_identify(path, &log, &done->log, failure);
    if (rc != 0)
        return rc;
    event_log_close(&log);
    if (done->log.end < end)
        return failure_set(failure, -EUCLEAN,
                           "the copy ends at offset %" PRIu64 ", but %" PRIu64
                           " was acknowledged before",
                           done->log.end, end);
    return folder_measure(path, &done->files, &done->bytes, failure);
}

static void s_write_seals(FILE *file, const backup_seals_t *seals)
{
    fputs(",\n\"seals\":[", file);
    for (size_t i = 0; i < seals->count; i++) {
        const backup_seal_t *seal = &seals->seals[i];
        fprintf(file,
                "%s{\"view\":\"%s\",\"end_offset\":%" PRIu64
                ",\"digest\":\"%016" PRIx64 "%016" PRIx64 "\"}",
                i ? "," : "", seal->view->name, seal->digest.checkpoint.offset,
                seal->digest.high, seal->digest.low);
    }
    fputc(']', file);
}

static void s_print_manifest(FILE *file, const void *context)
{
    const log_backup_t *backup = context;
    const log_identity_t *log = &backup->log;
    char made_at[TIME_TEXT_US_BYTES];
    time_text_format_us(backup->made_at_us, made_at);
    fprintf(file,
            LOG_BACKUP_MARK
            ",\"octolog\":\"" OCTOLOG_VERSION "\",\"made_at\":\"%s\""
            ",\n\"first_offset\":%" PRIu64 ",\"end_offset\":%" PRIu64
            ",\"commits\":%" PRIu64 ",\"chain\":\"%016" PRIx64 "%016" PRIx64
            "\",\n\"files\":%" PRIu64 ",\"bytes\":%" PRIu64,
            made_at, log->first, log->end, log->commits, log->chain_high,
            log->chain_low, backup->files, backup->bytes);
    s_write_seals(file, &backup->seals);
    fputs("}\n", file);
}

int log_backup_make(const config_t *config, bool running, const char *folder,
                    log_backup_t *done, failure_t *failure)
{
    char log[FOLDER_PATH_MAX];
    uint64_t end = 0;
    int rc = s_join(log, config->data_dir, "log", failure);
    if (rc == 0)
        rc = running ? s_ask_journal(config, &end, failure)
                     : s_open_and_make(log, &end, failure);
    if (rc == 0)
        rc = fault_point("backup.asked");
    if (rc == 0)
        rc = s_take(log, folder, failure);
    if (rc == 0)
        rc = fault_point("backup.taken");
    if (rc == 0)
        rc = s_describe(folder, end, done, failure);
    if (rc == 0)
        rc = backup_seals_copy(config, folder, &done->log, &done->seals,
                               failure);
    if (rc == 0)
        rc = staged_folder_manifest(folder, s_print_manifest, done, failure);
    if (rc != 0 && !failure->code)
        failure_set(failure, rc, "%s: %s", folder, strerror(-rc));
    return rc;
}

// Reading one.

static bool s_read_number(const cJSON *manifest, const char *name,
                          uint64_t *number)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(manifest, name);
    if (!cJSON_IsNumber(item) || item->valuedouble < 0 ||
        item->valuedouble >= (double)(UINT64_C(1) << 53))
        return false;
    *number = (uint64_t)item->valuedouble;
    return true;
}

static bool s_read_hash(const cJSON *object, const char *name, uint64_t *high,
                        uint64_t *low)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item) ||
        strspn(item->valuestring, "0123456789abcdef") != HASH_DIGITS ||
        strlen(item->valuestring) != HASH_DIGITS)
        return false;
    *low = strtoull(item->valuestring + HASH_DIGITS / 2, NULL, 16);
    item->valuestring[HASH_DIGITS / 2] = '\0';
    *high = strtoull(item->valuestring, NULL, 16);
    return true;
}

static bool s_read_seal(const cJSON *item, backup_seal_t *seal)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(item, "view");
    seal->view = cJSON_IsString(view) ? registry_find(view->valuestring) : NULL;
    return seal->view &&
           s_read_number(item, "end_offset", &seal->digest.checkpoint.offset) &&
           s_read_hash(item, "digest", &seal->digest.high, &seal->digest.low);
}

static bool s_read_seals(const cJSON *manifest, backup_seals_t *seals)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(manifest, "seals");
    const cJSON *item;
    if (!cJSON_IsArray(list))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (seals->count == CONFIG_VIEWS_MAX ||
            !s_read_seal(item, &seals->seals[seals->count]))
            return false;
        seals->count++;
    }
    return true;
}

static int s_parse(const char *text, log_backup_t *found)
{
    if (strncmp(text, LOG_BACKUP_MARK, strlen(LOG_BACKUP_MARK)) != 0)
        return -EBADMSG;
    cJSON *manifest = cJSON_Parse(text);
    log_backup_t read = {0};
    bool good = s_read_number(manifest, "first_offset", &read.log.first) &&
                s_read_number(manifest, "end_offset", &read.log.end) &&
                s_read_number(manifest, "commits", &read.log.commits) &&
                s_read_number(manifest, "files", &read.files) &&
                s_read_number(manifest, "bytes", &read.bytes) &&
                s_read_hash(manifest, "chain", &read.log.chain_high,
                            &read.log.chain_low) &&
                s_read_seals(manifest, &read.seals);
    cJSON_Delete(manifest);
    if (!good)
        return -EBADMSG;
    *found = read;
    return 0;
}

int log_backup_read(const char *backup, log_backup_t *found, failure_t *failure)
{
    char path[FOLDER_PATH_MAX], text[MANIFEST_MAX];
    int rc = s_join(path, backup, STAGED_FOLDER_MANIFEST, failure);
    if (rc != 0)
        return rc;
    FILE *file = fopen(path, "re");
    if (!file)
        return failure_set(failure, -errno,
                           "%s is not a backup: cannot read %s: %s", backup,
                           STAGED_FOLDER_MANIFEST, strerror(errno));
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    rc = ferror(file) ? -EIO : 0;
    fclose(file);
    text[bytes] = '\0';
    if (rc == 0)
        rc = s_parse(text, found);
    if (rc == -EBADMSG)
        failure_set(failure, rc, "%s is not the manifest of a backup", path);
    else if (rc != 0)
        failure_set(failure, rc, "%s: %s", path, strerror(-rc));
    return rc;
}

int log_backup_open(event_log_t **log, const char *path,
                    const log_backup_t *manifest, failure_t *failure)
{
    const log_identity_t *expected = &manifest->log;
    log_identity_t found;
    int rc = s_identify(path, log, &found, failure);
    if (rc != 0)
        return rc;
    if (found.commits == expected->commits && found.first == expected->first &&
        found.end == expected->end &&
        found.chain_high == expected->chain_high &&
        found.chain_low == expected->chain_low)
        return 0;
    event_log_close(log);
    return failure_set(
        failure, -EUCLEAN,
        "the log of the backup ends at offset %" PRIu64
        " and does not match the manifest, which ends at %" PRIu64,
        found.end, expected->end);
}

// log_backup - a copy of the log of a data directory, and what it is known by.
//
//   BACKUP/log/           the log, as of one moment (log/FORMAT.md)
//   BACKUP/views/         seals of what that log dropped, if anything
//                         (backup_seals.h)
//   BACKUP/manifest.json  what it holds, the checksum of all of the log, and
//                         the digests of the seals
//
// So a backup is a data directory without views: every command that reads one
// reads it. Views are not in it, since log and seals can build all of them.
//
// Taken from a running octolog it is the journal that copies, and the moment is
// when it is asked: everything acknowledged before is in the backup.
//
// Errors    0 or a negative errno, with one line in *reason.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BACKUP_LOG_BACKUP_H
#define OCTOLOG_TOOLS_BACKUP_LOG_BACKUP_H

#include "actors/config/config.h"
#include "log/log_checkpoint.h"
#include "tools/backup/backup_seals.h"

// What STAGED_FOLDER_MANIFEST of a backup begins with.
#define LOG_BACKUP_MARK       "{\"format\":\"octolog-backup-1\""
#define LOG_BACKUP_REASON_MAX EVENT_LOG_REASON_MAX

typedef struct {
    log_identity_t log;
    backup_seals_t seals;
    uint64_t files; // of BACKUP/log
    uint64_t bytes;
    int64_t made_at_us;
} log_backup_t;

// Puts log and manifest into an existing folder; within a file system by hard
// links. running: whether an octolog runs on the data directory; else the
// caller owns that. *done is what was written. -EBUSY: another is under way.
int log_backup_make(const config_t *config, bool running, const char *folder,
                    log_backup_t *done, char reason[LOG_BACKUP_REASON_MAX]);

// Reads the manifest of a backup. -ENOENT: there is none. -EBADMSG: it is not
// one of a backup, or of a newer octolog.
int log_backup_read(const char *backup, log_backup_t *found,
                    char reason[LOG_BACKUP_REASON_MAX]);

// Opens the log in the folder `path`, that of a backup or a copy of it, for
// reading, and compares it with the manifest. -EUCLEAN: it is not the one.
int log_backup_open(event_log_t **log, const char *path,
                    const log_backup_t *manifest,
                    char reason[LOG_BACKUP_REASON_MAX]);

#endif

// log_backup - a backup of a data directory's log, with a manifest.
//
//   BACKUP/log/           the log, as of one moment (log/FORMAT.md)
//   BACKUP/views/         snapshots of dropped events, if any
//                         (backup_seals.h)
//   BACKUP/manifest.json  the contents, the checksum of the whole log, and the
//                         digests of the snapshots
//
// A backup is a data directory without views: every command that reads a data
// directory can read it. Views are left out because they can be rebuilt from
// log and snapshots.
//
// In a running octolog the journal makes the copy, as of the moment of the
// request: everything acknowledged before is in the backup.
//
// Errors    0 or a negative errno, with one line in *failure.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BACKUP_LOG_BACKUP_H
#define OCTOLOG_TOOLS_BACKUP_LOG_BACKUP_H

#include "actors/config/config.h"
#include "log/log_checkpoint.h"
#include "proto/base/failure.h"
#include "tools/backup/backup_seals.h"

// The start of a backup's STAGED_FOLDER_MANIFEST.
#define LOG_BACKUP_MARK "{\"format\":\"octolog-backup-1\""

typedef struct {
    log_identity_t log;
    backup_seals_t seals;
    uint64_t files; // of BACKUP/log
    uint64_t bytes;
    int64_t made_at_us;
} log_backup_t;

// Writes log and manifest into an existing folder, with hard links if it is on
// the same file system. running: octolog runs on the data directory; otherwise
// the caller owns it. *done describes what was written. -EBUSY: another backup
// is in progress.
int log_backup_make(const config_t *config, bool running, const char *folder,
                    log_backup_t *done, failure_t *failure);

// Reads the manifest of a backup. -ENOENT: there is none. -EBADMSG: it is not a
// backup's, or a newer octolog wrote it.
int log_backup_read(const char *backup, log_backup_t *found,
                    failure_t *failure);

// Opens the log in the folder `path`, of a backup or a copy of it, for reading,
// and compares it with the manifest. -EUCLEAN: it does not match.
int log_backup_open(event_log_t **log, const char *path,
                    const log_backup_t *manifest, failure_t *failure);

#endif

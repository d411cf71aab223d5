// backup_seals - the views' snapshots in a backup (actors/view_store/seal.h).
//
// They cover the events that the log has dropped, and are in
// BACKUP/views/NAME/seal/. Each is identified by the digest of its rows.
//
// Errors    0 or a negative errno, with one line in *reason.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BACKUP_BACKUP_SEALS_H
#define OCTOLOG_TOOLS_BACKUP_BACKUP_SEALS_H

#include "actors/config/config.h"
#include "actors/view_store/store.h"
#include "log/log_checkpoint.h"
#include "proto/base/failure.h"

typedef struct {
    const view_class_t *view;
    view_digest_value_t digest; // of its rows, and where it ends
} backup_seal_t;

typedef struct {
    size_t count;
    backup_seal_t seals[CONFIG_VIEWS_MAX];
} backup_seals_t;

// Copies the snapshots of all configured views into the folder `backup`, which
// already holds the log identified by `log`. *copied identifies the snapshots.
// A view without a snapshot was created after events were dropped and needs
// none. -EAGAIN: a snapshot is newer than the backup; a new backup is needed.
// Errors of actors/view_store/store.h.
int backup_seals_copy(const config_t *config, const char *backup,
                      const log_identity_t *log, backup_seals_t *copied,
                      failure_t *failure);

// Reads all rows of all `expected` snapshots in the folder `views`, of a backup
// or a copy of it. -EUCLEAN: one is damaged, missing, or a different one.
int backup_seals_check(const config_t *config, const char *views,
                       const backup_seals_t *expected, failure_t *failure);

#endif

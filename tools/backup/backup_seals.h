// backup_seals - what a backup keeps of views: the seals of what its log
// dropped (actors/view_store/seal.h), in BACKUP/views/NAME/seal/, each known by
// the digest of its rows.
//
// Errors    0 or a negative errno, with one line in *reason.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BACKUP_BACKUP_SEALS_H
#define OCTOLOG_TOOLS_BACKUP_BACKUP_SEALS_H

#include "actors/config/config.h"
#include "actors/view_store/store.h"
#include "log/log_checkpoint.h"

#define BACKUP_SEALS_REASON_MAX EVENT_LOG_REASON_MAX

typedef struct {
    const view_class_t *view;
    view_digest_value_t digest; // of what is sealed, and up to where it is
} backup_seal_t;

typedef struct {
    size_t count;
    backup_seal_t seals[CONFIG_VIEWS_MAX];
} backup_seals_t;

// Copies the seals of all configured views into the folder `backup`, after its
// log, which begins and ends as `log` says; *copied is what they are known by.
// A view without a seal is one that began after the drop, and has none to lose.
// -EAGAIN: a seal went past the end of the backup meanwhile; a new backup is
// needed. Those of view_store.h.
int backup_seals_copy(const config_t *config, const char *backup,
                      const log_identity_t *log, backup_seals_t *copied,
                      char reason[BACKUP_SEALS_REASON_MAX]);

// Reads all rows of all `expected` seals in the folder `views`, that of a
// backup or a copy of it. -EUCLEAN: one is damaged, not there, or another one.
int backup_seals_check(const config_t *config, const char *views,
                       const backup_seals_t *expected,
                       char reason[BACKUP_SEALS_REASON_MAX]);

#endif

// backup_seals - what a backup keeps of views: the seals of what its log
// dropped (actors/view_seal.h), in BACKUP/views/NAME/seal/.
//
// Errors    0 or a negative errno, with one line in *reason.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BACKUP_SEALS_H
#define OCTOLOG_TOOLS_BACKUP_SEALS_H

#include "actors/config.h"
#include "log/log_checkpoint.h"

#define BACKUP_SEALS_REASON_MAX EVENT_LOG_REASON_MAX

// Copies the seals of all configured views into the folder `backup`, after its
// log, which begins and ends as `log` says. A view without a seal is one that
// began after the drop, and has none to lose. -EAGAIN: a seal went past the end
// of the backup meanwhile; a new backup is needed. Those of view_store.h.
int backup_seals_copy(const config_t *config, const char *backup,
                      const log_identity_t *log,
                      char reason[BACKUP_SEALS_REASON_MAX]);

#endif

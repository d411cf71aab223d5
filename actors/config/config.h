// config - all settings of octolog, read once and then constant.
//
// Settings come from one ZPL file (`octolog config default` prints one that
// explains each key). Environment variables OCTOLOG_SECTION_KEY (dots and
// dashes become underscores) override the file, and flags override both. A list
// replaces the list of a lower origin. The supervisor writes the result to
// run/effective.cfg, which the actors load, so that all of them use the same
// settings.
//
// Secrets are never written there. They come from OCTOLOG_GITHUB_TOKENS
// (comma-separated) and OCTOLOG_HTTP_TOKEN, or from the files named by
// github.token-file and http.token-file, or from the credentials github-tokens
// and http-token of a systemd unit. If the keys http.certificate and
// http.private-key are empty, the unit's credentials http-certificate and
// http-private-key are used.
//
// The struct is in settings.h, the table of keys in settings.def: a new setting
// is a row there.
//
// Errors    0 or a negative errno. Each error in the settings is passed as one
//           line to the caller's report function; nothing here prints.
// Memory    A config_t owns its strings; config_destroy() frees them.
// Threads   Constant after loading: any thread may read it.

#ifndef OCTOLOG_ACTORS_CONFIG_CONFIG_H
#define OCTOLOG_ACTORS_CONFIG_CONFIG_H

#include "actors/config/settings.h"

// A config with all defaults. NULL: out of memory.
config_t *config_new(void);
void config_destroy(config_t **config);

// Loads file (NULL: only the defaults) and the environment. Reports all errors,
// not just the first; report may be NULL. -EINVAL: there were errors. -ENOENT,
// -EACCES, ...: the file cannot be read (reported as well).
int config_load(config_t *config, const char *file, config_report_t *report,
                void *context);

// Sets one key like a flag ("http.listen", "127.0.0.1:8080"); "github.source"
// adds one source. -EINVAL, with a line reported.
int config_set(config_t *config, const char *key, const char *value,
               config_report_t *report, void *context);

// Checks what involves more than one key: socket paths fit, a token is set if
// required, nothing crosses a network unencrypted, HTTPS has both files. Reads
// the token files, which group and others must not be able to read. Makes all
// paths absolute. -EINVAL.
int config_finish(config_t *config, config_report_t *report, void *context);

// Writes all settings except secrets as ZPL, for config_load(). After a failure
// the file may be incomplete. -EIO, -ENOSPC, -EACCES, -ENOENT.
int config_save(const config_t *config, const char *file);

// The address of the endpoint `name` ("feed", "log", "view-event_counts", ...).
// -ENAMETOOLONG: an ipc path longer than CONFIG_IPC_PATH_MAX.
int config_endpoint(const config_t *config, const char *name,
                    char endpoint[CONFIG_ENDPOINT_MAX]);

// Whether an environment variable ("NAME=value") sets a key of the table. These
// are not passed on to actors: effective.cfg already contains them.
bool config_is_variable(const char *variable);

#endif

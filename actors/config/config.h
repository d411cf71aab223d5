// config - every setting of octolog, read once and then constant.
//
// One ZPL file (octolog config default prints one that explains each key), over
// it environment variables OCTOLOG_SECTION_KEY (dots and dashes become
// underscores), over them flags. A list given at a higher place replaces the
// list of a lower one. The supervisor writes the outcome to run/effective.cfg,
// which the actors load, so that all of them see the same. Secrets are never
// written there: they come from OCTOLOG_GITHUB_TOKENS (several: commas between)
// and OCTOLOG_HTTP_TOKEN, or from the files that github.token-file and
// http.token-file name, or else from the credentials github-tokens and
// http-token of a systemd unit. So are http-certificate and http-private-key,
// where the keys of these names are empty.
//
// The struct is settings.h; the table of keys is settings.def: a new setting is
// a row there.
//
// Errors    0 or a negative errno; what is wrong goes, a line a mistake, to the
//           caller's report function: nothing here prints.
// Memory    A config_t owns its strings; config_destroy() frees them.
// Threads   Constant after loading: any thread reads.

#ifndef OCTOLOG_ACTORS_CONFIG_CONFIG_H
#define OCTOLOG_ACTORS_CONFIG_CONFIG_H

#include "actors/config/settings.h"

// A config with every default. NULL when out of memory.
config_t *config_new(void);
void config_destroy(config_t **config);

// Loads file (NULL: defaults alone) and the environment. All mistakes are
// reported, not just the first; report may be NULL. -EINVAL: there were some.
// -ENOENT, -EACCES, ...: the file cannot be read, which is reported, too.
int config_load(config_t *config, const char *file, config_report_t *report,
                void *context);

// Sets one key as a flag does ("http.listen", "127.0.0.1:8080");
// "github.source" adds one. -EINVAL with a line reported.
int config_set(config_t *config, const char *key, const char *value,
               config_report_t *report, void *context);

// Checks what no single key shows: socket paths fit, the token is there when
// it must be, nothing crosses a network unencrypted, HTTPS has both its files.
// Reads the token files, which must be closed to group and others. Makes all
// paths absolute. -EINVAL.
int config_finish(config_t *config, config_report_t *report, void *context);

// Writes every setting but secrets as ZPL, for config_load(). On failure the
// file may hold a part of them. -EIO, -ENOSPC, -EACCES, -ENOENT.
int config_save(const config_t *config, const char *file);

// The endpoint called `name` ("feed", "log", "view-event_counts", ...), whole
// in `endpoint`. -ENAMETOOLONG: an ipc path over CONFIG_IPC_PATH_MAX.
int config_endpoint(const config_t *config, const char *name,
                    char endpoint[CONFIG_ENDPOINT_MAX]);

// Whether an environment variable ("NAME=value") sets a key of the table. Such
// ones are not passed on to actors: effective.cfg has their outcome.
bool config_is_variable(const char *variable);

#endif

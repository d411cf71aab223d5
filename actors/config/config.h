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
// The table of keys is keys.def: a new setting is a row there.
//
// Errors    0 or a negative errno; what is wrong goes, a line a mistake, to the
//           caller's report function: nothing here prints.
// Memory    A config_t owns its strings; config_destroy() frees them.
// Threads   Constant after loading: any thread reads.

#ifndef OCTOLOG_ACTORS_CONFIG_CONFIG_H
#define OCTOLOG_ACTORS_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_SOURCES_MAX 256
#define CONFIG_TOKENS_MAX  64
#define CONFIG_VIEWS_MAX   16

// A socket path must fit sockaddr_un: 107 bytes and its terminator.
#define CONFIG_IPC_PATH_MAX 107
#define CONFIG_ENDPOINT_MAX 256

// Where a setting came from; a higher one replaces a lower one.
typedef enum {
    CONFIG_ORIGIN_DEFAULT,
    CONFIG_ORIGIN_FILE,
    CONFIG_ORIGIN_ENVIRONMENT,
    CONFIG_ORIGIN_FLAG,
} config_origin_t;

// The same of a key's value, for people.
typedef struct {
    config_origin_t origin;
    int line; // of the file; 0: not from there
} config_place_t;

// endpoint.NAME of a file.
typedef struct {
    config_place_t place;
    char address[CONFIG_ENDPOINT_MAX];
} config_override_t;

// How many rows keys.def has.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define CONFIG_KEY(...)    +1
#define CONFIG_CHOICE(...) +1
#define CONFIG_LIST(...)   +1
// NOLINTEND(bugprone-macro-parentheses)
enum {
    CONFIG_KEYS_COUNT = 0
#include "actors/config/keys.def"
};
#undef CONFIG_KEY
#undef CONFIG_CHOICE
#undef CONFIG_LIST

// The field of each type of key; these are config_type_t without CONFIG_.
#define CONFIG_FIELD_TEXT(name) char *name; // NULL: empty
#define CONFIG_FIELD_PATH(name) char *name; // absolute once finished
#define CONFIG_FIELD_LISTEN(name)                                              \
    char *name##_host;                                                         \
    uint16_t name##_port;
#define CONFIG_FIELD_SWITCH(name) bool name;
#define CONFIG_FIELD_INT(name)    int name;
#define CONFIG_FIELD_U32(name)    uint32_t name;
#define CONFIG_FIELD_BYTES(name)  size_t name;
#define CONFIG_FIELD_TIME(name)   int64_t name; // seconds
#define CONFIG_FIELD_REAL(name)   double name;

// What each row of keys.def makes of it.
#define CONFIG_KEY(type, field, ...) CONFIG_FIELD_##type(field)
#define CONFIG_CHOICE(field, ...)    int field; // which of the words
#define CONFIG_LIST(type, items, item, path, value, most, about)               \
    char *items[most];                                                         \
    size_t item##_count;                                                       \
    int item##_origin; // who set them: config_origin_t

typedef struct {
#include "actors/config/keys.def"

    char *tokens[CONFIG_TOKENS_MAX]; // for GitHub; secrets
    size_t token_count;
    char *http_token; // that clients must send; NULL: none; a secret
    void *endpoints;  // zhashx_t of config_override_t by NAME, owned
    char *file;       // that was loaded; NULL: none
    config_place_t places[CONFIG_KEYS_COUNT]; // by row of config_keys
} config_t;

#undef CONFIG_KEY
#undef CONFIG_CHOICE
#undef CONFIG_LIST

// Receives one line a mistake. `file` is the file or the environment variable
// at fault, NULL for neither; line 0 when there is none to name.
typedef void config_report_t(void *context, const char *file, int line,
                             const char *text);

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

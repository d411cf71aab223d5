// config_t - all settings as a struct, one field per row of settings.def.
//
// Memory    A config_t owns its strings; config_destroy() frees them.
// Threads   Constant after loading: any thread may read it.

#ifndef OCTOLOG_ACTORS_CONFIG_SETTINGS_H
#define OCTOLOG_ACTORS_CONFIG_SETTINGS_H

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

// The origin of a key's value, for display.
typedef struct {
    config_origin_t origin;
    int line; // of the file; 0: not from a file
} config_place_t;

// endpoint.NAME in a file.
typedef struct {
    config_place_t place;
    char address[CONFIG_ENDPOINT_MAX];
} config_override_t;

// The number of rows in settings.def.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define CONFIG_KEY(...)    +1
#define CONFIG_CHOICE(...) +1
#define CONFIG_LIST(...)   +1
// NOLINTEND(bugprone-macro-parentheses)
enum {
    CONFIG_KEYS_COUNT = 0
#include "actors/config/settings.def"
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

// What each row of settings.def becomes.
#define CONFIG_KEY(type, field, ...) CONFIG_FIELD_##type(field)
#define CONFIG_CHOICE(field, ...)    int field; // which of the words
#define CONFIG_LIST(type, items, item, path, value, most, about)               \
    char *items[most];                                                         \
    size_t item##_count;                                                       \
    int item##_origin; // where they come from: config_origin_t

typedef struct {
#include "actors/config/settings.def"

    char *tokens[CONFIG_TOKENS_MAX]; // for GitHub; secrets
    size_t token_count;
    char *http_token; // clients must send it; NULL: none; a secret
    void *endpoints;  // zhashx_t of config_override_t by NAME, owned
    char *file;       // the file loaded; NULL: none
    config_place_t places[CONFIG_KEYS_COUNT]; // by row of config_keys
} config_t;

#undef CONFIG_KEY
#undef CONFIG_CHOICE
#undef CONFIG_LIST

// Receives one line per error. `file` is the file or environment variable at
// fault, or NULL; `line` is 0 if there is none.
typedef void config_report_t(void *context, const char *file, int line,
                             const char *text);

#endif

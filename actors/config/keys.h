// config_keys - the table of settings, and values to and from their text.
//
// One row a key, made of settings.def: its path, type, default and bounds,
// where it lives in config_t, and its explanation. Loading, saving, flags,
// environment, documentation and the nearest known name of a misspelt key all
// read this table alone.
//
// Errors    0 or a negative errno; what is wrong with a value is one line in
//           the caller's buffer.
// Memory    Strings are copied into the config_t, which owns them.

#ifndef OCTOLOG_ACTORS_CONFIG_KEYS_H
#define OCTOLOG_ACTORS_CONFIG_KEYS_H

#include "actors/config/settings.h"

#include <stdio.h>

#define CONFIG_KEYS_REASON_MAX   512
#define CONFIG_KEYS_VARIABLE_MAX 64
#define CONFIG_KEYS_VALUE_MAX    1000 // bytes of one value

typedef enum {
    CONFIG_TEXT,    // char *; empty is NULL
    CONFIG_PATH,    // char *; the same, and made absolute by config_finish()
    CONFIG_LISTEN,  // HOST:PORT, into NAME_host and, beside it, NAME_port
    CONFIG_SWITCH,  // bool: yes or no
    CONFIG_WORD,    // int: which of the row's words it is
    CONFIG_INT,     // int
    CONFIG_U32,     // uint32_t
    CONFIG_BYTES,   // size_t: 4096, 16 KiB, 64 MiB, 1 GiB
    CONFIG_TIME,    // int64_t, seconds: 90, 90 s, 15 min, 12 h, 30 d
    CONFIG_REAL,    // double
    CONFIG_SOURCES, // a list of char *: each as its kind has it
    CONFIG_NAMES,   // a list of char *: a-z, 0-9 and _
} config_type_t;

typedef struct {
    const char *path; // "section.key"
    config_type_t type;
    const char *value;  // default, as a file would say it
    double min, max;    // of a number; max is the capacity of a list
    size_t offset;      // of the field in config_t; of a LISTEN, its host
    size_t more_offset; // of a list's count, of a LISTEN's port
    size_t origin_offset;
    const char *const *words; // ended by NULL
    const char *about; // for users, whole sentences; NULL: as the row before
} config_key_t;

// The rows, in order of their sections, ended by one without a path.
extern const config_key_t config_keys[CONFIG_KEYS_COUNT + 1];

// NULL: no such key.
const config_key_t *config_keys_find(const char *path);

// Whether the field is one string that the config_t owns.
bool config_keys_is_text(const config_key_t *key);

// The known key most like `path`; NULL when none is near.
const char *config_keys_nearest(const char *path);

// "OCTOLOG_HTTP_LISTEN" for "http.listen".
void config_keys_variable(const config_key_t *key,
                          char variable[CONFIG_KEYS_VARIABLE_MAX]);

// Sets the field from text; a list gets one more item, and loses first what
// a lower origin gave it. -EINVAL: reason has one line. -ENOMEM.
int config_keys_parse(const config_key_t *key, config_t *config,
                      config_origin_t origin, const char *text,
                      char reason[CONFIG_KEYS_REASON_MAX]);

// Writes the field as lines of ZPL, `indent` before each; a list has as many
// lines as items. What went wrong shows in ferror().
void config_keys_write(const config_key_t *key, const config_t *config,
                       const char *indent, FILE *file);

// The same for any name and text.
void config_keys_write_text(const char *indent, const char *name,
                            const char *text, FILE *file);

// Whether a file can hold the text: no control characters, one kind of quotes.
bool config_keys_writable(const char *text);

// Whether it is an address that only this machine can reach.
bool config_keys_is_loopback(const char *host);

#endif

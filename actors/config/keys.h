// config_keys - the table of settings, and converting values from and to text.
//
// One row per key, generated from settings.def: its path, type, default and
// bounds, its field in config_t, and its explanation. Loading, saving, flags,
// environment, documentation and suggestions for misspelt keys all use this
// table.
//
// Errors    0 or a negative errno; what is wrong with a value is written as one
//           line to the caller's buffer.
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
    CONFIG_PATH,    // char *; the same, made absolute by config_finish()
    CONFIG_LISTEN,  // HOST:PORT, in the fields NAME_host and NAME_port
    CONFIG_SWITCH,  // bool: yes or no
    CONFIG_WORD,    // int: index into the row's words
    CONFIG_INT,     // int
    CONFIG_U32,     // uint32_t
    CONFIG_BYTES,   // size_t: 4096, 16 KiB, 64 MiB, 1 GiB
    CONFIG_TIME,    // int64_t, seconds: 90, 90 s, 15 min, 12 h, 30 d
    CONFIG_REAL,    // double
    CONFIG_SOURCES, // a list of char *: the kind of source checks each
    CONFIG_NAMES,   // a list of char *: a-z, 0-9 and _
} config_type_t;

typedef struct {
    const char *path; // "section.key"
    config_type_t type;
    const char *value;  // default, as written in a file
    double min, max;    // of a number; max is the capacity of a list
    size_t offset;      // of the field in config_t; of a LISTEN, its host
    size_t more_offset; // of a list's count, of a LISTEN's port
    size_t origin_offset;
    const char *const *words; // NULL-terminated
    const char *about; // for users, whole sentences; NULL: see the row above
} config_key_t;

// The rows, grouped by section; the last one has no path.
extern const config_key_t config_keys[CONFIG_KEYS_COUNT + 1];

// NULL: no such key.
const config_key_t *config_keys_find(const char *path);

// Whether the field is a single string that the config_t owns.
bool config_keys_is_text(const config_key_t *key);

// The known key most similar to `path`; NULL: none is similar enough.
const char *config_keys_nearest(const char *path);

// "OCTOLOG_HTTP_LISTEN" for "http.listen".
void config_keys_variable(const config_key_t *key,
                          char variable[CONFIG_KEYS_VARIABLE_MAX]);

// Sets the field from text. For a list, first removes items from a lower
// origin, then adds one. -EINVAL: reason has one line. -ENOMEM.
int config_keys_parse(const config_key_t *key, config_t *config,
                      config_origin_t origin, const char *text,
                      char reason[CONFIG_KEYS_REASON_MAX]);

// Writes the field as ZPL lines, each preceded by `indent`; a list has one line
// per item. Check ferror() for errors.
void config_keys_write(const config_key_t *key, const config_t *config,
                       const char *indent, FILE *file);

// The same for any name and text.
void config_keys_write_text(const char *indent, const char *name,
                            const char *text, FILE *file);

// Whether the text can be written to a file: no control characters, and not
// both kinds of quotes.
bool config_keys_writable(const char *text);

// Whether only this machine can reach the address.
bool config_keys_is_loopback(const char *host);

#endif

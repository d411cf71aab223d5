// command - what the subcommands of octolog share.
//
// A subcommand is one file, command_NAME.c, with one function of this shape and
// one row in the table of tools/main/octolog.c. argv[0] is its name. It parses
// its flags with getopt_long(), prints its own --help (usage, flags, exit
// codes, an example) and returns the exit status.
//
// Standard output carries results only; everything else goes to standard
// error. With --json the result is JSON. Progress and colour only when the
// stream is a terminal and NO_COLOR is not set.

#ifndef OCTOLOG_TOOLS_COMMAND_H
#define OCTOLOG_TOOLS_COMMAND_H

#include "actors/config.h"
#include "tools/data_dir.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    COMMAND_OK = 0,     // done
    COMMAND_FAILED = 1, // could not, or the check found a difference
    COMMAND_USAGE = 2,  // unknown flag, bad value, nothing was started
    COMMAND_ABSENT = 3, // status: octolog is not running
};

typedef int command_function_t(int argc, char **argv);

typedef struct {
    const char *name;
    const char *summary; // one line for `octolog --help`
    command_function_t *run;
} command_t;

command_function_t command_up, command_actor, command_import, command_replay,
    command_tail, command_verify, command_status, command_config, command_bench,
    command_export;

// "octolog NAME: text" on standard error; returns `status`.
int command_error(int status, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// What getopt_long() found wrong, said as one line; its answer ('?', or ':' for
// a missing value with an option string that begins with ':'). Set opterr to 0
// before. Returns COMMAND_USAGE.
int command_bad_flag(const char *name, int answer, char **argv);

// "octolog NAME: unknown ..., did you mean ...?" for an argument that is none
// of `known` (ended by NULL). Returns COMMAND_USAGE.
int command_unknown(const char *name, const char *what, const char *word,
                    const char *const *known);

// A flag that sets a key of the configuration.
typedef struct {
    const char *flag; // "--listen"
    const char *key;  // "http.listen"
    const char *value;
} command_setting_t;

// Defaults, the file (NULL: none), the environment, then the settings; checked
// and finished. Without a file, and with an octolog running on the data
// directory, begins with what that one runs with (run/effective.cfg), so that
// both mean the same sockets. COMMAND_OK: *config is the caller's. Else each
// mistake was printed: COMMAND_USAGE for a flag's, COMMAND_FAILED for others.
int command_configure(config_t **config, const char *name, const char *file,
                      const command_setting_t *settings, size_t count);

// The configuration every command begins with: defaults, the file (NULL: none),
// the environment, then --data (NULL: as configured), checked and finished, as
// command_configure() does. NULL after each mistake was printed.
config_t *command_load_config(const char *name, const char *file,
                              const char *data_dir);

// Takes the data directory for `role`, or prints one line that says why not.
// COMMAND_OK or COMMAND_FAILED.
int command_own(const char *name, data_dir_t *dir, const char *path,
                const char *role);

// Reads "OFFSET" or a time as time_text_parse() does. *is_time tells which.
// -EINVAL: neither.
int command_parse_position(const char *text, uint64_t *position, bool *is_time);

// The same for the value of a flag that bounds a range, into *offset or *time.
// COMMAND_OK, or COMMAND_USAGE after one line that names the flag.
int command_parse_bound(const char *name, const char *flag, const char *text,
                        uint64_t *offset, uint64_t *time);

// One line that redraws itself on a terminal: what, done, rate, time to go.
// Says nothing elsewhere, and nothing in the first second.
typedef struct {
    const char *what; // "import", borrowed
    const char *unit; // "events"
    int64_t begun_ms;
    int64_t drawn_ms;
    bool visible;
} command_progress_t;

void command_progress_start(command_progress_t *progress, const char *what,
                            const char *unit);
// total 0: unknown.
void command_progress(command_progress_t *progress, uint64_t done,
                      uint64_t total);
void command_progress_end(command_progress_t *progress);

#endif

// command - what all subcommands of octolog share.
//
// A subcommand is a folder, tools/NAME, with a file command_NAME.c that defines
// one command_t, and a row in commands.def beside this file. The command_t
// holds its usage (tools/cli/usage.h), from which --help, the man page and the
// completion scripts are made, and the function that runs it.
//
// Standard output carries results only; everything else goes to standard error.
// With --json the result is JSON. Progress and colour appear only if the stream
// is a terminal and NO_COLOR is not set.

#ifndef OCTOLOG_TOOLS_COMMAND_COMMAND_H
#define OCTOLOG_TOOLS_COMMAND_COMMAND_H

#include "actors/config/config.h"
#include "proto/base/failure.h"
#include "tools/cli/usage.h"
#include "tools/command/data_dir.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    COMMAND_OK = 0,              // success
    COMMAND_FAILED = 1,          // failure, or a check found a difference
    COMMAND_USAGE = USAGE_WRONG, // unknown flag, bad value: nothing was done
    COMMAND_ABSENT = 3,          // status: octolog is not running
};

// argv[0] is the last word of the command name. Returns the exit status.
typedef int command_function_t(int argc, char **argv);

typedef struct {
    usage_t usage;
    command_function_t *run; // NULL: has only subcommands
} command_t;

#define COMMAND(name) extern const command_t command_##name;
#include "tools/command/commands.def"
#undef COMMAND

// Flags of most commands, as rows of their tables.
#define COMMAND_FLAG_CONFIG                                                    \
    {                                                                          \
        .letter = 'c', .name = "config", .value = "FILE",                      \
        .about = "configuration file; octolog.cfg(5) explains every key"       \
    }
#define COMMAND_FLAG_DATA                                                      \
    {                                                                          \
        .letter = 'd', .name = "data", .value = "DIR",                         \
        .about =                                                               \
            "data directory, overrides the configured one (./octolog-data)"    \
    }
#define COMMAND_FLAG_JSON                                                      \
    {                                                                          \
        .letter = 'j', .name = "json", .about = "print JSON, for programs"     \
    }

#define COMMAND_FLAG_COLOR                                                     \
    {                                                                          \
        .letter = 'C', .name = "color", .value = "WHEN",                       \
        .words = "auto always never",                                          \
        .about = "use colours: auto (on a terminal, unless NO_COLOR is set "   \
                 "or TERM is dumb), always or never"                           \
    }

// The event types that GitHub sends today, for the words of a flag.
#define COMMAND_EVENT_TYPES                                                    \
    "CommitCommentEvent CreateEvent DeleteEvent DiscussionEvent ForkEvent "    \
    "GollumEvent IssueCommentEvent IssuesEvent MemberEvent PublicEvent "       \
    "PullRequestEvent PullRequestReviewEvent PullRequestReviewCommentEvent "   \
    "PullRequestReviewThreadEvent "                                            \
    "PushEvent ReleaseEvent SponsorshipEvent WatchEvent"

// The values of these flags.
typedef struct {
    const char *config; // NULL: no file
    const char *data;   // NULL: the configured one
    bool json;
} command_place_t;

// Takes one of these flags; for a usage_take_t whose context is a
// command_place_t or begins with one. false: another flag.
bool command_take_place(command_place_t *place, int letter, const char *value);

// Prints "octolog NAME: text" on standard error and returns `status`.
int command_error(int status, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A flag that sets a key of the configuration.
typedef struct {
    const char *flag; // "--listen"
    const char *key;  // "http.listen"
    const char *value;
} command_setting_t;

// Loads, checks and finishes a configuration: the defaults, the file (NULL:
// none), the environment, then the settings. Without a file, if octolog runs on
// the data directory, its settings (run/effective.cfg) take the place of the
// file, so that both use the same sockets. COMMAND_OK: *config is the caller's.
// Otherwise each mistake was printed: COMMAND_USAGE if flags are wrong, else
// COMMAND_FAILED.
int command_configure(config_t **config, const char *name, const char *file,
                      const command_setting_t *settings, size_t count);

// The configuration of most commands: the defaults, --config, the environment,
// then --data, checked and finished as by command_configure(). NULL if there
// are mistakes, which were printed.
config_t *command_load_config(const char *name, const command_place_t *place);

// Runs a command that takes no arguments: parses its flags into `flags`, a
// struct that begins with a command_place_t, loads the configuration of that
// place, and calls `run` with both. Returns the exit status.
int command_run(const command_t *command, int argc, char **argv,
                usage_take_t *take, void *flags,
                int (*run)(void *flags, const config_t *config));

// Takes ownership of the data directory for `role`. Prints one line on failure.
// Also refuses a directory that is half restored, unless the role is to restore
// it, and a directory of another user if this process is root. COMMAND_OK or
// COMMAND_FAILED.
int command_own(const char *name, data_dir_t *dir, const char *path,
                const char *role);

// Prints why a log could not be opened, or, if there is none yet (-ENOENT),
// which commands create one. Returns COMMAND_FAILED.
int command_no_log(const char *name, const config_t *config,
                   const failure_t *failure);

// Parses an offset, or a time as time_text_parse() does; *is_time says which.
// -EINVAL: neither.
int command_parse_position(const char *text, uint64_t *position, bool *is_time);

// The same for a flag that bounds a range: sets *offset or *time. Returns what
// a usage_take_t returns.
const char *command_take_bound(const char *text, uint64_t *offset,
                               uint64_t *time);

// A progress line that redraws itself on a terminal: task, amount done, rate,
// time left. Prints nothing elsewhere, and nothing in the first second.
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

// command - what the subcommands of octolog share.
//
// A subcommand is a folder, tools/NAME, with a file command_NAME.c that defines
// one command_t: its usage (tools/cli/usage.h), of which --help, the man page
// and the shells' completions are made, and the function that parses with it
// and runs; and one row in commands.def beside this file.
//
// Standard output carries results only; everything else goes to standard
// error. With --json the result is JSON. Progress and colour only when the
// stream is a terminal and NO_COLOR is not set.

#ifndef OCTOLOG_TOOLS_COMMAND_COMMAND_H
#define OCTOLOG_TOOLS_COMMAND_COMMAND_H

#include "actors/config/config.h"
#include "tools/cli/usage.h"
#include "tools/command/data_dir.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    COMMAND_OK = 0,              // done
    COMMAND_FAILED = 1,          // could not, or the check found a difference
    COMMAND_USAGE = USAGE_WRONG, // unknown flag, bad value: nothing was begun
    COMMAND_ABSENT = 3,          // status: octolog is not running
};

// argv[0] is the last word of the command's name. Returns the exit status.
typedef int command_function_t(int argc, char **argv);

typedef struct {
    usage_t usage;
    command_function_t *run; // NULL: it only has subcommands
} command_t;

#define COMMAND(name) extern const command_t command_##name;
#include "tools/command/commands.def"
#undef COMMAND

// The flags that most commands have, as rows for their tables.
#define COMMAND_FLAG_CONFIG                                                    \
    {                                                                          \
        .letter = 'c', .name = "config", .value = "FILE",                      \
        .about = "settings; octolog.cfg(5) explains every key"                 \
    }
#define COMMAND_FLAG_DATA                                                      \
    {                                                                          \
        .letter = 'd', .name = "data", .value = "DIR",                         \
        .about = "the data directory, instead of the configured one "          \
                 "(./octolog-data)"                                            \
    }
#define COMMAND_FLAG_JSON                                                      \
    {                                                                          \
        .letter = 'j', .name = "json", .about = "print JSON, for programs"     \
    }

#define COMMAND_FLAG_COLOR                                                     \
    {                                                                          \
        .letter = 'C', .name = "color", .value = "WHEN",                       \
        .words = "auto always never",                                          \
        .about = "colours: auto (on a terminal, unless NO_COLOR is set or "    \
                 "TERM is dumb), always or never"                              \
    }

// The types of events that GitHub sends today, for a flag's words.
#define COMMAND_EVENT_TYPES                                                    \
    "CommitCommentEvent CreateEvent DeleteEvent DiscussionEvent ForkEvent "    \
    "GollumEvent IssueCommentEvent IssuesEvent MemberEvent PublicEvent "       \
    "PullRequestEvent PullRequestReviewEvent PullRequestReviewCommentEvent "   \
    "PullRequestReviewThreadEvent "                                            \
    "PushEvent ReleaseEvent SponsorshipEvent WatchEvent"

// Where a command works, by these flags.
typedef struct {
    const char *config; // NULL: no file
    const char *data;   // NULL: as configured
    bool json;
} command_place_t;

// Takes one of these flags: a usage_take_t on a command_place_t, or on a struct
// that begins with one. false: it is another flag.
bool command_take_place(command_place_t *place, int letter, const char *value);

// "octolog NAME: text" on standard error; returns `status`.
int command_error(int status, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

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

// The configuration most commands begin with: defaults, --config, the
// environment, then --data, checked and finished as command_configure() does.
// NULL after each mistake was printed.
config_t *command_load_config(const char *name, const command_place_t *place);

// Runs a command that takes no arguments: parses its flags into `flags`, a
// struct that begins with a command_place_t, loads the configuration of that
// place, and calls `run` with both. Returns the exit status.
int command_run(const command_t *command, int argc, char **argv,
                usage_take_t *take, void *flags,
                int (*run)(void *flags, const config_t *config));

// Takes the data directory for `role`, or prints one line that says why not:
// also when it is half restored and the role is not to restore it, and when
// root would take that of another user. COMMAND_OK or COMMAND_FAILED.
int command_own(const char *name, data_dir_t *dir, const char *path,
                const char *role);

// Says why a log could not be opened (reason), or, when there is none yet
// (-ENOENT), what begins one. COMMAND_FAILED.
int command_no_log(const char *name, const config_t *config, int rc,
                   const char *reason);

// Reads "OFFSET" or a time as time_text_parse() does. *is_time tells which.
// -EINVAL: neither.
int command_parse_position(const char *text, uint64_t *position, bool *is_time);

// The same for a flag that bounds a range, into *offset or *time: what a
// usage_take_t returns.
const char *command_take_bound(const char *text, uint64_t *offset,
                               uint64_t *time);

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

// usage - the flags and arguments of a command, as one table.
//
// Parsing, --help, man pages (manual.h) and shell completions (completion.h)
// all use this table, so they always agree.
//
// Texts     Sentences without line breaks; "\n\n" separates paragraphs. Texts
//           are wrapped when they are printed.
// Errors    Mistakes on the command line are printed, each as one line on
//           standard error, with a hint what to do.
// Bounds    At most USAGE_FLAGS_MAX rows of flags and USAGE_WORDS_MAX words.
// Memory    Tables are constant; parsed values point into argv.
// Threads   Main only (getopt).

#ifndef OCTOLOG_TOOLS_CLI_USAGE_H
#define OCTOLOG_TOOLS_CLI_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define USAGE_FLAGS_MAX 48
#define USAGE_WORDS_MAX 48
#define USAGE_TERM_MAX  64 // "--flag VALUE"
#define USAGE_WRONG     2  // the exit status of a command line that is wrong

// A row without a name is a heading for the rows after it.
typedef struct {
    int letter;        // identifies it to the command; not 'h', '?' or ':'
    const char *name;  // "data"
    const char *value; // "DIR"; NULL: takes none; "[=N]": optional.
                       // Completion offers paths for FILE and DIR
    const char *about;
    const char *words; // valid values, separated by blanks; NULL: any
    bool hints;        // other values than words are valid, too
    bool repeats;
    bool needed; // the flag is required
} usage_flag_t;

// A row without a term is a heading; one with an empty term is a paragraph.
typedef struct {
    const char *term;
    const char *about;
} usage_item_t;

typedef struct {
    const char *name;      // as typed: "octolog tail"
    const char *summary;   // in a few words; NULL: not listed
    const char *arguments; // after the flags: "FILE..."; NULL: none
    int least, most;       // number of arguments; most -1: unlimited
    const char *words;     // valid arguments; NULL: any
    const char *about;
    const usage_flag_t *flags;    // ends with a row of zeros; --help is implied
    const usage_item_t *notes;    // further information; or NULL
    const usage_item_t *exits;    // exit status, and its meaning
    const usage_item_t *examples; // command line, and what it does
} usage_t;

// Called with each flag and its value (NULL: none). Returns NULL, or what is
// wrong with the value, valid until the next call.
typedef const char *usage_take_t(void *context, int letter, const char *value);

// Whether `name` is `parent` plus one word.
bool usage_is_child(const char *name, const char *parent);

// "--data DIR".
void usage_flag_term(const usage_flag_t *flag, char term[USAGE_TERM_MAX]);

// Parses the flags and counts the arguments. Returns the index of the first
// argument in argv; all arguments are moved to its end. -1: help or a mistake
// was printed, and the program should exit with *status.
int usage_parse(const usage_t *usage, int argc, char **argv, usage_take_t *take,
                void *context, int *status);

// Parses a whole number from `least` to `most`, digits only. false: invalid;
// *number is unchanged.
bool usage_number(const char *text, uint64_t least, uint64_t most,
                  uint64_t *number);

// Prints the text of --help, 80 columns wide, with a list of subcommands unless
// `commands` is NULL.
void usage_help(const usage_t *usage, const usage_item_t *commands, FILE *out);

// Reports that a word is not in `known` (terminated by NULL), and suggests the
// nearest one, or lists all if none is near. Returns USAGE_WRONG.
int usage_unknown(const usage_t *usage, const char *what, const char *word,
                  const char *const *known);

#endif

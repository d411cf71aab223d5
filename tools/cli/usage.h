// usage - what a command takes, in one table that everything else is made of.
//
// Parsing, --help, the man pages (manual.h) and the shells' completions
// (completion.h) all read this table, so none of them can say something else.
//
// Texts     Sentences without breaks of lines; "\n\n" parts paragraphs. They
//           are broken where they are printed.
// Errors    What is wrong with the command line is printed, one line on
//           standard error, with what to do about it.
// Bounds    USAGE_FLAGS_MAX rows of flags, USAGE_WORDS_MAX words.
// Memory    Tables are constant; what is parsed is argv's.
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

// A row without a name is the heading of those after it.
typedef struct {
    int letter;        // by which the command knows it; not 'h' nor '?' nor ':'
    const char *name;  // "data"
    const char *value; // "DIR", NULL: it takes none; "[=N]": it may take one.
                       // Completion offers paths for FILE and DIR
    const char *about;
    const char *words; // the values there are, blanks between; NULL: any
    bool hints;        // words are but some of them
    bool repeats;
    bool needed; // without it the command line is wrong
} usage_flag_t;

// A row without a term is a heading; one with an empty term is a paragraph.
typedef struct {
    const char *term;
    const char *about;
} usage_item_t;

typedef struct {
    const char *name;      // as typed: "octolog tail"
    const char *summary;   // in a few words; NULL: it is not listed
    const char *arguments; // after the flags: "FILE...", NULL: none
    int least, most;       // how many of them; most -1: any number
    const char *words;     // the arguments there are; NULL: any
    const char *about;
    const usage_flag_t *flags;    // up to a row of zeros; --help is everyone's
    const usage_item_t *notes;    // what else is worth knowing; or NULL
    const usage_item_t *exits;    // exit status, and what it means
    const usage_item_t *examples; // a command line, and what it does
} usage_t;

// Called with each flag and its value (NULL: it takes none). NULL, or what is
// wrong with the value, valid until the next call.
typedef const char *usage_take_t(void *context, int letter, const char *value);

// Whether `name` is that of `parent` and one word more.
bool usage_is_child(const char *name, const char *parent);

// "--data DIR".
void usage_flag_term(const usage_flag_t *flag, char term[USAGE_TERM_MAX]);

// Reads the flags and counts the arguments. Returns the index of the first
// argument in argv, which all stand at its end. -1: *status is what the program
// ends with: help was printed, or a mistake.
int usage_parse(const usage_t *usage, int argc, char **argv, usage_take_t *take,
                void *context, int *status);

// Reads a value that is a whole number from `least` to `most`, in digits and
// nothing else. false: it is not; *number is untouched.
bool usage_number(const char *text, uint64_t least, uint64_t most,
                  uint64_t *number);

// Prints what --help says, for a width of 80; with subcommands when there are
// some (`commands` NULL: none).
void usage_help(const usage_t *usage, const usage_item_t *commands, FILE *out);

// Prints that a word is none of `known` (ended by NULL), and which of them it
// was meant to be; where none is near, all of them. Returns USAGE_WRONG.
int usage_unknown(const usage_t *usage, const char *what, const char *word,
                  const char *const *known);

#endif

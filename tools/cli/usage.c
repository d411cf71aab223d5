#include "tools/cli/usage.h"

#include "proto/base/spelling.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define S_COLUMNS  79 // width of lines, for a terminal of 80
#define S_TERM_MAX 24 // longer terms get their own line

// Help.

// Prints text, wrapped before column S_COLUMNS; new lines are indented to
// `from`. Returns the column after the last word.
static int s_print_words(FILE *out, int column, int from, const char *text,
                         size_t bytes)
{
    const char *end = text + bytes;
    bool first = true;

    while (text < end) {
        size_t length = strcspn(text, " ");
        if (length > (size_t)(end - text))
            length = (size_t)(end - text);
        if (!first && column + 1 + (int)length > S_COLUMNS) {
            fprintf(out, "\n%*s", from, "");
            column = from;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += (int)length;
        text += length;
        text += text < end;
        first = false;
    }
    return column;
}

static void s_print_text(FILE *out, int from, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t bytes = end ? (size_t)(end - text) : strlen(text);

        s_print_words(out, from, from, text, bytes);
        fputc('\n', out);
        text += bytes;
        if (*text) {
            text += 2;
            fprintf(out, "\n%*s", from, "");
        }
    }
}

static void s_print_item(FILE *out, int width, const char *term,
                         const char *about)
{
    const int from = 2 + width + 2;

    if ((int)strlen(term) > width)
        fprintf(out, "  %s\n%*s", term, from, "");
    else
        fprintf(out, "  %-*s  ", width, term);
    s_print_text(out, from, about);
}

bool usage_is_child(const char *name, const char *parent)
{
    const size_t length = strlen(parent);

    return strncmp(name, parent, length) == 0 && name[length] == ' ' &&
           !strchr(name + length + 1, ' ');
}

void usage_flag_term(const usage_flag_t *flag, char term[USAGE_TERM_MAX])
{
    snprintf(term, USAGE_TERM_MAX, "--%s%s%s", flag->name,
             flag->value && *flag->value != '[' ? " " : "",
             flag->value ? flag->value : "");
}

// Prints one piece of the synopsis, on a new line if it does not fit.
static int s_print_piece(FILE *out, int column, int from, const char *piece)
{
    if (column + 1 + (int)strlen(piece) > S_COLUMNS) {
        fprintf(out, "\n%*s", from, "");
        column = from;
    } else {
        fputc(' ', out);
        column++;
    }
    return column + fprintf(out, "%s", piece);
}

static void s_print_synopsis(const usage_t *usage, bool has_commands, FILE *out)
{
    int column = fprintf(out, "usage: %s", usage->name);
    const int from = column + 1;
    char piece[USAGE_TERM_MAX + 8], term[USAGE_TERM_MAX];

    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (!flag->name)
            continue;
        usage_flag_term(flag, term);
        snprintf(piece, sizeof piece, flag->needed ? "%s%s" : "[%s]%s", term,
                 flag->repeats ? "..." : "");
        column = s_print_piece(out, column, from, piece);
    }
    if (has_commands)
        column = s_print_piece(out, column, from, "COMMAND [FLAG]...");
    if (usage->arguments)
        s_print_piece(out, column, from, usage->arguments);
    fputs("\n\n", out);
}

static void s_print_flags(const usage_t *usage, FILE *out)
{
    char term[USAGE_TERM_MAX];
    int width = (int)strlen("--help");

    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (!flag->name)
            continue;
        usage_flag_term(flag, term);
        if ((int)strlen(term) > width && strlen(term) <= S_TERM_MAX)
            width = (int)strlen(term);
    }
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (!flag->name) {
            fprintf(out, "%s%s\n", flag == usage->flags ? "" : "\n",
                    flag->about);
            continue;
        }
        usage_flag_term(flag, term);
        s_print_item(out, width, term, flag->about);
    }
    s_print_item(out, width, "--help", "print this help");
}

static void s_print_items(FILE *out, const usage_item_t *items)
{
    int width = 0;

    for (const usage_item_t *item = items; item->about; item++) {
        int length = item->term ? (int)strlen(item->term) : 0;
        if (length > width && length <= S_TERM_MAX)
            width = length;
    }
    for (const usage_item_t *item = items; item->about; item++) {
        if (!item->term)
            fprintf(out, "\n%s\n", item->about);
        else if (!*item->term)
            s_print_text(out, 0, item->about);
        else
            s_print_item(out, width, item->term, item->about);
    }
}

void usage_help(const usage_t *usage, const usage_item_t *commands, FILE *out)
{
    s_print_synopsis(usage, commands != NULL, out);
    s_print_text(out, 0, usage->about);
    if (commands)
        s_print_items(out, commands);
    fputc('\n', out);
    s_print_flags(usage, out);
    if (usage->notes)
        s_print_items(out, usage->notes);
    fputs("\nexit status\n", out);
    s_print_items(out, usage->exits);
    fputs("\nexamples\n", out);
    for (const usage_item_t *item = usage->examples; item->about; item++) {
        fprintf(out, "  %s\n      ", item->term);
        s_print_text(out, 6, item->about);
    }
}

// Mistakes.

static int s_wrong(const usage_t *usage, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s (see %s --help)\n", usage->name, what, why,
            usage->name);
    return USAGE_WRONG;
}

static const char *s_nearest(const char *word, const char *const *known)
{
    spelling_t spelling;

    spelling_start(&spelling, word);
    for (; *known; known++)
        spelling_consider(&spelling, *known);
    return spelling.nearest;
}

int usage_unknown(const usage_t *usage, const char *what, const char *word,
                  const char *const *known)
{
    const char *nearest = s_nearest(word, known);

    fprintf(stderr, "%s: unknown %s \"%s\"", usage->name, what, word);
    if (nearest)
        fprintf(stderr, ", did you mean \"%s\"?\n", nearest);
    for (size_t i = 0; !nearest && known[i]; i++)
        fprintf(stderr, "%s%s", i ? ", " : "; choose from ", known[i]);
    if (!nearest)
        fputc('\n', stderr);
    return USAGE_WRONG;
}

// Splits words at blanks, in place, into a list terminated by NULL.
static void s_split(char *words, const char *list[USAGE_WORDS_MAX + 1])
{
    size_t count = 0;
    char *word;

    while ((word = strsep(&words, " ")) && count < USAGE_WORDS_MAX)
        list[count++] = word;
    list[count] = NULL;
}

// 0: the word is one of `words`. Otherwise reports it.
static int s_check_word(const usage_t *usage, const char *what,
                        const char *word, const char *words)
{
    const char *list[USAGE_WORDS_MAX + 1];
    char *copy = strdup(words);
    int status = 0;
    size_t i = 0;

    if (!copy)
        return s_wrong(usage, what, "out of memory");
    s_split(copy, list);
    while (list[i] && strcmp(list[i], word) != 0)
        i++;
    if (!list[i])
        status = usage_unknown(usage, what, word, list);
    free(copy);
    return status;
}

// Parsing.

static const usage_flag_t *s_find(const usage_t *usage, int letter)
{
    const usage_flag_t *flag = usage->flags;

    while (flag->about && !(flag->name && flag->letter == letter))
        flag++;
    return flag;
}

// Reports a mistake found by getopt_long(), from its return value, optopt and
// optind.
static int s_bad_flag(const usage_t *usage, int answer, char **argv)
{
    const char *known[USAGE_FLAGS_MAX + 2] = {"help"};
    const char *word = argv[optind - 1];
    char name[USAGE_TERM_MAX];
    size_t count = 1;

    if (answer == ':')
        return s_wrong(usage, word, "requires a value");
    if (optopt && strchr(word, '=')) // a known flag without a value
        return s_wrong(usage, word, "takes no value");
    if (optopt) { // a letter; getopt may not have stepped over it
        const char letter[] = {'-', (char)optopt, '\0'};
        return s_wrong(usage, letter, "unknown flag");
    }
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (flag->name)
            known[count++] = flag->name;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *nearest = s_nearest(name + strspn(name, "-"), known);
    if (!nearest)
        return s_wrong(usage, word, "unknown flag");
    fprintf(stderr, "%s: %s: unknown flag, did you mean --%s?\n", usage->name,
            word, nearest);
    return USAGE_WRONG;
}

static int s_print_help(const usage_t *usage)
{
    usage_help(usage, NULL, stdout);
    return fflush(stdout) ? 1 : 0;
}

static int s_take(const usage_t *usage, int letter, usage_take_t *take,
                  void *context)
{
    const usage_flag_t *flag = s_find(usage, letter);
    char name[USAGE_TERM_MAX];

    assert(flag->about);
    snprintf(name, sizeof name, "--%s", flag->name);
    if (flag->words && !flag->hints &&
        s_check_word(usage, name, optarg, flag->words) != 0)
        return USAGE_WRONG;
    const char *why = take(context, letter, optarg);
    if (!why)
        return 0;
    if (optarg)
        fprintf(stderr, "%s: --%s \"%s\": %s\n", usage->name, flag->name,
                optarg, why);
    else
        fprintf(stderr, "%s: --%s: %s\n", usage->name, flag->name, why);
    return USAGE_WRONG;
}

// `given` has a bit for each row of flags.
static int s_check_flags(const usage_t *usage, uint64_t given)
{
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        char term[USAGE_TERM_MAX];
        if (!flag->needed || (given >> (flag - usage->flags) & 1))
            continue;
        usage_flag_term(flag, term);
        return s_wrong(usage, "missing flag", term);
    }
    return 0;
}

static int s_check_arguments(const usage_t *usage, int argc, char **argv)
{
    const int count = argc - optind;

    if (count < usage->least)
        return s_wrong(usage, "missing argument", usage->arguments);
    if (usage->most >= 0 && count > usage->most)
        return s_wrong(usage, argv[optind + usage->most],
                       "unexpected argument");
    for (int i = optind; usage->words && i < argc; i++) {
        if (s_check_word(usage, usage->arguments, argv[i], usage->words) != 0)
            return USAGE_WRONG;
    }
    return 0;
}

// Converts the table for getopt_long().
static void s_options(const usage_t *usage,
                      struct option options[USAGE_FLAGS_MAX + 2])
{
    size_t count = 0;

    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (!flag->name)
            continue;
        assert(count < USAGE_FLAGS_MAX);
        const int argument = !flag->value          ? no_argument
                             : *flag->value == '[' ? optional_argument
                                                   : required_argument;
        options[count++] =
            (struct option){flag->name, argument, NULL, flag->letter};
    }
    options[count++] = (struct option){"help", no_argument, NULL, 'h'};
    options[count] = (struct option){0};
}

bool usage_number(const char *text, uint64_t least, uint64_t most,
                  uint64_t *number)
{
    if (!*text || text[strspn(text, "0123456789")])
        return false;
    errno = 0;
    const unsigned long long value = strtoull(text, NULL, 10);
    if (errno || value < least || value > most)
        return false;
    *number = value;
    return true;
}

int usage_parse(const usage_t *usage, int argc, char **argv, usage_take_t *take,
                void *context, int *status)
{
    struct option options[USAGE_FLAGS_MAX + 2];
    uint64_t given = 0;
    int letter;

    s_options(usage, options);
    *status = 0;
    opterr = 0; // we print mistakes ourselves
    optind = 0; // resets getopt, which may have been used before
    while ((letter = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (letter == 'h')
            *status = s_print_help(usage);
        else if (letter == '?' || letter == ':')
            *status = s_bad_flag(usage, letter, argv);
        else
            *status = s_take(usage, letter, take, context);
        if (letter == 'h' || *status != 0)
            return -1;
        given |= UINT64_C(1) << (s_find(usage, letter) - usage->flags);
    }
    *status = s_check_flags(usage, given);
    if (*status == 0)
        *status = s_check_arguments(usage, argc, argv);
    return *status ? -1 : optind;
}

#include "tools/cli/manual.h"

#include <ctype.h>
#include <string.h>

#define S_COLUMNS 76 // width of mdoc source lines

void manual_write_escaped(FILE *out, const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\\')
            fputs("\\e", out);
        else if (text[i] == '-')
            fputs("\\-", out);
        else if (text[i] == '"')
            fputs("\\(dq", out);
        else
            fputc(text[i], out);
    }
}

static void s_print_all(FILE *out, const char *text)
{
    manual_write_escaped(out, text, strlen(text));
}

// Prints a word, on a new line if this one is full or a sentence has ended.
// Returns the column after it.
static int s_print_word(FILE *out, int column, const char *word, size_t bytes,
                        bool after_sentence)
{
    if (column > 0 && (after_sentence || column + (int)bytes > S_COLUMNS)) {
        fputc('\n', out);
        column = 0;
    } else if (column > 0) {
        fputc(' ', out);
        column++;
    }
    // A line must not look like a macro.
    if (column == 0 && (word[0] == '.' || word[0] == '\''))
        fputs("\\&", out);
    manual_write_escaped(out, word, bytes);
    return column + (int)bytes;
}

static void s_print_paragraph(FILE *out, const char *text, size_t bytes)
{
    const char *end = text + bytes;
    bool after_sentence = false;
    int column = 0;
    while (text < end) {
        size_t length = strcspn(text, " ");
        if (length > (size_t)(end - text))
            length = (size_t)(end - text);
        column = s_print_word(out, column, text, length, after_sentence);
        after_sentence = length > 0 && strchr(".?!", text[length - 1]);
        text += length;
        text += text < end;
    }
    fputc('\n', out);
}

void manual_write_text(FILE *out, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        const size_t bytes = end ? (size_t)(end - text) : strlen(text);
        s_print_paragraph(out, text, bytes);
        text += bytes;
        if (*text) {
            text += 2;
            fputs(".Pp\n", out);
        }
    }
}

static void s_begin_list(FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
}

static void s_print_item(FILE *out, const char *term, const char *about)
{
    fputs(".It Li \"", out);
    s_print_all(out, term);
    fputs("\"\n", out);
    manual_write_text(out, about);
}

static void s_print_flag(FILE *out, const usage_flag_t *flag)
{
    fputs(".It Fl \\-", out);
    s_print_all(out, flag->name);
    if (flag->value) {
        fputs(*flag->value == '[' ? " Ns Ar " : " Ar ", out);
        s_print_all(out, flag->value);
    }
    fputc('\n', out);
    manual_write_text(out, flag->about);
}

// Prints the flags as lists under their headings.
static void s_print_flags(FILE *out, const usage_flag_t *flags)
{
    static const usage_flag_t help = {.name = "help",
                                      .about = "Print this help."};
    bool open = false;
    for (const usage_flag_t *flag = flags; flag->about; flag++) {
        if (!flag->name) {
            fputs(open ? ".El\n.Pp\n" : ".Pp\n", out);
            fprintf(out, "%c%s:\n", toupper((unsigned char)flag->about[0]),
                    flag->about + 1);
            open = false;
            continue;
        }
        if (!open)
            s_begin_list(out);
        open = true;
        s_print_flag(out, flag);
    }
    if (!open)
        s_begin_list(out);
    s_print_flag(out, &help);
    fputs(".El\n", out);
}

static void s_print_items(FILE *out, const usage_item_t *items)
{
    s_begin_list(out);
    for (; items->about; items++)
        s_print_item(out, items->term, items->about);
    fputs(".El\n", out);
}

static void s_print_heading(FILE *out, const char *text)
{
    fputs(".Sh ", out);
    for (; *text; text++) {
        if (*text != ',')
            fputc(toupper((unsigned char)*text), out);
    }
    fputc('\n', out);
}

// Prints a program's notes as sections.
static void s_print_notes(FILE *out, const usage_item_t *notes)
{
    bool open = false;
    for (; notes && notes->about; notes++) {
        const bool is_item = notes->term && *notes->term;
        if (open && !is_item)
            fputs(".El\n", out);
        if (!open && is_item)
            s_begin_list(out);
        open = is_item;
        if (!notes->term)
            s_print_heading(out, notes->about);
        else if (is_item)
            s_print_item(out, notes->term, notes->about);
        else
            manual_write_text(out, notes->about);
    }
    if (open)
        fputs(".El\n", out);
}

static void s_print_command(FILE *out, const usage_t *usage)
{
    fputs(".Ss ", out);
    s_print_all(out, usage->name);
    if (usage->arguments) {
        fputc(' ', out);
        s_print_all(out, usage->arguments);
        fputs("\\&", out); // its dots do not end a sentence
    }
    fputc('\n', out);
    manual_write_text(out, usage->about);
    s_print_flags(out, usage->flags);
    fputs(".Pp\nExit status:\n", out);
    s_print_items(out, usage->exits);
    fputs(".Pp\nExamples:\n", out);
    s_print_items(out, usage->examples);
}

static void s_print_head(FILE *out, const manual_t *manual)
{
    const usage_t *program = manual->program;
    fprintf(out, ".Dd %s\n.Dt ", manual->date);
    for (const char *c = program->name; *c; c++)
        fputc(toupper((unsigned char)*c), out);
    fputs(" 1\n.Os\n.Sh NAME\n.Nm ", out);
    s_print_all(out, program->name);
    fputs("\n.Nd ", out);
    s_print_all(out, program->summary);
    fputs("\n.Sh SYNOPSIS\n.Nm\n", out);
    for (const usage_flag_t *flag = program->flags; flag->about; flag++) {
        if (!flag->name)
            continue;
        fputs(".Op Fl \\-", out);
        s_print_all(out, flag->name);
        fprintf(out, "%s%s\n", flag->value ? " Ar " : "",
                flag->value ? flag->value : "");
    }
    if (manual->commands[0])
        fputs(".Ar COMMAND\n.Op Ar FLAG ...\n", out);
}

void manual_write(FILE *out, const manual_t *manual)
{
    const usage_t *program = manual->program;
    s_print_head(out, manual);
    fputs(".Sh DESCRIPTION\n", out);
    manual_write_text(out, program->about);
    s_print_flags(out, program->flags);
    if (manual->commands[0])
        fputs(".Sh COMMANDS\n", out);
    for (size_t i = 0; manual->commands[i]; i++)
        s_print_command(out, manual->commands[i]);
    s_print_notes(out, program->notes);
    fputs(".Sh EXIT STATUS\n", out);
    s_print_items(out, program->exits);
    fputs(".Sh EXAMPLES\n", out);
    s_print_items(out, program->examples);
    fprintf(out, ".Sh SEE ALSO\n.%s\n", manual->see_also);
}

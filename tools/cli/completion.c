#include "tools/cli/completion.h"

#include <stdlib.h>
#include <string.h>

// The kind of a value or an argument.
typedef enum {
    S_ANYTHING,
    S_WORD, // one of its words
    S_FILE,
    S_FOLDER,
} kind_t;

static kind_t s_kind(const char *value, const char *words)
{
    if (words)
        return S_WORD;
    if (value &&
        (strncmp(value, "FILE", 4) == 0 || strcmp(value, "[FILE]") == 0))
        return S_FILE;
    return value && strcmp(value, "DIR") == 0 ? S_FOLDER : S_ANYTHING;
}

typedef struct {
    FILE *out;
    const usage_t *program;
    const usage_t *const *commands;
} script_t;

static bool s_has_subcommands(const script_t *script, const usage_t *usage)
{
    for (size_t i = 0; script->commands[i]; i++) {
        if (usage_is_child(script->commands[i]->name, usage->name))
            return true;
    }
    return false;
}

// Calls `each` for the program and every command.
static void s_each(const script_t *script,
                   void (*each)(const script_t *, const usage_t *))
{
    each(script, script->program);
    for (size_t i = 0; script->commands[i]; i++)
        each(script, script->commands[i]);
}

static const char *s_last_word(const char *name)
{
    const char *blank = strrchr(name, ' ');
    return blank ? blank + 1 : name;
}

// The start of a sentence, without characters that are special to shells.
static void s_print_short(FILE *out, const char *about)
{
    const size_t length = strcspn(about, ";:");
    for (size_t i = 0; i < length; i++)
        fputc(strchr("'\"[]\\`$", about[i]) ? ' ' : about[i], out);
}

static void s_print_commands(const script_t *script, const usage_t *parent)
{
    for (size_t i = 0; script->commands[i]; i++) {
        if (usage_is_child(script->commands[i]->name, parent->name))
            fprintf(script->out, " %s", s_last_word(script->commands[i]->name));
    }
}

// The quoted names of all commands, separated by `between`.
static void s_print_names(const script_t *script, const char *between)
{
    for (size_t i = 0; script->commands[i]; i++)
        fprintf(script->out, "%s'%s'", i ? between : "",
                script->commands[i]->name);
}

// bash.

static void s_bash_values(const script_t *script, const usage_t *usage)
{
    static const char *const paths[] = {[S_FILE] = "-f", [S_FOLDER] = "-d"};
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (!flag->name || !flag->value || *flag->value == '[')
            continue;
        fprintf(script->out, "    '%s --%s') ", usage->name, flag->name);
        switch (s_kind(flag->value, flag->words)) {
        case S_ANYTHING:
            fputs("return ;;\n", script->out);
            break;
        case S_WORD:
            fprintf(script->out, "words='%s' ;;\n", flag->words);
            break;
        default:
            fprintf(script->out, "paths=%s ;;\n",
                    paths[s_kind(flag->value, flag->words)]);
            break;
        }
    }
}

static void s_bash_command(const script_t *script, const usage_t *usage)
{
    fprintf(script->out, "        '%s') words='", usage->name);
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (flag->name)
            fprintf(script->out, "--%s ", flag->name);
    }
    fputs("--help", script->out);
    s_print_commands(script, usage);
    if (usage->words)
        fprintf(script->out, " %s", usage->words);
    fputc('\'', script->out);
    if (s_kind(usage->arguments, usage->words) == S_FILE)
        fputs(" paths=-f", script->out);
    fputs(" ;;\n", script->out);
}

static void s_write_bash(const script_t *script)
{
    const char *name = script->program->name;
    fprintf(script->out,
            "_%s()\n{\n    local cur=${COMP_WORDS[COMP_CWORD]} words='' "
            "paths='' i\n    local prev=${COMP_WORDS[COMP_CWORD - 1]} "
            "command='%s'\n    # bash splits --flag=value into three words.\n  "
            "  [ \"$cur\" != = ] || cur=''\n    [ \"$prev\" != = ] || "
            "prev=${COMP_WORDS[COMP_CWORD - 2]}\n",
            name, name);
    if (script->commands[0]) {
        fputs("    for ((i = 1; i < COMP_CWORD; i++)); do\n"
              "        case \"$command ${COMP_WORDS[i]}\" in\n        ",
              script->out);
        s_print_names(script, " | ");
        fputs(") command+=\" ${COMP_WORDS[i]}\" ;;\n"
              "        esac\n"
              "    done\n",
              script->out);
    }
    fputs("    case \"$command $prev\" in\n", script->out);
    s_each(script, s_bash_values);
    fputs("    *)\n        case \"$command\" in\n", script->out);
    s_each(script, s_bash_command);
    fprintf(script->out,
            "        esac\n"
            "        [[ $cur != -* ]] || paths=''\n"
            "        ;;\n"
            "    esac\n"
            "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"\n"
            "        [ -z \"$paths\" ] || compgen $paths -- \"$cur\")\n"
            "    [ -z \"$paths\" ] || compopt -o filenames 2>/dev/null\n"
            "}\n"
            "complete -F _%s %s\n",
            name, name);
}

// zsh.

static void s_zsh_action(FILE *out, kind_t kind, const char *words)
{
    if (kind == S_WORD)
        fprintf(out, "(%s)", words);
    else if (kind == S_FILE)
        fputs("_files", out);
    else if (kind == S_FOLDER)
        fputs("_files -/", out);
    else
        fputc(' ', out);
}

static void s_zsh_flag(FILE *out, const usage_flag_t *flag)
{
    const bool optional = flag->value && *flag->value == '[';
    fprintf(out, " \\\n        '%s--%s%s[", flag->repeats ? "*" : "",
            flag->name,
            optional      ? "=-"
            : flag->value ? "="
                          : "");
    s_print_short(out, flag->about);
    fputc(']', out);
    if (flag->value) {
        fprintf(out, "%s:", optional ? "::" : ":");
        s_print_short(out, optional ? "value" : flag->value);
        fputc(':', out);
        s_zsh_action(out, s_kind(flag->value, flag->words), flag->words);
    }
    fputc('\'', out);
}

static void s_zsh_command(const script_t *script, const usage_t *usage)
{
    const kind_t kind = s_kind(usage->arguments, usage->words);
    fprintf(script->out, "    ('%s')\n    _arguments -S", usage->name);
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (flag->name)
            s_zsh_flag(script->out, flag);
    }
    fputs(" \\\n        '--help[print this help]'", script->out);
    if (s_has_subcommands(script, usage)) {
        fputs(" \\\n        '1:command:((", script->out);
        for (size_t i = 0; script->commands[i]; i++) {
            const usage_t *child = script->commands[i];
            if (!usage_is_child(child->name, usage->name))
                continue;
            fprintf(script->out, "%s\\:\"", s_last_word(child->name));
            s_print_short(script->out, child->summary);
            fputs("\" ", script->out);
        }
        fputs("))'", script->out);
    } else if (usage->arguments) {
        fputs(" \\\n        '*:argument:", script->out);
        s_zsh_action(script->out, kind, usage->words);
        fputc('\'', script->out);
    }
    fputs("\n    ;;\n", script->out);
}

static void s_write_zsh(const script_t *script)
{
    const char *name = script->program->name;
    fprintf(script->out,
            "#compdef %s\n"
            "_%s()\n"
            "{\n"
            "    local command='%s'\n",
            name, name, name);
    if (script->commands[0]) {
        fputs("    local -a names=(", script->out);
        s_print_names(script, " ");
        fputs(")\n"
              "    while (( CURRENT > 2 && $names[(Ie)$command $words[2]] )); "
              "do\n"
              "        command+=\" $words[2]\"\n"
              "        shift words\n"
              "        (( CURRENT-- ))\n"
              "    done\n",
              script->out);
    }
    fputs("    case $command in\n", script->out);
    s_each(script, s_zsh_command);
    fprintf(script->out, "    esac\n}\n_%s \"$@\"\n", name);
}

// fish.

static void s_fish_begin(const script_t *script, const usage_t *usage)
{
    fprintf(script->out, "complete -c %s -n 'test (__%s_command) = \"%s\"'",
            script->program->name, script->program->name, usage->name);
}

static void s_fish_values(FILE *out, kind_t kind, const char *words)
{
    if (kind == S_WORD)
        fprintf(out, " -a '%s'", words);
    else if (kind == S_FILE)
        fputs(" -F", out);
    else if (kind == S_FOLDER)
        fputs(" -a '(__fish_complete_directories)'", out);
}

static void s_fish_flag(const script_t *script, const usage_t *usage,
                        const usage_flag_t *flag)
{
    s_fish_begin(script, usage);
    fprintf(script->out, " -l %s", flag->name);
    if (flag->value && *flag->value != '[') {
        const kind_t kind = s_kind(flag->value, flag->words);
        fputs(kind == S_FILE ? " -r" : " -x", script->out);
        s_fish_values(script->out, kind, flag->words);
    }
    fputs(" -d '", script->out);
    s_print_short(script->out, flag->about);
    fputs("'\n", script->out);
}

static void s_fish_command(const script_t *script, const usage_t *usage)
{
    static const usage_flag_t help = {.name = "help",
                                      .about = "print this help"};
    for (const usage_flag_t *flag = usage->flags; flag->about; flag++) {
        if (flag->name)
            s_fish_flag(script, usage, flag);
    }
    s_fish_flag(script, usage, &help);
    for (size_t i = 0; script->commands[i]; i++) {
        const usage_t *child = script->commands[i];
        if (!usage_is_child(child->name, usage->name))
            continue;
        s_fish_begin(script, usage);
        fprintf(script->out, " -a %s -d '", s_last_word(child->name));
        s_print_short(script->out, child->summary);
        fputs("'\n", script->out);
    }
    const kind_t kind = s_kind(usage->arguments, usage->words);
    if (!usage->arguments || kind == S_ANYTHING)
        return;
    s_fish_begin(script, usage);
    s_fish_values(script->out, kind, usage->words);
    fputc('\n', script->out);
}

static void s_write_fish(const script_t *script)
{
    const char *name = script->program->name;
    fprintf(script->out,
            "function __%s_command\n"
            "    set -l command %s\n",
            name, name);
    if (script->commands[0]) {
        fputs("    for word in (commandline -opc)[2..-1]\n"
              "        contains -- \"$command $word\" ",
              script->out);
        s_print_names(script, " ");
        fputs("\n"
              "        and set command \"$command $word\"\n"
              "    end\n",
              script->out);
    }
    fprintf(script->out,
            "    echo $command\n"
            "end\n"
            "complete -c %s -f\n",
            name);
    s_each(script, s_fish_command);
}

bool completion_write(FILE *out, const char *shell, const usage_t *program,
                      const usage_t *const *commands)
{
    static const struct {
        const char *shell;
        void (*write)(const script_t *);
    } writers[] = {
        {"bash", s_write_bash}, {"zsh", s_write_zsh}, {"fish", s_write_fish}};
    const script_t script = {out, program, commands};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].shell, shell) == 0) {
            writers[i].write(&script);
            return true;
        }
    }
    return false;
}

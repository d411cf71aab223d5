// octolog config, as a program.

#include "actors/config/config.h"
#include "actors/config/keys.h"
#include "tests/tools/program.h"

#include <regex.h>

TestSuite(command_config, .init = program_setup, .fini = program_teardown);

static void s_write(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    fputs(text, file);
    cr_assert(eq(int, fclose(file), 0));
}

// A line of the table: key, value and place, whatever the blanks between.
static void s_expect(const char *key, const char *value, const char *from)
{
    char pattern[512];
    regex_t regex;
    snprintf(pattern, sizeof pattern, "^%s +%s +%s$", key, value, from);
    cr_assert(eq(int, regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE), 0));
    cr_expect(regexec(&regex, program_out, 0, NULL, 0) == 0, "no %s in\n%s%s",
              pattern, program_out, program_err);
    regfree(&regex);
}

Test(command_config, each_setting_says_where_it_comes_from)
{
    s_write("o.cfg", "http\n"
                     "    threads = 9\n"
                     "    streams = 3\n"
                     "github\n"
                     "    source = \"https://one/events\"\n"
                     "    source = \"https://two/events\"\n"
                     "endpoint\n"
                     "    feed = \"tcp://127.0.0.1:7001\"\n");
    setenv("OCTOLOG_HTTP_STREAMS", "4", 1);
    setenv("OCTOLOG_HTTP_TOKEN", "hush-hush", 1);
    cr_assert(eq(int, program_run("config show o.cfg --data d"), 0), "%s",
              program_err);
    s_expect("http.threads", "9", "o.cfg:2");
    s_expect("http.streams", "4", "OCTOLOG_HTTP_STREAMS");
    s_expect("http.deadline-ms", "2000", "default");
    s_expect("github.source", "https://one/events", "o.cfg:6");
    s_expect("github.source", "https://two/events", "o.cfg:6");
    s_expect("data.dir", "/tmp/.*/d", "flag");
    s_expect("curve.cert-file", "-", "default");
    s_expect("endpoint.feed", "tcp://127.0.0.1:7001", "o.cfg:8");
    s_expect("http token", "\\(not shown\\)", "OCTOLOG_HTTP_TOKEN");
    cr_expect(not(program_has(program_out, "hush")), "%s", program_out);
    cr_expect(not(program_has(program_out, "github tokens")));
    program_shell("test ! -e d");
}

Test(command_config, a_program_reads_it_as_json)
{
    setenv("OCTOLOG_GITHUB_TOKENS", "hush,hush", 1);
    cr_assert(eq(int, program_run("config show --json --data d"), 0), "%s",
              program_err);
    cr_expect(program_has(program_out, "\"key\":\t\"http.listen\""), "%s",
              program_out);
    cr_expect(program_has(program_out, "\"value\":\tnull"), "%s", program_out);
    cr_expect(program_has(program_out, "\"OCTOLOG_GITHUB_TOKENS\""));
    cr_expect(not(program_has(program_out, "hush")), "%s", program_out);
}

Test(command_config, of_a_running_octolog_its_own)
{
    pid_t pid = program_up();
    cr_assert(eq(int, program_run("config show --data d"), 0), "%s",
              program_err);
    s_expect("github.fetch", "no", "d/run/effective.cfg:[0-9]+");
    program_down(pid);
}

Test(command_config, every_mistake_is_said_with_its_line)
{
    s_write("o.cfg", "http\n"
                     "    threads = many\n"
                     "    lisen = x\n"
                     "journal\n"
                     "    group-batches = 0\n");
    static const char *const commands[] = {"check o.cfg", "show o.cfg"};
    for (size_t i = 0; i < 2; i++) {
        cr_expect(eq(int, program_run("config %s", commands[i]), 1));
        cr_expect(program_has(program_err, "o.cfg:2: http.threads"), "%s",
                  program_err);
        cr_expect(program_has(program_err, "did you mean \"http.listen\"?"),
                  "%s", program_err);
        cr_expect(program_has(program_err, "o.cfg:5: journal.group-batches"),
                  "%s", program_err);
        cr_expect(eq(str, program_out, (char *)""));
    }
    cr_expect(eq(int, program_run("config check nowhere"), 1));
    cr_expect(eq(int, program_run("config check"), 2));
    s_write("good.cfg", "http\n    threads = 9\n");
    cr_expect(eq(int, program_run("config check good.cfg"), 0));
    cr_expect(eq(str, program_out, (char *)"good.cfg: ok\n"));
}

// A file of ours, whole.
static const char *s_read(const char *name)
{
    static char text[2][65536];
    static int turn;
    char path[128];
    turn = !turn;
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "r");
    cr_assert(file != NULL, "%s", path);
    text[turn][fread(text[turn], 1, sizeof text[turn] - 1, file)] = '\0';
    fclose(file);
    return text[turn];
}

Test(command_config, the_default_file_sets_every_key_to_its_default)
{
    config_t *defaults = config_new(), *shipped = config_new();
    char path[128];
    cr_assert(eq(int, program_run("config default >o.cfg"), 0), "%s",
              program_err);
    cr_expect(eq(int, program_run("config check o.cfg"), 0), "%s", program_err);
    snprintf(path, sizeof path, "%s/o.cfg", program_folder);
    cr_assert(eq(int, config_load(shipped, path, NULL, NULL), 0));
    for (size_t i = 0; i < CONFIG_KEYS_COUNT; i++)
        cr_expect(eq(int, (int)shipped->places[i].origin, CONFIG_ORIGIN_FILE),
                  "%s is not in it", config_keys[i].path);
    snprintf(path, sizeof path, "%s/defaults", program_folder);
    cr_assert(eq(int, config_save(defaults, path), 0));
    snprintf(path, sizeof path, "%s/shipped", program_folder);
    cr_assert(eq(int, config_save(shipped, path), 0));
    cr_expect(eq(str, (char *)s_read("shipped"), (char *)s_read("defaults")));
    config_destroy(&defaults);
    config_destroy(&shipped);
}

Test(command_config, the_default_file_keeps_its_data_where_it_is_told_to)
{
    cr_assert(eq(int, program_run("config default --data /srv/o"), 0), "%s",
              program_err);
    cr_expect(program_has(program_out, "\n    dir = \"/srv/o\"\n"), "%s",
              program_out);
}

Test(command_config, the_default_file_fits_a_terminal)
{
    size_t column = 0;
    cr_assert(eq(int, program_run("config default"), 0), "%s", program_err);
    for (const char *c = program_out; *c; c++) {
        column = *c == '\n' ? 0 : column + 1;
        cr_assert(le(sz, column, 80), "%.*s", 80, c - 79);
    }
}

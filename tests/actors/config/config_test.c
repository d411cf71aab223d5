// Settings: defaults, file, environment, flags, and every way to get them
// wrong.

#include "actors/config/config.h"
#include "actors/config/keys.h"
#include "actors/report/report.h"
#include "actors/views/registry.h"
#include "log/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char s_folder[64];
static char s_said[8192]; // every mistake, a line each

static void s_setup(void)
{
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-config-XXXXXX");
    cr_assert_not_null(mkdtemp(s_folder));
    s_said[0] = '\0';
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_folder), 0);
}

static void s_hear(void *context, const char *file, int line, const char *text)
{
    size_t used = strlen(s_said);

    (void)context;
    snprintf(s_said + used, sizeof s_said - used, "%s:%d: %s\n",
             file && strrchr(file, '/') ? strrchr(file, '/') + 1
             : file                     ? file
                                        : "-",
             line, text);
}

static const char *s_path(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", s_folder, name);
    return path;
}

static const char *s_write(const char *name, const char *text, mode_t mode)
{
    const char *path = s_path(name);
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    cr_assert(fputs(text, file) >= 0);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(chmod(path, mode), 0);
    return path;
}

static char *s_read(const char *path)
{
    static char text[2][16384];
    static int turn;
    FILE *file = fopen(path, "r");

    cr_assert_not_null(file, "%s: %s", path, strerror(errno));
    turn = !turn;
    size_t bytes = fread(text[turn], 1, sizeof text[turn] - 1, file);
    text[turn][bytes] = '\0';
    fclose(file);
    return text[turn];
}

static config_t *s_load(const char *text)
{
    config_t *config = config_new();

    cr_assert_not_null(config);
    int rc = config_load(config, s_write("a.cfg", text, 0644), s_hear, NULL);
    cr_assert_eq(rc, 0, "%s", s_said);
    return config;
}

// Loads a file with one mistake and expects to be told so.
static void s_expect_mistake(const char *text, const char *words)
{
    config_t *config = config_new();

    s_said[0] = '\0';
    int rc = config_load(config, s_write("a.cfg", text, 0644), s_hear, NULL);
    cr_expect_eq(rc, -EINVAL, "accepted: %s", text);
    cr_expect_not_null(strstr(s_said, words), "no \"%s\" in: %s", words,
                       s_said);
    config_destroy(&config);
}

TestSuite(config, .init = s_setup, .fini = s_teardown);

static size_t s_view_count(void)
{
    size_t count = 0;
    while (registry_views[count])
        count++;
    return count;
}

Test(config, without_a_file_the_defaults_hold)
{
    config_t *config = config_new();

    cr_assert_eq(config_load(config, NULL, s_hear, NULL), 0);
    cr_assert_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_str_eq(config->http_host, "127.0.0.1");
    cr_expect_eq(config->http_port, 8000);
    cr_expect(config->fetch);
    cr_expect_eq(config->source_count, 1);
    cr_expect_eq(config->view_count, s_view_count());
    cr_expect_eq(config->window_bytes, 64u * 1024 * 1024);
    cr_expect_eq(config->data_dir[0], '/', "absolute: %s", config->data_dir);
    config_destroy(&config);
    cr_expect_null(config);
}

Test(config, every_key_is_explained_in_whole_sentences)
{
    cr_expect_not_null(config_keys[0].about);
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (!key->about) // the row above explains both
            continue;
        const size_t length = strlen(key->about);
        cr_assert_gt(length, 10, "%s", key->path);
        const char end = key->about[length - 1];
        cr_expect(end == '.' || strstr(key->about, ": http"), "%s", key->path);
        cr_expect_null(strchr(key->about, '\n'), "%s", key->path);
    }
}

Test(config, a_section_stands_together)
{
    for (const config_key_t *key = config_keys; key->path; key++) {
        const size_t section = strcspn(key->path, ".") + 1;
        const config_key_t *next = key + 1;
        if (next->path && strncmp(next->path, key->path, section) == 0)
            continue;
        for (; next->path; next++)
            cr_expect_neq(strncmp(next->path, key->path, section), 0,
                          "%s is apart from %s", next->path, key->path);
    }
}

Test(config, a_file_sets_what_it_names_and_nothing_else)
{
    config_t *config = s_load("# a comment\n"
                              "http\n"
                              "    listen = localhost:80  # and another\n"
                              "    open-to-all = yes\r\n"
                              "\n"
                              "spine\n"
                              "    window-bytes = 8 MiB\n"
                              "data.dir = '/a \"b\"#c'\n"
                              "github\n"
                              "    time-scale = 2.5\n"
                              "report\n"
                              "    level = Debug\n"
                              "    format = json\n");

    cr_expect_str_eq(config->http_host, "localhost");
    cr_expect_eq(config->http_port, 80);
    cr_expect(config->http_open);
    cr_expect_eq(config->window_bytes, 8u * 1024 * 1024);
    cr_expect_str_eq(config->data_dir, "/a \"b\"#c");
    cr_expect_eq(config->github_time_scale, 2.5);
    cr_expect_eq(config->window_batches, 64);
    cr_expect_eq(config->report_level, REPORT_DEBUG);
    cr_expect_eq(config->report_format, REPORT_JSON);
    config_destroy(&config);
}

Test(config, all_mistakes_are_told_at_once_with_their_lines)
{
    config_t *config = config_new();
    const char *file = s_write("a.cfg",
                               "http\n"
                               "    lisen = 127.0.0.1:1\n"
                               "    threads = many\n"
                               "\tdeadline-ms = 5\n"
                               "journal\n"
                               "    group-batches = 0\n"
                               "    group-bytes 5\n"
                               "github\n"
                               "    pages = 3\n",
                               0644);

    cr_expect_eq(config_load(config, file, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "a.cfg:2: unknown key \"http.lisen\", "
                                      "did you mean \"http.listen\"?"),
                       "%s", s_said);
    cr_expect_not_null(strstr(s_said, "a.cfg:3: http.threads: \"many\""));
    cr_expect_not_null(strstr(s_said, "a.cfg:4: indented with a tab"));
    cr_expect_not_null(strstr(s_said, "a.cfg:6: journal.group-batches: \"0\" "
                                      "is not between 1 and 4096"));
    cr_expect_not_null(strstr(s_said, "a.cfg:7: \"=\" is missing"));
    cr_expect_null(strstr(s_said, "pages"), "%s", s_said);
    config_destroy(&config);
}

Test(config, each_kind_of_mistake_is_named)
{
    s_expect_mistake("http\n  threads = 1\n",
                     "a.cfg:2: not indented by a multiple");
    s_expect_mistake("    threads = 1\n", "a.cfg:1: indented deeper");
    s_expect_mistake("http\n        threads = 1\n", "indented deeper");
    s_expect_mistake("data\n    dir = 'x\n", "the closing quote is missing");
    s_expect_mistake("data\n    dir = 'x' y\n", "follows the closing quote");
    s_expect_mistake("data\n    = x\n", "a name is missing");
    s_expect_mistake("nowhere\n    x = 1\n", "unknown key \"nowhere.x\"");
    s_expect_mistake("nowhere\n", "unknown key \"nowhere\"");
    s_expect_mistake("http\n    listen = 8000\n", "is not HOST:PORT");
    s_expect_mistake("http\n    listen = a:1\n", "neither an IPv4 address nor");
    s_expect_mistake("http\n    listen = 127.0.0.1:65536\n", "no port between");
    s_expect_mistake("http\n    listen = \"[::1]:80\"\n", "is IPv6");
    s_expect_mistake("http\n    open-to-all = maybe\n", "neither yes nor no");
    s_expect_mistake("report\n    level = all\n",
                     "is none of error, warning, info, debug");
    s_expect_mistake("http\n    threads = 1.5\n", "not a whole number");
    s_expect_mistake("http\n    threads = 0x10\n", "is not a number");
    s_expect_mistake("github\n    time-scale = nan\n", "is not a number");
    s_expect_mistake("view\n    cache-bytes = 5 TB\n", "unknown unit");
    s_expect_mistake("view\n    cache-bytes = 1\n", "is not between 1048576");
    s_expect_mistake("view\n    name = Counts\n", "not a name of a-z");
    s_expect_mistake("view\n    name = a\n    name = a\n", "is listed twice");
    s_expect_mistake("github\n    source = ftp://x\n", "http:// or https://");
    s_expect_mistake("github\n    source = 'http://x/#y'\n",
                     "never sent to a server");
    s_expect_mistake("github\n    source = https:///x\n", "has no host");
    s_expect_mistake("endpoint\n    feed = udp://x\n", "endpoint.feed");
}

Test(config, a_long_line_a_nul_byte_and_a_huge_file_are_mistakes)
{
    char *huge = malloc(2 * 1024 * 1024 + 1);

    memset(huge, 'x', 1100);
    strcpy(huge + 1100, "\n");
    s_expect_mistake(huge, "a.cfg:1: the line is longer");

    memset(huge, '\n', 2 * 1024 * 1024);
    huge[2 * 1024 * 1024] = '\0';
    config_t *config = config_new();
    cr_expect_eq(
        config_load(config, s_write("b.cfg", huge, 0644), s_hear, NULL),
        -EFBIG);

    FILE *file = fopen(s_path("c.cfg"), "w");
    cr_assert_eq(fwrite("a\0b = 1\n", 1, 8, file), 8);
    fclose(file);
    cr_expect_eq(config_load(config, s_path("c.cfg"), s_hear, NULL), -EINVAL);
    cr_expect_eq(config_load(config, s_folder, NULL, NULL), -EISDIR);
    config_destroy(&config);
    free(huge);
}

Test(config, a_file_that_is_not_there_is_named)
{
    config_t *config = config_new();

    cr_expect_eq(config_load(config, "/nowhere/x.cfg", s_hear, NULL), -ENOENT);
    cr_expect_not_null(strstr(s_said, "x.cfg:0: cannot be read: No such"));
    config_destroy(&config);
}

Test(config, the_environment_goes_over_the_file_and_flags_over_both)
{
    setenv("OCTOLOG_HTTP_THREADS", "7", 1);
    setenv("OCTOLOG_GITHUB_MIN_INTERVAL_S", "9", 1);
    setenv("OCTOLOG_GITHUB_SOURCE", "http://env/1,http://env/2", 1);
    setenv("OCTOLOG_VIEW_NAME", "", 1); // empty is as good as unset
    config_t *config = s_load("http\n    threads = 5\n    deadline-ms = 55\n"
                              "github\n    source = http://file/\n");

    cr_expect_eq(config->http_threads, 7);
    cr_expect_eq(config->http_deadline_ms, 55);
    cr_expect_eq(config->github_min_interval_s, 9);
    cr_expect_eq(config->view_count, s_view_count());
    cr_assert_eq(config->source_count, 2);
    cr_expect_str_eq(config->sources[0], "http://env/1");

    const char *url = "http://flag/";
    cr_expect_eq(config_set(config, "github.source", url, s_hear, NULL), 0);
    cr_expect_eq(
        config_set(config, "github.source", "http://flag/2", NULL, NULL), 0);
    cr_assert_eq(config->source_count, 2);
    cr_expect_str_eq(config->sources[0], url);
    cr_expect_eq(config_set(config, "http.threads", "no", s_hear, NULL),
                 -EINVAL);
    cr_expect_eq(config->http_threads, 7, "a wrong value changes nothing");
    config_destroy(&config);
}

Test(config, a_wrong_variable_is_named)
{
    config_t *config = config_new();

    setenv("OCTOLOG_GITHUB_PAGES", "4", 1);
    cr_expect_eq(config_load(config, NULL, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "OCTOLOG_GITHUB_PAGES:0: github.pages"),
                       "%s", s_said);
    cr_expect(config_is_variable("OCTOLOG_GITHUB_PAGES=4"));
    cr_expect(config_is_variable("OCTOLOG_TRANSPORT="));
    cr_expect_not(config_is_variable("OCTOLOG_GITHUB_PAGE=4"));
    cr_expect_not(config_is_variable("OCTOLOG_GITHUB_TOKENS=secret"));
    cr_expect_not(config_is_variable("OCTOLOG_HTTP_TOKEN=secret"));
    config_destroy(&config);
}

Test(config, what_was_saved_loads_as_the_same)
{
    config_t *config = s_load("http\n    listen = 127.0.0.1:9\n"
                              "github\n    time-scale = 0.1\n    fetch = no\n"
                              "    source = http://a/b#c\n"
                              "    source = http://a/c\n"
                              "data\n    dir = \"/a#b\"\n"
                              "view\n    name = \"\"\n"
                              "transport = inproc://t-\n"
                              "endpoint\n    feed = tcp://127.0.0.1:7001\n");
    config_t *again = config_new();

    cr_assert_eq(config_save(config, s_path("one")), 0);
    cr_assert_eq(config_load(again, s_path("one"), s_hear, NULL), 0, "%s",
                 s_said);
    cr_assert_eq(config_save(again, s_path("two")), 0);
    char *one = strdup(s_read(s_path("one")));
    cr_expect_str_eq(one, s_read(s_path("two")));
    cr_expect_eq(again->view_count, 0);
    cr_expect_eq(again->github_time_scale, 0.1);
    cr_expect_str_eq(again->sources[1], "http://a/c");
    cr_expect_str_eq(again->data_dir, "/a#b");
    free(one);
    config_destroy(&config);
    config_destroy(&again);
}

Test(config, secrets_are_read_and_never_saved)
{
    setenv("OCTOLOG_GITHUB_TOKENS", "tok-one,tok-two", 1);
    setenv("OCTOLOG_HTTP_TOKEN", "tok-three", 1);
    config_t *config = s_load("http\n    listen = 0.0.0.0:80\n");

    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_assert_eq(config->token_count, 2);
    cr_expect_str_eq(config->tokens[1], "tok-two");
    cr_expect_str_eq(config->http_token, "tok-three");
    cr_assert_eq(config_save(config, s_path("saved")), 0);
    cr_expect_null(strstr(s_read(s_path("saved")), "tok-"));
    config_destroy(&config);
}

Test(config, token_files_are_read_when_closed_to_others)
{
    char text[512];

    s_write("closed", "# mine\ntok-a\ntok-b # old\n", 0600);
    s_write("open", "tok-c\n", 0640);
    snprintf(text, sizeof text,
             "github\n    token-file = %s/closed\n"
             "http\n    token-file = %s/open\n",
             s_folder, s_folder);
    config_t *config = s_load(text);
    cr_expect_eq(config_finish(config, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "open:0: is readable by others"), "%s",
                       s_said);
    cr_expect_eq(config->token_count, 2);
    cr_expect_str_eq(config->tokens[0], "tok-a");
    cr_expect_null(strstr(s_said, "tok-"));
    config_destroy(&config);
}

Test(config, credentials_of_a_unit_serve_where_no_file_is_named)
{
    setenv("CREDENTIALS_DIRECTORY", s_folder, 1);
    s_write("github-tokens", "tok-a\n", 0440); // systemd keeps others out
    s_write("http-token", "\n", 0440);
    config_t *config = s_load("");
    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_assert_eq(config->token_count, 1);
    cr_expect_str_eq(config->tokens[0], "tok-a");
    cr_expect_null(config->http_token, "an empty credential is none");
    config_destroy(&config);

    char text[512];
    s_write("mine", "tok-b\n", 0600);
    s_write("http-token", "tok-c\n", 0440);
    snprintf(text, sizeof text, "github\n    token-file = %s/mine\n", s_folder);
    config = s_load(text);
    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_str_eq(config->tokens[0], "tok-b");
    cr_expect_str_eq(config->http_token, "tok-c");
    config_destroy(&config);
}

Test(config, https_takes_a_certificate_and_a_key_or_neither)
{
    config_t *config = s_load("http\n    certificate = c.pem\n");

    cr_expect_eq(config_finish(config, s_hear, NULL), -EINVAL);
    cr_expect_not_null(
        strstr(s_said,
               "http.certificate: HTTPS also requires http.private-key"),
        "%s", s_said);
    cr_expect_eq(config_set(config, "http.private-key", "k.pem", s_hear, NULL),
                 0);
    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_eq(config->http_certificate[0], '/');
    cr_expect_eq(config->http_private_key[0], '/');
    config_destroy(&config);
}

Test(config, the_unit_s_certificate_serves_where_none_is_named)
{
    setenv("CREDENTIALS_DIRECTORY", s_folder, 1);
    s_write("http-certificate", "\n", 0440);
    s_write("http-private-key", "\n", 0440);
    config_t *config = s_load("");
    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_null(config->http_certificate, "an empty credential is none");
    cr_expect_null(config->http_private_key);
    config_destroy(&config);

    s_write("http-private-key", "a key\n", 0440);
    config = s_load("http\n    certificate = /c.pem\n");
    cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_str_eq(config->http_certificate, "/c.pem");
    cr_expect_str_eq(config->http_private_key, s_path("http-private-key"));
    config_destroy(&config);
}

Test(config, a_token_that_would_break_a_header_is_refused_and_not_shown)
{
    config_t *config = config_new();

    setenv("OCTOLOG_GITHUB_TOKENS", "sec\001ret", 1);
    cr_expect_eq(config_load(config, NULL, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "OCTOLOG_GITHUB_TOKENS:0: a token"));
    cr_expect_null(strstr(s_said, "sec"), "%s", s_said);
    config_destroy(&config);
}

Test(config, off_loopback_a_token_or_a_word_is_asked_for)
{
    config_t *config = s_load("http\n    listen = 0.0.0.0:80\n");

    cr_expect_eq(config_finish(config, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "http.open-to-all = yes"));
    cr_expect_eq(config_set(config, "http.open-to-all", "yes", NULL, NULL), 0);
    cr_expect_eq(config_finish(config, s_hear, NULL), 0);
    config_destroy(&config);
}

Test(config, tcp_off_this_machine_asks_for_a_certificate)
{
    config_t *config = s_load("endpoint\n    feed = tcp://127.0.0.1:1\n"
                              "    log = tcp://192.0.2.1:2\n"
                              "    admin-log = tcp://192.0.2.1:3\n");

    cr_expect_eq(config_finish(config, s_hear, NULL), -EINVAL);
    cr_expect_not_null(strstr(s_said, "endpoint.log"), "%s", s_said);
    cr_expect_not_null(strstr(s_said, "endpoint.admin-log"), "%s", s_said);
    cr_expect_null(strstr(s_said, "endpoint.feed"), "%s", s_said);
    config_destroy(&config);
}

Test(config, endpoints_follow_data_dir_transport_and_overrides)
{
    config_t *config = s_load("data\n    dir = /d/\n"
                              "endpoint\n    log = tcp://127.0.0.1:2\n");
    char endpoint[CONFIG_ENDPOINT_MAX];

    cr_assert_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
    cr_expect_eq(config_endpoint(config, "feed", endpoint), 0);
    cr_expect_str_eq(endpoint, "ipc:///d/run/feed");
    cr_expect_eq(config_endpoint(config, "log", endpoint), 0);
    cr_expect_str_eq(endpoint, "tcp://127.0.0.1:2");
    config_set(config, "transport", "inproc://x-", NULL, NULL);
    cr_expect_eq(config_endpoint(config, "view-a", endpoint), 0);
    cr_expect_str_eq(endpoint, "inproc://x-view-a");
    config_destroy(&config);
}

// 107 bytes fit, 108 do not; the longest name counts.
Test(config, a_socket_path_of_107_bytes_fits_and_one_of_108_does_not)
{
    const size_t name = strlen("/run/admin-repo_activity");
    char dir[128], endpoint[CONFIG_ENDPOINT_MAX];

    for (size_t total = 107; total <= 108; total++) {
        config_t *config = config_new();
        memset(dir, 'd', sizeof dir);
        dir[0] = '/';
        dir[total - name] = '\0';
        config_set(config, "data.dir", dir, NULL, NULL);
        s_said[0] = '\0';
        cr_expect_eq(config_finish(config, s_hear, NULL),
                     total == 107 ? 0 : -EINVAL, "%s", s_said);
        cr_expect_eq(config_endpoint(config, "admin-repo_activity", endpoint),
                     total == 107 ? 0 : -ENAMETOOLONG);
        if (total == 108) {
            cr_expect_not_null(strstr(s_said, "has 108 bytes"), "%s", s_said);
            cr_expect_not_null(strstr(s_said, "shorter --data"));
            cr_expect_eq(strchr(s_said, '\n')[1], '\0', "one line: %s", s_said);
        }
        config_destroy(&config);
    }
}

Test(config, a_relative_folder_becomes_absolute)
{
    char here[512], wanted[600];
    static const char *const same[] = {"./x/y", "x/y/", ".//x/y", "x/y"};

    cr_assert_eq(chdir(s_folder), 0);
    cr_assert_not_null(getcwd(here, sizeof here));
    snprintf(wanted, sizeof wanted, "%s/x/y", here);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        config_t *config = config_new();
        config_set(config, "data.dir", same[i], NULL, NULL);
        cr_expect_eq(config_finish(config, s_hear, NULL), 0, "%s", s_said);
        cr_expect_str_eq(config->data_dir, wanted, "from %s", same[i]);
        config_destroy(&config);
    }
    config_t *config = config_new();
    config_set(config, "data.dir", "", NULL, NULL);
    cr_expect_eq(config_finish(config, s_hear, NULL), -EINVAL);
    config_destroy(&config);
}

Test(config, saving_where_it_cannot_be_says_so)
{
    config_t *config = config_new();

    cr_expect_eq(config_save(config, "/nowhere/x"), -ENOENT);
    cr_expect_eq(config_save(config, "/dev/full"), -ENOSPC);
    config_destroy(&config);
}

Test(config, ages_may_be_in_days)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } s_ages[] = {{"0", 0},         {"90", 90},    {"90 s", 90},
                  {"15min", 900},   {"2 h", 7200}, {"30 d", 2592000},
                  {"1.5 d", 129600}};
    static const char *const s_wrong[] = {"3 weeks", "-1", "1.5", "d",
                                          "99999 d"};
    config_t *config = config_new();
    for (size_t i = 0; i < sizeof s_ages / sizeof *s_ages; i++) {
        cr_assert_eq(config_set(config, "log.retention-age", s_ages[i].text,
                                s_hear, NULL),
                     0, "%s: %s", s_ages[i].text, s_said);
        cr_assert_eq(config->retention_age_s, s_ages[i].seconds, "%s",
                     s_ages[i].text);
    }
    for (size_t i = 0; i < sizeof s_wrong / sizeof *s_wrong; i++)
        cr_assert_eq(
            config_set(config, "log.retention-age", s_wrong[i], s_hear, NULL),
            -EINVAL, "%s", s_wrong[i]);
    cr_assert_not_null(strstr(s_said, "use s, min, h or d"), "%s", s_said);
    config_destroy(&config);
}

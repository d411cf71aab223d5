#include "actors/config/config.h"

#include "actors/config/file.h"
#include "actors/config/keys.h"
#include "actors/config/secret_file.h"

#include <czmq.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDPOINT_PREFIX "endpoint."
#define TOKENS_VARIABLE "OCTOLOG_GITHUB_TOKENS"
#define TOKEN_VARIABLE  "OCTOLOG_HTTP_TOKEN"

// Whom to report errors to during one call, and the result so far.
typedef struct {
    config_t *config;
    const char *file;
    config_report_t *report;
    void *context;
    config_origin_t origin;
    int rc; // 0, or the first errno
} teller_t;

static void s_tell(teller_t *teller, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void s_tell(teller_t *teller, int line, const char *format, ...)
{
    char text[CONFIG_KEYS_REASON_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (teller->rc == 0)
        teller->rc = -EINVAL;
    if (teller->report)
        teller->report(teller->context, teller->file, line, text);
}

static void s_free_override(void **override)
{
    free(*override);
    *override = NULL;
}

config_t *config_new(void)
{
    config_t *config = calloc(1, sizeof *config);
    char reason[CONFIG_KEYS_REASON_MAX];
    zhashx_t *endpoints = zhashx_new();

    if (!config || !endpoints) {
        free(config);
        zhashx_destroy(&endpoints);
        return NULL;
    }
    zhashx_set_destructor(endpoints, s_free_override);
    config->endpoints = endpoints;
    for (const config_key_t *key = config_keys; key->path; key++) {
        int rc = config_keys_parse(key, config, CONFIG_ORIGIN_DEFAULT,
                                   key->value, reason);
        if (rc) { // out of memory: the defaults are valid
            config_destroy(&config);
            return NULL;
        }
    }
    return config;
}

static void s_free_list(char **items, size_t *count)
{
    while (*count > 0)
        free(items[--*count]);
}

void config_destroy(config_t **config)
{
    config_t *self = *config;

    if (!self)
        return;
    *config = NULL;
    s_free_list(self->sources, &self->source_count);
    s_free_list(self->views, &self->view_count);
    while (self->token_count > 0)
        secret_file_free(self->tokens[--self->token_count]);
    secret_file_free(self->http_token);
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (config_keys_is_text(key))
            free(*(char **)((char *)self + key->offset));
    }
    free(self->file);
    zhashx_t *endpoints = self->endpoints;
    zhashx_destroy(&endpoints);
    free(self);
}

static void s_set_endpoint(teller_t *teller, int line, const char *name,
                           const char *value)
{
    bool known = strncmp(value, "tcp://", 6) == 0 ||
                 strncmp(value, "ipc://", 6) == 0 ||
                 strncmp(value, "inproc://", 9) == 0;
    config_override_t *own = malloc(sizeof *own);

    if (!own) {
        teller->rc = -ENOMEM;
    } else if (!known || !config_keys_writable(value) ||
               strlen(value) >= sizeof own->address) {
        s_tell(teller, line,
               "endpoint.%s: \"%.200s\" is not a tcp://, ipc:// or inproc:// "
               "address of at most %d bytes",
               name, value, CONFIG_ENDPOINT_MAX - 1);
        free(own);
    } else {
        own->place = (config_place_t){teller->origin, line};
        snprintf(own->address, sizeof own->address, "%s", value);
        zhashx_update(teller->config->endpoints, name, own);
    }
}

// Applies one setting from any origin.
static void s_set(teller_t *teller, int line, const char *path,
                  const char *value)
{
    const config_key_t *key = config_keys_find(path);
    const size_t prefix = strlen(ENDPOINT_PREFIX);
    char reason[CONFIG_KEYS_REASON_MAX];

    if (strncmp(path, ENDPOINT_PREFIX, prefix) == 0 && path[prefix]) {
        s_set_endpoint(teller, line, path + prefix, value);
    } else if (!key) {
        const char *nearest = config_keys_nearest(path);
        s_tell(teller, line, "unknown key \"%.100s\"%s%s%s", path,
               nearest ? ", did you mean \"" : "", nearest ? nearest : "",
               nearest ? "\"?" : "");
    } else {
        int rc = config_keys_parse(key, teller->config, teller->origin, value,
                                   reason);
        if (rc == -ENOMEM)
            teller->rc = rc;
        else if (rc)
            s_tell(teller, line, "%s", reason);
        else
            teller->config->places[key - config_keys] =
                (config_place_t){teller->origin, line};
    }
}

static void s_on_setting(void *context, int line, const char *path,
                         const char *value)
{
    s_set(context, line, path, value);
}

static void s_on_file_mistake(void *context, const char *file, int line,
                              const char *text)
{
    teller_t *teller = context;

    (void)file;
    s_tell(teller, line, "%s", text);
}

// A token becomes part of a header and must not contain a line break.
static bool s_is_token(const char *token)
{
    size_t length = strlen(token);

    for (size_t i = 0; i < length; i++) {
        if (token[i] <= ' ' || token[i] > '~')
            return false;
    }
    return length > 0 && length <= 1000;
}

// Adds the tokens in a text, separated by commas or white space; # begins a
// comment.
static void s_add_tokens(teller_t *teller, char *text)
{
    config_t *config = teller->config;
    char *line, *token;

    while ((line = strsep(&text, "\n"))) {
        line[strcspn(line, "#")] = '\0';
        while ((token = strsep(&line, ", \t\r"))) {
            if (!*token)
                continue;
            if (!s_is_token(token)) { // never print it
                s_tell(teller, 0, "a token has invalid characters");
            } else if (config->token_count == CONFIG_TOKENS_MAX) {
                s_tell(teller, 0, "more than %d tokens", CONFIG_TOKENS_MAX);
                return;
            } else if (!(config->tokens[config->token_count] = strdup(token))) {
                teller->rc = -ENOMEM;
                return;
            } else {
                config->token_count++;
            }
        }
    }
}

static void s_set_http_token(teller_t *teller, char *text)
{
    char *token = text + strspn(text, " \t\r\n");

    token[strcspn(token, "\r\n")] = '\0';
    if (!s_is_token(token)) {
        s_tell(teller, 0, "has no token, or one with blanks in it");
        return;
    }
    secret_file_free(teller->config->http_token);
    teller->config->http_token = strdup(token);
    if (!teller->config->http_token)
        teller->rc = -ENOMEM;
}

static void s_load_secrets(teller_t *teller)
{
    const struct {
        const char *variable;
        void (*take)(teller_t *, char *);
    } secrets[] = {{TOKENS_VARIABLE, s_add_tokens},
                   {TOKEN_VARIABLE, s_set_http_token}};

    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        const char *value = getenv(secrets[i].variable);
        char *copy = value && *value ? strdup(value) : NULL;

        if (!copy)
            continue;
        teller->file = secrets[i].variable;
        secrets[i].take(teller, copy);
        secret_file_free(copy);
    }
}

static void s_load_environment(teller_t *teller)
{
    char variable[CONFIG_KEYS_VARIABLE_MAX];

    for (const config_key_t *key = config_keys; key->path; key++) {
        config_keys_variable(key, variable);
        const char *value = getenv(variable);
        if (!value || !*value)
            continue;
        teller->file = variable;
        s_set(teller, 0, key->path, value);
    }
    teller->file = NULL;
    s_load_secrets(teller);
}

int config_load(config_t *config, const char *file, config_report_t *report,
                void *context)
{
    teller_t teller = {.config = config,
                       .file = file,
                       .report = report,
                       .context = context,
                       .origin = CONFIG_ORIGIN_FILE};
    int rc = 0;

    if (file) {
        free(config->file);
        config->file = strdup(file);
        if (!config->file)
            return -ENOMEM;
        rc = config_file_read(file, s_on_setting, s_on_file_mistake, &teller);
    }
    teller.origin = CONFIG_ORIGIN_ENVIRONMENT;
    s_load_environment(&teller);
    return rc ? rc : teller.rc;
}

int config_set(config_t *config, const char *key, const char *value,
               config_report_t *report, void *context)
{
    teller_t teller = {.config = config,
                       .report = report,
                       .context = context,
                       .origin = CONFIG_ORIGIN_FLAG};

    s_set(&teller, 0, key, value);
    return teller.rc;
}

bool config_is_variable(const char *variable)
{
    char known[CONFIG_KEYS_VARIABLE_MAX];
    size_t length = strcspn(variable, "=");

    for (const config_key_t *key = config_keys; key->path; key++) {
        config_keys_variable(key, known);
        if (strlen(known) == length && strncmp(known, variable, length) == 0)
            return true;
    }
    return false;
}

// Reads the file of a secret. NULL: failed, and the error has been reported.
static char *s_read_secret(teller_t *teller, const char *file)
{
    char reason[SECRET_FILE_REASON_MAX], *text = NULL;
    int rc = secret_file_read(file, &text, reason);

    if (rc == -ENOMEM)
        teller->rc = rc;
    else if (rc)
        s_tell(teller, 0, "%s", reason);
    return text;
}

static bool s_is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

// Reads the configured file, or if there is none the credential, which may be
// blank.
static void s_read_token_file(teller_t *teller, const char *file,
                              const char *credential,
                              void (*take)(teller_t *, char *))
{
    char *passed = file ? NULL : secret_file_credential(credential);

    teller->file = file ? file : passed;
    char *text = teller->file ? s_read_secret(teller, teller->file) : NULL;
    if (text && (file || !s_is_blank(text)))
        take(teller, text);
    secret_file_free(text);
    teller->file = NULL;
    free(passed);
}

// Tokens in the environment take precedence over those in a file.
static void s_read_token_files(teller_t *teller)
{
    const config_t *config = teller->config;

    if (config->token_count == 0)
        s_read_token_file(teller, config->token_file, "github-tokens",
                          s_add_tokens);
    if (!config->http_token)
        s_read_token_file(teller, config->http_token_file, "http-token",
                          s_set_http_token);
}

// Uses the credential if no file is configured, unless it is blank.
static void s_take_credential(teller_t *teller, char **file, const char *name)
{
    char *passed = *file ? NULL : secret_file_credential(name);

    teller->file = passed;
    char *text = passed ? s_read_secret(teller, passed) : NULL;
    teller->file = NULL;
    if (text && !s_is_blank(text))
        *file = passed;
    else
        free(passed);
    secret_file_free(text);
}

// HTTPS requires both files. Their contents are checked by api/tls/tls.h.
static void s_find_certificate(teller_t *teller)
{
    config_t *config = teller->config;

    s_take_credential(teller, &config->http_certificate, "http-certificate");
    s_take_credential(teller, &config->http_private_key, "http-private-key");
    if (!config->http_certificate != !config->http_private_key)
        s_tell(teller, 0, "http.%s: HTTPS also requires http.%s",
               config->http_certificate ? "certificate" : "private-key",
               config->http_certificate ? "private-key" : "certificate");
}

// Makes a path absolute, without "./" and trailing slashes, so that it is valid
// for a tool that runs in another folder. NULL stays NULL.
static void s_make_absolute(teller_t *teller, char **path)
{
    const char *rest = *path;
    char here[PATH_MAX], whole[2 * PATH_MAX];

    if (!rest)
        return;
    while (strncmp(rest, "./", 2) == 0)
        rest += 2 + strspn(rest + 2, "/");
    if (*rest != '/' && !getcwd(here, sizeof here)) {
        s_tell(teller, 0, "%s: cannot find the current folder: %s", *path,
               strerror(errno));
        return;
    }
    if (*rest == '/')
        snprintf(whole, sizeof whole, "%s", rest);
    else if (*rest == '\0' || strcmp(rest, ".") == 0)
        snprintf(whole, sizeof whole, "%s", here);
    else
        snprintf(whole, sizeof whole, "%s/%s", here, rest);
    for (size_t n = strlen(whole); n > 1 && whole[n - 1] == '/'; n--)
        whole[n - 1] = '\0';

    char *copy = strdup(whole);
    if (!copy) {
        teller->rc = -ENOMEM;
        return;
    }
    free(*path);
    *path = copy;
}

static void s_make_all_absolute(teller_t *teller)
{
    config_t *config = teller->config;

    if (!config->data_dir)
        s_tell(teller, 0, "data.dir: must not be empty");
    for (const config_key_t *key = config_keys; key->path; key++) {
        if (key->type == CONFIG_PATH)
            s_make_absolute(teller, (char **)((char *)config + key->offset));
    }
}

// Composes the address called `name` and returns its full length, even if it
// does not fit.
static int s_compose(const config_t *config, const char *name, char *text,
                     size_t room)
{
    const config_override_t *own = zhashx_lookup(config->endpoints, name);

    if (own)
        return snprintf(text, room, "%s", own->address);
    if (config->transport)
        return snprintf(text, room, "%s%s", config->transport, name);
    return snprintf(text, room, "ipc://%s/run/%s", config->data_dir, name);
}

int config_endpoint(const config_t *config, const char *name,
                    char endpoint[CONFIG_ENDPOINT_MAX])
{
    char text[CONFIG_ENDPOINT_MAX];
    int length = s_compose(config, name, text, sizeof text);
    bool ipc = strncmp(text, "ipc://", 6) == 0;

    if (length < 0 || length >= CONFIG_ENDPOINT_MAX ||
        (ipc && length - 6 > CONFIG_IPC_PATH_MAX))
        return -ENAMETOOLONG;
    memcpy(endpoint, text, (size_t)length + 1);
    return 0;
}

// Calls check for every endpoint name in proto/message.h.
static void s_each_endpoint(teller_t *teller,
                            void (*check)(teller_t *, const char *))
{
    static const char *const names[] = {
        "ingest", "feed", "log", "admin-log", "fetcher", "beats", "supervisor"};
    char name[64];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check(teller, names[i]);
    for (size_t i = 0; i < teller->config->view_count; i++) {
        snprintf(name, sizeof name, "view-%s", teller->config->views[i]);
        check(teller, name);
        snprintf(name, sizeof name, "admin-%s", teller->config->views[i]);
        check(teller, name);
    }
}

static void s_check_network(teller_t *teller, const char *name)
{
    char text[CONFIG_ENDPOINT_MAX], host[CONFIG_ENDPOINT_MAX];
    int length = s_compose(teller->config, name, text, sizeof text);

    if (length < 0 || strncmp(text, "tcp://", 6) != 0 ||
        teller->config->curve_file)
        return;
    snprintf(host, sizeof host, "%s", text + 6);
    host[strcspn(host, ":")] = '\0';
    if (!config_keys_is_loopback(host))
        s_tell(teller, 0,
               "endpoint.%s: %.100s leaves this machine unencrypted: set "
               "curve.cert-file",
               name, text);
}

// Reports one line for all paths that are too long together.
static void s_check_lengths(teller_t *teller)
{
    config_t *config = teller->config;
    char name[64] = "supervisor", endpoint[CONFIG_ENDPOINT_MAX], text[1];

    for (size_t i = 0; i < config->view_count; i++) {
        if (strlen(config->views[i]) + strlen("admin-") > strlen(name))
            snprintf(name, sizeof name, "admin-%s", config->views[i]);
    }
    if (config_endpoint(config, name, endpoint) != -ENAMETOOLONG)
        return;
    int length = s_compose(config, name, text, sizeof text);
    s_tell(teller, 0,
           "the socket path %.200s/run/%s has %d bytes, but a Unix socket "
           "allows at most %d: use a shorter --data",
           config->data_dir, name, length - (int)strlen("ipc://"),
           CONFIG_IPC_PATH_MAX);
}

int config_finish(config_t *config, config_report_t *report, void *context)
{
    teller_t teller = {.config = config, .report = report, .context = context};

    s_make_all_absolute(&teller);
    if (teller.rc == 0)
        s_check_lengths(&teller);
    if (teller.rc == 0)
        s_each_endpoint(&teller, s_check_network);
    s_read_token_files(&teller);
    s_find_certificate(&teller);
    if (!config_keys_is_loopback(config->http_host) && !config->http_token &&
        !config->http_open)
        s_tell(&teller, 0,
               "http.listen: %s is reachable from other machines: set "
               "http.token-file or " TOKEN_VARIABLE
               ", or http.open-to-all = yes",
               config->http_host);
    if (config->restart_min_ms > config->restart_max_ms)
        s_tell(&teller, 0,
               "supervisor.restart-min-ms: %d is larger than restart-max-ms, "
               "%d",
               config->restart_min_ms, config->restart_max_ms);
    if (config->fetch && config->source_count == 0)
        s_tell(&teller, 0,
               "github.source: no source is configured: name one, or set "
               "github.fetch = no");
    return teller.rc;
}

static void s_write_settings(const config_t *config, FILE *stream)
{
    zhashx_t *endpoints = config->endpoints;
    size_t section = 0;
    const char *path = "";

    for (const config_key_t *key = config_keys; key->path; key++) {
        size_t length = strcspn(key->path, ".");
        bool nested = key->path[length] == '.';

        if (nested &&
            (length != section || strncmp(path, key->path, length) != 0))
            fprintf(stream, "%.*s\n", (int)length, key->path);
        config_keys_write(key, config, nested ? "    " : "", stream);
        path = key->path;
        section = length;
    }
    if (zhashx_size(endpoints) > 0)
        fprintf(stream, "endpoint\n");
    for (const config_override_t *own = zhashx_first(endpoints); own;
         own = zhashx_next(endpoints))
        config_keys_write_text("    ", zhashx_cursor(endpoints), own->address,
                               stream);
}

int config_save(const config_t *config, const char *file)
{
    FILE *stream = fopen(file, "we");

    if (!stream)
        return -errno;
    s_write_settings(config, stream);
    errno = 0;
    int rc = fflush(stream) || ferror(stream) ? -(errno ? errno : EIO) : 0;
    if (fclose(stream) && rc == 0)
        rc = -errno;
    return rc;
}

// config - every setting of octolog, read once and then constant.
//
// One ZPL file (tools/octolog.cfg explains each key), over it environment
// variables OCTOLOG_SECTION_KEY (dots and dashes become underscores), over them
// flags. A list given at a higher place replaces the list of a lower one. The
// supervisor writes the outcome to run/effective.cfg, which the actors load, so
// that all of them see the same. Secrets are never written there: they come
// from OCTOLOG_GITHUB_TOKENS (several: commas between) and OCTOLOG_HTTP_TOKEN,
// or from the files that github.token-file and http.token-file name, or else
// from the credentials github-tokens and http-token of a systemd unit. So are
// http-certificate and http-private-key, where the keys of these names are
// empty.
//
// The table of keys is in config_keys.c: a new setting is a field here, a row
// there and a paragraph in tools/octolog.cfg.
//
// Errors    0 or a negative errno; what is wrong goes, a line a mistake, to the
//           caller's report function: nothing here prints.
// Memory    A config_t owns its strings; config_destroy() frees them.
// Threads   Constant after loading: any thread reads.

#ifndef OCTOLOG_ACTORS_CONFIG_CONFIG_H
#define OCTOLOG_ACTORS_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_SOURCES_MAX 256
#define CONFIG_TOKENS_MAX  64
#define CONFIG_VIEWS_MAX   16

// A socket path must fit sockaddr_un: 107 bytes and its terminator.
#define CONFIG_IPC_PATH_MAX 107
#define CONFIG_ENDPOINT_MAX 256

// Rows that the table of keys may have.
#define CONFIG_KEYS_MAX 64

// Where a setting came from; a higher one replaces a lower one.
typedef enum {
    CONFIG_ORIGIN_DEFAULT,
    CONFIG_ORIGIN_FILE,
    CONFIG_ORIGIN_ENVIRONMENT,
    CONFIG_ORIGIN_FLAG,
} config_origin_t;

// The same of a key's value, for people.
typedef struct {
    config_origin_t origin;
    int line; // of the file; 0: not from there
} config_place_t;

// endpoint.NAME of a file.
typedef struct {
    config_place_t place;
    char address[CONFIG_ENDPOINT_MAX];
} config_override_t;

typedef struct {
    // data.dir: where log, views and sockets live. Absolute after loading.
    char *data_dir;

    // http.listen: HOST:PORT of the REST service.
    char *http_host;
    uint16_t http_port;
    bool http_open;       // http.open-to-all: no token off loopback
    int http_threads;     // http.threads: connections served at once
    int http_streams;     // http.streams: live tails beside them
    int http_deadline_ms; // http.deadline-ms: for an answer from an actor
    char *http_token_file;
    char *http_certificate; // PEM files of both for HTTPS; NULL, both: HTTP
    char *http_private_key;
    char *http_token; // from the file or OCTOLOG_HTTP_TOKEN; NULL: none

    // github.*: what to poll and how.
    char *sources[CONFIG_SOURCES_MAX]; // github.source, absolute URLs
    size_t source_count;
    int source_origin;               // who set them: config_origin_t
    bool fetch;                      // github.fetch, --no-fetch
    char *token_file;                // github.token-file
    char *tokens[CONFIG_TOKENS_MAX]; // secrets
    size_t token_count;
    int github_pages;          // pages per poll, 1..3
    int github_min_interval_s; // floor under X-Poll-Interval, 0: obey it alone
    int github_timeout_ms;     // for one request
    size_t github_max_body_bytes;
    double github_time_scale; // seconds of GitHub's per second of ours; 1.
                              // For tests against octolog-sim's fast clock

    // spine.*: the producer window and the feed.
    uint32_t window_batches; // unacknowledged batches a producer holds
    size_t window_bytes;
    int republish_ms;      // first time-out, doubled up to 8 times it
    int heartbeat_ms;      // of feed and actors
    uint32_t batch_events; // events a producer puts in a batch at most

    // journal.*
    uint32_t group_batches; // batches in one commit at most
    size_t group_bytes;
    size_t log_cache_bytes;
    size_t log_write_buffer_bytes;

    // log.*: how much of it is kept; 0: all.
    int64_t retention_age_s; // since it was journaled
    size_t retention_bytes;  // of heads and payloads on disk
    size_t reject_bytes;     // of dead letters on disk
    int64_t dedupe_margin_s; // that keys of dropped events are known for

    // view.*: aggregators and their stores.
    char *views[CONFIG_VIEWS_MAX]; // view.name; default: all known
    size_t view_count;
    int view_origin;
    size_t view_cache_bytes;
    int view_flush_ms;         // longest a change stays in memory alone
    size_t view_pending_bytes; // memory for changes before they are written

    // supervisor.*
    int restart_min_ms; // first delay, doubled
    int restart_max_ms;
    int restart_limit; // restarts within restart_window_s, then give up
    int restart_window_s;
    int beat_timeout_ms; // silence after which an actor is killed
    int stop_ms;         // for all to drain and stop, 5000

    // report.*: for report_set_up().
    int report_level;  // report_level_t
    int report_format; // report_format_t

    // transport: prefix of endpoints; NULL: "ipc://DATA/run/". Tests use
    // "inproc://...-". endpoint.NAME overrides one of them (tcp://).
    char *transport;
    char *curve_file; // curve.cert-file, for tcp:// endpoints
    void *endpoints;  // zhashx_t of config_override_t by NAME, owned

    char *file;                             // that was loaded; NULL: none
    config_place_t places[CONFIG_KEYS_MAX]; // by row of config_keys
} config_t;

// Receives one line a mistake. `file` is the file or the environment variable
// at fault, NULL for neither; line 0 when there is none to name.
typedef void config_report_t(void *context, const char *file, int line,
                             const char *text);

// A config with every default. NULL when out of memory.
config_t *config_new(void);
void config_destroy(config_t **config);

// Loads file (NULL: defaults alone) and the environment. All mistakes are
// reported, not just the first; report may be NULL. -EINVAL: there were some.
// -ENOENT, -EACCES, ...: the file cannot be read, which is reported, too.
int config_load(config_t *config, const char *file, config_report_t *report,
                void *context);

// Sets one key as a flag does ("http.listen", "127.0.0.1:8080");
// "github.source" adds one. -EINVAL with a line reported.
int config_set(config_t *config, const char *key, const char *value,
               config_report_t *report, void *context);

// Checks what no single key shows: socket paths fit, the token is there when
// it must be, nothing crosses a network unencrypted, HTTPS has both its files.
// Reads the token files, which must be closed to group and others. Makes all
// paths absolute. -EINVAL.
int config_finish(config_t *config, config_report_t *report, void *context);

// Writes every setting but secrets as ZPL, for config_load(). On failure the
// file may hold a part of them. -EIO, -ENOSPC, -EACCES, -ENOENT.
int config_save(const config_t *config, const char *file);

// The endpoint called `name` ("feed", "log", "view-event_counts", ...), whole
// in `endpoint`. -ENAMETOOLONG: an ipc path over CONFIG_IPC_PATH_MAX.
int config_endpoint(const config_t *config, const char *name,
                    char endpoint[CONFIG_ENDPOINT_MAX]);

// Whether an environment variable ("NAME=value") sets a key of the table. Such
// ones are not passed on to actors: effective.cfg has their outcome.
bool config_is_variable(const char *variable);

#endif

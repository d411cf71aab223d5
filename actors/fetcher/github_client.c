#include "actors/fetcher/github_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

// Connecting may take a fraction of the time allowed for a request.
#define S_CONNECT_SHARE 2

#define S_USER_AGENT "octolog/" OCTOLOG_VERSION " (GitHub events journal)"

// One request and its response so far.
typedef struct s_transfer {
    struct s_transfer *next;
    github_client_t *client;
    CURL *easy;
    struct curl_slist *lines; // request headers
    size_t tag;
    size_t header_bytes;
    bool too_long; // body or headers exceed their bound
    fetch_headers_t headers;
    buffer_t body;
} s_transfer_t;

struct github_client {
    github_client_options_t options;
    CURLM *multi;
    s_transfer_t *transfers;
};

int github_client_new(github_client_t **client,
                      const github_client_options_t *options)
{
    github_client_t *self = calloc(1, sizeof *self);
    if (!self || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        free(self);
        return -ENOMEM;
    }
    self->options = *options;
    self->multi = curl_multi_init();
    if (!self->multi) {
        github_client_destroy(&self);
        return -ENOMEM;
    }
    *client = self;
    return 0;
}

// Frees a transfer that is not in a list.
static void s_free(s_transfer_t *transfer)
{
    if (transfer->easy) {
        // Harmless for a transfer that was never added.
        curl_multi_remove_handle(transfer->client->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
    }
    curl_slist_free_all(transfer->lines);
    buffer_free(&transfer->body);
    free(transfer);
}

void github_client_abort(github_client_t *client)
{
    while (client->transfers) {
        s_transfer_t *transfer = client->transfers;
        client->transfers = transfer->next;
        s_free(transfer);
    }
}

void github_client_destroy(github_client_t **client)
{
    github_client_t *self = *client;
    if (!self)
        return;
    github_client_abort(self);
    curl_multi_cleanup(self->multi);
    curl_global_cleanup();
    free(self);
    *client = NULL;
}

static size_t s_on_header(char *data, size_t size, size_t count, void *context)
{
    s_transfer_t *transfer = context;
    size_t bytes = size * count;
    transfer->header_bytes += bytes;
    transfer->too_long = transfer->header_bytes > GITHUB_CLIENT_HEADER_BYTES;
    if (transfer->too_long)
        return 0;
    fetch_headers_line(&transfer->headers, slice(data, bytes));
    return bytes;
}

static size_t s_on_body(char *data, size_t size, size_t count, void *context)
{
    s_transfer_t *transfer = context;
    size_t bytes = size * count;
    size_t room =
        transfer->client->options.max_body_bytes - transfer->body.bytes;
    transfer->too_long = bytes > room;
    if (transfer->too_long)
        return 0;
    buffer_add(&transfer->body, data, bytes);
    return buffer_failed(&transfer->body) ? 0 : bytes;
}

// Adds a header to the request. The line may hold a secret: it is wiped.
static int s_add_line(s_transfer_t *transfer, const char *start,
                      const char *value)
{
    buffer_t line = {0};
    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return -EINVAL;
    }
    buffer_printf(&line, "%s %s", start, value);
    buffer_add_u8(&line, 0);
    struct curl_slist *lines =
        buffer_failed(&line) ? NULL
                             : curl_slist_append(transfer->lines, line.data);
    if (line.data)
        explicit_bzero(line.data, line.capacity);
    buffer_free(&line);
    if (!lines)
        return -ENOMEM;
    transfer->lines = lines;
    return 0;
}

static int s_add_lines(s_transfer_t *transfer,
                       const github_client_request_t *request)
{
    int rc = s_add_line(transfer, "Accept:", "application/vnd.github+json");
    if (rc == 0)
        rc = s_add_line(transfer, "X-GitHub-Api-Version:", "2022-11-28");
    if (rc == 0 && request->token)
        rc = s_add_line(transfer, "Authorization: Bearer", request->token);
    if (rc == 0 && request->etag)
        rc = s_add_line(transfer, "If-None-Match:", request->etag);
    if (rc == 0 && request->last_modified)
        rc = s_add_line(transfer, "If-Modified-Since:", request->last_modified);
    return rc;
}

static int s_set_up(s_transfer_t *transfer, const char *url)
{
    const github_client_options_t *options = &transfer->client->options;
    CURL *easy = transfer->easy;
    CURLcode rc = CURLE_OK;
    rc |= curl_easy_setopt(easy, CURLOPT_URL, url);
    rc |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // If a reused connection is reset, libcurl repeats the request by itself,
    // but only the plan may decide whether and when to repeat one.
    rc |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_USERAGENT, S_USER_AGENT);
    rc |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    rc |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->lines);
    rc |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
    rc |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)options->timeout_ms / S_CONNECT_SHARE);
    rc |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, s_on_header);
    rc |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, s_on_body);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    rc |= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    return rc == CURLE_OK ? 0 : -ENOMEM;
}

int github_client_start(github_client_t *client,
                        const github_client_request_t *request, size_t tag)
{
    s_transfer_t *transfer = calloc(1, sizeof *transfer);
    if (!transfer)
        return -ENOMEM;
    transfer->client = client;
    transfer->tag = tag;
    fetch_headers_clear(&transfer->headers);
    transfer->easy = curl_easy_init();
    int rc = transfer->easy ? s_add_lines(transfer, request) : -ENOMEM;
    if (rc == 0)
        rc = s_set_up(transfer, request->url);
    if (rc == 0 && curl_multi_add_handle(client->multi, transfer->easy))
        rc = -ENOMEM;
    if (rc) {
        s_free(transfer);
        return rc;
    }
    transfer->next = client->transfers;
    client->transfers = transfer;
    return 0;
}

size_t github_client_active(const github_client_t *client)
{
    size_t count = 0;
    for (const s_transfer_t *t = client->transfers; t; t = t->next)
        count++;
    return count;
}

static const char *s_error_text(const s_transfer_t *transfer, CURLcode code)
{
    if (code == CURLE_OK)
        return NULL;
    if (transfer->too_long)
        return "the response is longer than allowed";
    if (buffer_failed(&transfer->body))
        return "out of memory";
    return curl_easy_strerror(code);
}

static void s_unlink(github_client_t *client, const s_transfer_t *transfer)
{
    s_transfer_t **at = &client->transfers;
    while (*at != transfer)
        at = &(*at)->next;
    *at = transfer->next;
}

bool github_client_next(github_client_t *client, github_client_answer_t *answer)
{
    int left;
    const CURLMsg *message;
    curl_multi_perform(client->multi, &left);
    do {
        message = curl_multi_info_read(client->multi, &left);
    } while (message && message->msg != CURLMSG_DONE);
    if (!message)
        return false;
    CURLcode code = message->data.result;
    s_transfer_t *transfer = NULL;
    long status = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    *answer = (github_client_answer_t){.tag = transfer->tag,
                                       .status = (int)status,
                                       .error = s_error_text(transfer, code),
                                       .headers = transfer->headers,
                                       .body = transfer->body};
    transfer->body = (buffer_t){0};
    s_unlink(client, transfer);
    s_free(transfer);
    return true;
}

void github_client_wait(github_client_t *client, const int *fds, size_t count,
                        int timeout_ms)
{
    struct curl_waitfd waits[GITHUB_CLIENT_FDS_MAX];
    if (count > GITHUB_CLIENT_FDS_MAX)
        count = GITHUB_CLIENT_FDS_MAX;
    for (size_t i = 0; i < count; i++)
        waits[i] =
            (struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};
    curl_multi_poll(client->multi, waits, (unsigned)count, timeout_ms, NULL);
}

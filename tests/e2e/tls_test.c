// HTTPS of a real octolog: whom it serves, and what does not get through to it.

#include "tests/api/certificate.h"
#include "tests/api/http_client.h"
#include "tests/e2e/harness.h"

#include <curl/curl.h>
#include <errno.h>

TestSuite(tls, .timeout = 300);

// Connections that a service of these tests works on at once: s_open().
#define S_CONNECTIONS 4

typedef struct {
    char *folder;
    char *certificate;
    char *key;
    char *config;
    e2e_service_t service;
} site_t;

static void s_configure(const site_t *site, const char *certificate,
                        const char *key)
{
    FILE *out = fopen(site->config, "w");
    cr_assert_not_null(out);
    fprintf(out, "http\n    threads = %d\n    streams = 1\n",
            S_CONNECTIONS - 1);
    fprintf(out, "    certificate = \"%s\"\n    private-key = \"%s\"\n",
            certificate, key);
    cr_assert_eq(fclose(out), 0);
}

static void s_make(site_t *site)
{
    site->folder = e2e_folder();
    site->certificate = e2e_path(site->folder, "certificate.pem");
    site->key = e2e_path(site->folder, "key.pem");
    site->config = e2e_path(site->folder, "tls.cfg");
    certificate_write(&(certificate_t){0}, site->certificate, site->key);
    s_configure(site, site->certificate, site->key);
}

static void s_unmake(site_t *site)
{
    e2e_remove(site->folder);
    free(site->folder);
    free(site->certificate);
    free(site->key);
    free(site->config);
}

static void s_open(site_t *site)
{
    s_make(site);
    E2E_UP(&site->service, site->folder, "--no-fetch", "--config",
           site->config);
    cr_assert_not_null(
        strstr(site->service.process.said, "ready: https://127.0.0.1:"), "%s",
        site->service.process.said);
}

static void s_close(site_t *site)
{
    e2e_down(&site->service);
    s_unmake(site);
}

// A client that trusts the site's certificate, and speaks these versions of
// TLS.
static CURL *s_client(const site_t *site, long versions)
{
    CURL *curl = curl_easy_init();
    cr_assert_not_null(curl);
    curl_easy_setopt(curl, CURLOPT_CAINFO, site->certificate);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, versions);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)E2E_PATIENCE_MS);
    return curl;
}

static size_t s_collect(char *data, size_t size, size_t count, void *stream)
{
    return fwrite(data, size, count, stream);
}

// The status of a GET, and its body, owned; 0: there was no answer.
static long s_get(CURL *curl, const site_t *site, const char *path, char **body)
{
    char url[128];
    size_t bytes = 0;
    long status = 0;
    FILE *memory = open_memstream(body, &bytes);
    cr_assert_not_null(memory);
    snprintf(url, sizeof url, "https://127.0.0.1:%d%s", site->service.port,
             path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, s_collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, memory);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    cr_assert_eq(fclose(memory), 0);
    return status;
}

static void s_expect(CURL *curl, const site_t *site, const char *path,
                     long status, const char *words)
{
    char *body = NULL;
    cr_expect_eq(s_get(curl, site, path, &body), status, "%s: %s", path, body);
    cr_expect_not_null(strstr(body, words), "%s: %s", path, body);
    free(body);
}

// Of the last transfer.
static long s_connections(CURL *curl)
{
    long opened = -1;
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &opened);
    return opened;
}

static void s_expect_version(const site_t *site, long versions, long status)
{
    CURL *curl = s_client(site, versions);
    s_expect(curl, site, "/livez", status, "");
    curl_easy_cleanup(curl);
}

Test(tls, who_trusts_the_certificate_is_served)
{
    site_t site;
    s_open(&site);
    CURL *curl = s_client(&site, CURL_SSLVERSION_DEFAULT);
    s_expect(curl, &site, "/livez", 200, "");
    cr_expect_eq(s_connections(curl), 1);
    s_expect(curl, &site, "/v1/agg_event_counts?offset_minutes=5", 200,
             "as_of");
    cr_expect_eq(s_connections(curl), 0, "the connection was not kept");
    s_expect(curl, &site, "/metrics", 200,
             "\noctolog_http_certificate_expiry_timestamp_seconds ");
    struct curl_slist *page = curl_slist_append(NULL, "Accept: text/html");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, page);
    s_expect(curl, &site, "/", 200, "<!doctype html>");
    s_expect(curl, &site, "/assets/dashboard.js", 200, "import");
    curl_slist_free_all(page);
    curl_easy_cleanup(curl);
    s_expect_version(
        &site, CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2, 200);
    s_expect_version(&site, CURL_SSLVERSION_TLSv1_3, 200);
    s_expect_version(&site,
                     CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_1, 0);
    // Who has no reason to trust it hangs up.
    curl = s_client(&site, CURL_SSLVERSION_DEFAULT);
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    s_expect(curl, &site, "/livez", 0, "");
    curl_easy_cleanup(curl);
    s_close(&site);
}

Test(tls, other_commands_and_streams_work_with_it)
{
    site_t site;
    e2e_process_t curl;
    char url[128], generate[256], *said = NULL;
    const char *sim = getenv("OCTOLOG_SIM");
    s_open(&site);
    snprintf(generate, sizeof generate, "%s --seed 7 --generate 300 >%s/events",
             sim ? sim : "octolog-sim", site.folder);
    cr_assert_eq(E2E_RUN(NULL, "sh", "-c", generate), 0);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/v1/events/stream?from=0",
             site.service.port);
    e2e_start(&curl, (const char *const[]){"curl", "-sN", "--cacert",
                                           site.certificate, url, NULL});
    char *events = e2e_path(site.folder, "events");
    cr_expect_eq(
        E2E_RUN(&said, "octolog", "import", "--data", site.folder, events), 0,
        "%s", said);
    e2e_await(&curl, "\ndata: {\"offset\":299,");
    free(said);
    cr_expect_eq(E2E_RUN(&said, "octolog", "status", "--data", site.folder), 0,
                 "%s", said);
    free(said);
    // The stream ends with its server.
    s_close(&site);
    e2e_end(&curl);
    e2e_forget(&curl);
    free(events);
}

static char s_read_byte(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) == 1 ? byte : '\0';
}

Test(tls, what_is_no_tls_is_hung_up_on)
{
    static const char *const words[] = {
        "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\xff\xff rubbish", ""};
    site_t site;
    s_open(&site);
    cr_expect_eq(e2e_get(site.service.port, "/livez", NULL), 0);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int fd = http_open(site.service.port);
        http_send_bytes(fd, words[i], strlen(words[i]));
        shutdown(fd, SHUT_WR);
        // At most an alert (21) comes back, never HTTP.
        cr_expect_neq(s_read_byte(fd), 'H');
        close(fd);
    }
    CURL *curl = s_client(&site, CURL_SSLVERSION_DEFAULT);
    s_expect(curl, &site, "/livez", 200, "");
    curl_easy_cleanup(curl);
    s_close(&site);
}

// Reads until the server hangs up; false when it does not.
static bool s_is_hung_up_on(int fd)
{
    char rest[256];
    ssize_t got;
    do
        got = recv(fd, rest, sizeof rest, 0);
    while (got > 0);
    return got == 0 || errno == ECONNRESET;
}

Test(tls, a_handshake_that_never_ends_holds_up_nobody_for_long)
{
    // The head of a hello of 512 bytes, of which nothing follows.
    static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    const int some = S_CONNECTIONS - 1, many = S_CONNECTIONS + 1;
    int silent[S_CONNECTIONS + 1];
    site_t site;
    s_open(&site);
    // All workers but one are held by these,
    for (int i = 0; i < some; i++) {
        silent[i] = http_open(site.service.port);
        http_send_bytes(silent[i], hello, i % 2 ? sizeof hello - 1 : 0);
    }
    s_expect_version(&site, CURL_SSLVERSION_DEFAULT, 200);
    // and now that one, too; who comes behind them is served all the same.
    for (int i = some; i < many; i++)
        silent[i] = http_open(site.service.port);
    s_expect_version(&site, CURL_SSLVERSION_DEFAULT, 200);
    for (int i = 0; i < some; i++)
        cr_expect(s_is_hung_up_on(silent[i]), "connection %d hangs", i);
    s_close(&site);
    for (int i = 0; i < many; i++)
        close(silent[i]);
}

static void s_expect_refusal(const site_t *site, const char *words)
{
    char *said = NULL, *data = e2e_path(site->folder, "data");
    cr_expect_eq(E2E_RUN(&said, "octolog", "up", "--no-fetch", "--data", data,
                         "--listen", "127.0.0.1:0", "--config", site->config),
                 1, "%s", said);
    cr_expect_not_null(strstr(said, words), "no '%s' in: %s", words, said);
    free(said);
    cr_expect_eq(E2E_RUN(&said, "octolog", "config", "check", site->config), 1);
    cr_expect_not_null(strstr(said, words), "no '%s' in: %s", words, said);
    free(said);
    free(data);
}

Test(tls, files_that_are_no_pair_are_refused_before_anything_starts)
{
    site_t site;
    char *said = NULL;
    s_make(&site);
    s_configure(&site, site.certificate, "");
    s_expect_refusal(&site,
                     "http.certificate: HTTPS also requires http.private-key");
    s_configure(&site, site.config, site.key);
    s_expect_refusal(&site, "http.certificate: ");
    s_configure(&site, site.certificate, site.certificate);
    s_expect_refusal(&site, "http.private-key: ");
    s_configure(&site, site.certificate, site.key);
    certificate_write(&(certificate_t){.from_s = -2, .until_s = -1},
                      site.certificate, site.key);
    cr_expect_eq(E2E_RUN(&said, "octolog", "config", "check", site.config), 0);
    cr_expect_not_null(strstr(said, "warning: http.certificate: "), "%s", said);
    free(said);
    s_unmake(&site);
}

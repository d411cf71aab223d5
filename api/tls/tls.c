#include "api/tls/tls.h"

#include "actors/config/secret_file.h"
#include "actors/report/report.h"
#include "actors/runtime/clock.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// For TLS 1.2; all suites of 1.3 are good.
#define S_CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

// Changes when a file is replaced or written to.
typedef struct {
    dev_t device;
    ino_t inode;
    struct timespec changed;
} stamp_t;

typedef struct {
    stamp_t certificate;
    stamp_t key;
} stamps_t;

struct tls {
    const config_t *config; // borrowed
    SSL_CTX *context;       // from which CivetWeb creates connections
    pthread_mutex_t lock;   // for the fields below: any handshake may check
    SSL_CTX *served;        // where connections get certificate and key from
    stamps_t taken;         // of the files last loaded, or that failed to load
    stamps_t seen;          // at the last check
    int64_t look_ms;        // when the next check is due
};

const char *tls_scheme(const config_t *config)
{
    return config->http_certificate ? "https" : "http";
}

// The first error in OpenSSL's queue is the closest to the cause.
static int s_complain(const char *key, const char *file, const char *what,
                      char note[TLS_NOTE_MAX])
{
    const unsigned long code = ERR_get_error();
    const char *why = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    snprintf(note, TLS_NOTE_MAX, "%s: %.120s %s%s%s%s", key, file, what,
             why ? " (" : "", why ? why : "", why ? ")" : "");
    return -EINVAL;
}

static int s_load_certificate(SSL_CTX *context, const char *file,
                              char note[TLS_NOTE_MAX])
{
    const char *key = "http.certificate";

    if (access(file, R_OK) != 0) {
        snprintf(note, TLS_NOTE_MAX, "%s: %.120s cannot be read: %s", key, file,
                 strerrordesc_np(errno));
        return -EINVAL;
    }
    if (SSL_CTX_use_certificate_chain_file(context, file) != 1)
        return s_complain(key, file, "contains no certificate in PEM", note);
    return 0;
}

// Nobody can enter a passphrase, so an encrypted key is refused.
static int s_on_passphrase(char *text, int capacity, int writing, void *asked)
{
    (void)text, (void)capacity, (void)writing;
    *(bool *)asked = true;
    return -1;
}

// Parses the key in a PEM text; NULL: it has no usable one.
static EVP_PKEY *s_parse_key(const char *text, bool *encrypted)
{
    BIO *memory = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key = memory ? PEM_read_bio_PrivateKey(memory, NULL,
                                                     s_on_passphrase, encrypted)
                           : NULL;

    BIO_free(memory);
    return key;
}

static int s_load_key(SSL_CTX *context, const char *file,
                      char note[TLS_NOTE_MAX])
{
    const char *name = "http.private-key";
    char reason[SECRET_FILE_REASON_MAX], *text = NULL;
    bool encrypted = false;
    int rc = secret_file_read(file, &text, reason);

    if (rc) {
        snprintf(note, TLS_NOTE_MAX, "%s: %.120s %s", name, file, reason);
        return rc == -ENOMEM ? rc : -EINVAL;
    }
    EVP_PKEY *key = s_parse_key(text, &encrypted);
    secret_file_free(text);
    if (!key)
        return s_complain(name, file,
                          encrypted ? "is encrypted: decrypt it with openssl "
                                      "pkey, and chmod 600 it"
                                    : "contains no private key in PEM",
                          note);
    if (SSL_CTX_use_PrivateKey(context, key) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        rc = s_complain(name, file,
                        "does not belong to the certificate in "
                        "http.certificate",
                        note);
    EVP_PKEY_free(key);
    return rc;
}

static void s_write_time(const ASN1_TIME *time, char text[32])
{
    struct tm parts = {0};

    ASN1_TIME_to_tm(time, &parts);
    strftime(text, 32, "%Y-%m-%d %H:%M:%S UTC", &parts);
}

// Sets note to the reason why clients will reject the certificate, or to "".
static void s_look_at_dates(SSL_CTX *context, const char *file,
                            char note[TLS_NOTE_MAX])
{
    const X509 *certificate = SSL_CTX_get0_certificate(context);
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *until = X509_get0_notAfter(certificate);
    char time[32];

    *note = '\0';
    if (X509_cmp_current_time(until) <= 0) {
        s_write_time(until, time);
        snprintf(note, TLS_NOTE_MAX,
                 "http.certificate: %.120s expired on %s: clients reject it "
                 "until it is renewed",
                 file, time);
    } else if (X509_cmp_current_time(from) > 0) {
        s_write_time(from, time);
        snprintf(note, TLS_NOTE_MAX,
                 "http.certificate: %.120s is not valid before %s: clients "
                 "reject it until then",
                 file, time);
    }
}

static SSL_CTX *s_new_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context)
        return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(context, S_CIPHERS) == 1)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

// Loads everything that a connection needs. Errors and note: see tls_check().
static int s_load(SSL_CTX **loaded, const config_t *config,
                  char note[TLS_NOTE_MAX])
{
    SSL_CTX *context = s_new_context();

    if (!context) {
        snprintf(note, TLS_NOTE_MAX, "no memory for TLS");
        return -ENOMEM;
    }
    ERR_clear_error();
    int rc = s_load_certificate(context, config->http_certificate, note);
    if (rc == 0)
        rc = s_load_key(context, config->http_private_key, note);
    if (rc) {
        SSL_CTX_free(context);
        return rc;
    }
    s_look_at_dates(context, config->http_certificate, note);
    *loaded = context;
    return 0;
}

int tls_check(const config_t *config, char note[TLS_NOTE_MAX])
{
    SSL_CTX *context = NULL;

    *note = '\0';
    int rc = config->http_certificate ? s_load(&context, config, note) : 0;
    SSL_CTX_free(context);
    return rc;
}

// All zero for a file that stat() cannot find.
static stamp_t s_stamp(const char *file)
{
    struct stat status;

    if (stat(file, &status) != 0)
        return (stamp_t){0};
    return (stamp_t){status.st_dev, status.st_ino, status.st_ctim};
}

static stamps_t s_stamps(const config_t *config)
{
    return (stamps_t){s_stamp(config->http_certificate),
                      s_stamp(config->http_private_key)};
}

static bool s_is_same_file(const stamp_t *one, const stamp_t *other)
{
    return one->device == other->device && one->inode == other->inode &&
           one->changed.tv_sec == other->changed.tv_sec &&
           one->changed.tv_nsec == other->changed.tv_nsec;
}

static bool s_is_same(const stamps_t *one, const stamps_t *other)
{
    return s_is_same_file(&one->certificate, &other->certificate) &&
           s_is_same_file(&one->key, &other->key);
}

static void s_warn(const char *note)
{
    if (*note)
        report(REPORT_WARNING, "api", "%s", note);
}

static void s_renew(tls_t *tls)
{
    char note[TLS_NOTE_MAX];
    SSL_CTX *renewed = NULL;

    if (s_load(&renewed, tls->config, note) < 0) {
        report(REPORT_WARNING, "api",
               "%s; continuing with the previous certificate", note);
        return;
    }
    SSL_CTX_free(tls->served);
    tls->served = renewed;
    report(REPORT_INFO, "api", "loaded the renewed certificate %s",
           tls->config->http_certificate);
    s_warn(note);
}

// Checks the files if a check is due. The lock must be held.
static void s_look(tls_t *tls)
{
    const int64_t now_ms = clock_tick_ms();

    if (now_ms < tls->look_ms)
        return;
    tls->look_ms = now_ms + TLS_LOOK_MS;
    const stamps_t stamps = s_stamps(tls->config);
    const bool unchanged = s_is_same(&stamps, &tls->seen);
    tls->seen = stamps;
    if (!unchanged || s_is_same(&stamps, &tls->taken))
        return;
    tls->taken = stamps;
    s_renew(tls);
}

// Called when a handshake begins.
static int s_on_hello(SSL *connection, int *alert, void *context)
{
    tls_t *tls = context;

    (void)alert;
    pthread_mutex_lock(&tls->lock);
    s_look(tls);
    const bool done = SSL_set_SSL_CTX(connection, tls->served) != NULL;
    pthread_mutex_unlock(&tls->lock);
    return done ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
}

int tls_new(tls_t **tls, const config_t *config, char note[TLS_NOTE_MAX])
{
    tls_t *self = calloc(1, sizeof *self);

    if (!self) {
        snprintf(note, TLS_NOTE_MAX, "no memory for TLS");
        return -ENOMEM;
    }
    self->config = config;
    // Before reading the files, so that a later check notices a write in
    // between.
    self->taken = self->seen = s_stamps(config);
    int rc = s_load(&self->context, config, note);
    if (rc) {
        free(self);
        return rc;
    }
    s_warn(note);
    pthread_mutex_init(&self->lock, NULL);
    SSL_CTX_up_ref(self->context);
    self->served = self->context;
    SSL_CTX_set_client_hello_cb(self->context, s_on_hello, self);
    *tls = self;
    return 0;
}

void tls_destroy(tls_t **tls)
{
    tls_t *self = *tls;

    if (!self)
        return;
    *tls = NULL;
    SSL_CTX_free(self->served);
    SSL_CTX_free(self->context);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

int64_t tls_expiry_s(tls_t *tls)
{
    struct tm parts = {0};

    pthread_mutex_lock(&tls->lock);
    const X509 *certificate = SSL_CTX_get0_certificate(tls->served);
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts);
    pthread_mutex_unlock(&tls->lock);
    return timegm(&parts);
}

void *tls_context(const tls_t *tls)
{
    return tls->context;
}

// Certificates and keys as files, and handshakes in memory.

#include "api/tls/tls.h"
#include "tests/api/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static char s_folder[] = "/tmp/octolog-tls-XXXXXX";
static char s_certificate[64], s_key[64];
static config_t *s_config;

static void s_setup(void)
{
    cr_assert_not_null(mkdtemp(s_folder));
    snprintf(s_certificate, sizeof s_certificate, "%s/certificate", s_folder);
    snprintf(s_key, sizeof s_key, "%s/key", s_folder);
    s_config = config_new();
    cr_assert_not_null(s_config);
    s_config->http_certificate = strdup(s_certificate);
    s_config->http_private_key = strdup(s_key);
    certificate_write(&(certificate_t){0}, s_certificate, s_key);
}

static void s_teardown(void)
{
    config_destroy(&s_config);
    unlink(s_certificate);
    unlink(s_key);
    cr_expect_eq(rmdir(s_folder), 0);
}

TestSuite(tls, .init = s_setup, .fini = s_teardown, .timeout = 120);

static void s_write(const char *file, const char *text)
{
    FILE *out = certificate_create(file, 0600);
    fputs(text, out);
    cr_assert_eq(fclose(out), 0);
}

// Expects one line about a file, by its key, with these words.
static void s_expect(int rc, const char *key, const char *words)
{
    char note[TLS_NOTE_MAX];
    cr_expect_eq(tls_check(s_config, note), rc, "%s", note);
    cr_expect_eq(strncmp(note, key, strlen(key)), 0, "%s: %s", key, note);
    cr_expect_not_null(strstr(note, words), "no '%s' in '%s'", words, note);
    cr_expect_null(strchr(note, '\n'));
    cr_expect_eq(ERR_peek_error(), 0, "what OpenSSL said is left behind");
}

Test(tls, a_pair_that_serves_needs_no_word)
{
    s_expect(0, "", "");
    char note[TLS_NOTE_MAX] = "before";
    cr_expect_eq(tls_check(s_config, note), 0);
    cr_expect_str_empty(note);
    certificate_write(&(certificate_t){.rsa = true}, s_certificate, s_key);
    cr_expect_eq(tls_check(s_config, note), 0);
    cr_expect_str_empty(note);
    cr_expect_str_eq(tls_scheme(s_config), "https");
}

Test(tls, without_a_certificate_there_is_nothing_to_look_at)
{
    config_t *plain = config_new();
    char note[TLS_NOTE_MAX] = "before";
    cr_expect_eq(tls_check(plain, note), 0);
    cr_expect_str_empty(note);
    cr_expect_str_eq(tls_scheme(plain), "http");
    config_destroy(&plain);
}

Test(tls, a_file_that_is_not_there_is_named)
{
    unlink(s_key);
    s_expect(-EINVAL, "http.private-key", "cannot be read: No such file");
    unlink(s_certificate);
    s_expect(-EINVAL, "http.certificate", "cannot be read: No such file");
}

Test(tls, a_file_without_pem_is_named)
{
    s_write(s_key, "no key\n");
    s_expect(-EINVAL, "http.private-key", "no private key in PEM");
    s_write(s_key, "");
    s_expect(-EINVAL, "http.private-key", "no private key in PEM");
    s_write(s_certificate, "no certificate\n");
    s_expect(-EINVAL, "http.certificate", "no certificate in PEM");
}

Test(tls, a_key_for_all_to_read_is_refused)
{
    chmod(s_key, 0640);
    s_expect(-EINVAL, "http.private-key", "chmod 600");
    chmod(s_key, 0604);
    s_expect(-EINVAL, "http.private-key", "chmod 600");
}

Test(tls, a_key_that_wants_a_passphrase_is_refused)
{
    certificate_write(&(certificate_t){.passphrase = "hush"}, s_certificate,
                      s_key);
    s_expect(-EINVAL, "http.private-key", "is encrypted");
}

Test(tls, a_key_of_another_certificate_is_refused)
{
    char other[80];
    snprintf(other, sizeof other, "%s/other", s_folder);
    certificate_write(&(certificate_t){0}, other, s_key);
    s_expect(-EINVAL, "http.private-key", "does not belong");
    certificate_write(&(certificate_t){.rsa = true}, other, s_key);
    s_expect(-EINVAL, "http.private-key", "does not belong");
    unlink(other);
}

Test(tls, a_certificate_out_of_its_time_serves_with_a_warning)
{
    certificate_write(&(certificate_t){.from_s = -2 * CERTIFICATE_DAY_S,
                                       .until_s = -CERTIFICATE_DAY_S},
                      s_certificate, s_key);
    s_expect(0, "http.certificate", "expired on 20");
    certificate_write(&(certificate_t){.from_s = CERTIFICATE_DAY_S,
                                       .until_s = 2 * CERTIFICATE_DAY_S},
                      s_certificate, s_key);
    s_expect(0, "http.certificate", "is not valid before 20");
}

// A handshake in memory; the name on the certificate that the client got, or
// "" when there was none. `least` and `most` are versions of TLS that the
// client speaks; what was agreed on goes into *suite.
static void s_shake_hands(const tls_t *tls, int least, int most, char name[64],
                          const char **suite)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *client = SSL_new(context), *server = SSL_new(tls_context(tls));
    BIO *one = NULL, *other = NULL;
    SSL_CTX_set_security_level(context, 0); // it offers what it is told to
    SSL_set_security_level(client, 0);
    SSL_set_min_proto_version(client, least);
    SSL_set_max_proto_version(client, most);
    cr_assert_eq(BIO_new_bio_pair(&one, 0, &other, 0), 1);
    SSL_set_bio(client, one, one);
    SSL_set_bio(server, other, other);
    int done = 0;
    for (int i = 0; i < 8 && done != 1; i++) {
        int asked = SSL_connect(client);
        done = SSL_accept(server) == 1 && asked == 1;
    }
    const X509 *seen = SSL_get0_peer_certificate(client);
    name[0] = '\0';
    if (done && seen)
        X509_NAME_get_text_by_NID(X509_get_subject_name(seen), NID_commonName,
                                  name, 64);
    *suite = done ? SSL_get_cipher_name(client) : "";
    SSL_free(client);
    SSL_free(server);
    SSL_CTX_free(context);
    ERR_clear_error();
}

Test(tls, it_tells_when_the_certificate_expires)
{
    const long days_s = 3 * CERTIFICATE_DAY_S;
    char note[TLS_NOTE_MAX];
    tls_t *tls = NULL;
    const time_t before = time(NULL);
    certificate_write(&(certificate_t){.until_s = days_s}, s_certificate,
                      s_key);
    const time_t after = time(NULL);
    cr_assert_eq(tls_new(&tls, s_config, note), 0, "%s", note);
    cr_expect_geq(tls_expiry_s(tls), before + days_s);
    cr_expect_leq(tls_expiry_s(tls), after + days_s);
    tls_destroy(&tls);
}

Test(tls, only_the_two_latest_versions_are_spoken)
{
    char note[TLS_NOTE_MAX], name[64];
    const char *suite;
    tls_t *tls = NULL;
    cr_assert_eq(tls_new(&tls, s_config, note), 0, "%s", note);
    s_shake_hands(tls, TLS1_3_VERSION, TLS1_3_VERSION, name, &suite);
    cr_expect_str_eq(name, "octolog");
    s_shake_hands(tls, TLS1_2_VERSION, TLS1_2_VERSION, name, &suite);
    cr_expect_str_eq(name, "octolog");
    cr_expect_eq(strncmp(suite, "ECDHE-", 6), 0, "%s", suite);
    s_shake_hands(tls, TLS1_VERSION, TLS1_1_VERSION, name, &suite);
    cr_expect_str_empty(name);
    tls_destroy(&tls);
    cr_expect_null(tls);
}

// The name that a handshake shows which looks at the files, as the one before
// it did.
static void s_look_again(const tls_t *tls, char name[64])
{
    const struct timespec look = {.tv_sec = TLS_LOOK_MS / 1000,
                                  .tv_nsec = TLS_LOOK_MS % 1000 * 1000000L};
    const char *suite;
    for (int i = 0; i < 2; i++) {
        nanosleep(&look, NULL);
        s_shake_hands(tls, TLS1_3_VERSION, TLS1_3_VERSION, name, &suite);
    }
}

Test(tls, a_renewed_pair_is_served_and_a_broken_one_is_not)
{
    char note[TLS_NOTE_MAX], other[80], name[64];
    tls_t *tls = NULL;
    snprintf(other, sizeof other, "%s/other", s_folder);
    cr_assert_eq(tls_new(&tls, s_config, note), 0, "%s", note);
    certificate_write(&(certificate_t){.name = "renewed"}, s_certificate,
                      s_key);
    s_look_again(tls, name);
    cr_expect_str_eq(name, "renewed");
    // The key of a certificate that is not there yet, and then is.
    certificate_write(&(certificate_t){.name = "again"}, other, s_key);
    s_look_again(tls, name);
    cr_expect_str_eq(name, "renewed");
    cr_assert_eq(rename(other, s_certificate), 0);
    s_look_again(tls, name);
    cr_expect_str_eq(name, "again");
    tls_destroy(&tls);
}

// certificate - certificates and keys for tests, made when they are needed.
//
// Fails the running Criterion test when OpenSSL or the disk does not do it.

#ifndef OCTOLOG_TESTS_API_CERTIFICATE_H
#define OCTOLOG_TESTS_API_CERTIFICATE_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#define CERTIFICATE_DAY_S 86400L

// A new file with these rights, whatever was there before.
static inline FILE *certificate_create(const char *file, mode_t mode)
{
    unlink(file);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
    cr_assert_not_null(stream, "%s", file);
    return stream;
}

static inline void s_certificate_add(X509 *certificate, int what,
                                     const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, &context, what, value);
    cr_assert_not_null(extension);
    cr_assert_eq(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

// One for 127.0.0.1 that nobody else vouches for, called `name`; valid from and
// until so many seconds from now.
static inline X509 *s_certificate_make(EVP_PKEY *key, const char *name,
                                       long from_s, long until_s)
{
    X509 *made = X509_new();
    cr_assert_not_null(made);
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), from_s);
    X509_gmtime_adj(X509_getm_notAfter(made), until_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_set_pubkey(made, key);
    s_certificate_add(made, NID_basic_constraints, "critical,CA:TRUE");
    s_certificate_add(made, NID_subject_alt_name, "IP:127.0.0.1");
    cr_assert_gt(X509_sign(made, key, EVP_sha256()), 0);
    return made;
}

typedef struct {
    const char *name;       // NULL: "octolog"
    long from_s, until_s;   // 0, 0: since a day, for a day
    const char *passphrase; // of the key; NULL: none
    bool rsa;               // in place of an elliptic curve
} certificate_t;

// Writes certificate and key as PEM, the key for its owner alone.
static inline void certificate_write(const certificate_t *wanted,
                                     const char *certificate_file,
                                     const char *key_file)
{
    const char *passphrase = wanted->passphrase;
    const bool dated = wanted->from_s || wanted->until_s;
    EVP_PKEY *key = wanted->rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    cr_assert_not_null(key);
    X509 *made =
        s_certificate_make(key, wanted->name ? wanted->name : "octolog",
                           dated ? wanted->from_s : -CERTIFICATE_DAY_S,
                           dated ? wanted->until_s : CERTIFICATE_DAY_S);
    FILE *out = certificate_create(certificate_file, 0644);
    cr_assert_eq(PEM_write_X509(out, made), 1);
    cr_assert_eq(fclose(out), 0);
    out = certificate_create(key_file, 0600);
    cr_assert_eq(PEM_write_PKCS8PrivateKey(
                     out, key, passphrase ? EVP_aes_128_cbc() : NULL,
                     passphrase, passphrase ? (int)strlen(passphrase) : 0, NULL,
                     NULL),
                 1);
    cr_assert_eq(fclose(out), 0);
    X509_free(made);
    EVP_PKEY_free(key);
}

#endif

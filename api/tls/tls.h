// tls - the certificate and key for HTTPS, and the protocol settings.
//
// Serves TLS 1.2 and 1.3, only with forward secrecy and authenticated
// encryption, and without renegotiation. Sessions are resumed by tickets, so
// the server keeps nothing for clients that have gone. There is no
// Strict-Transport-Security, because it would affect every port of the host,
// and this service owns only one.
//
// A certificate renewed on disk is loaded while the service runs, and used for
// new connections. It is loaded once two checks in a row have found the files
// unchanged, so a half-written pair is left alone. If the new pair cannot be
// used, that is reported and the previous one stays in use.
//
// Errors    0 or a negative errno, with one line for people.
// Threads   One owner creates and destroys it; handshakes run on any thread.

#ifndef OCTOLOG_API_TLS_TLS_H
#define OCTOLOG_API_TLS_TLS_H

#include "actors/config/config.h"

#include <stdint.h>

#define TLS_NOTE_MAX 256

// Minimum time between two checks of the files. A handshake does the check that
// is due.
#define TLS_LOOK_MS 500

typedef struct tls tls_t;

// The scheme that a service with this configuration serves: "https" or "http".
const char *tls_scheme(const config_t *config);

// Checks the files of http.certificate and http.private-key as tls_new() would.
// -EINVAL: a file cannot be read or has the wrong contents, or the two do not
// belong together; -ENOMEM; `note` says what is wrong. 0: they can be used, or
// none are configured; `note` is empty, or warns that the certificate has
// expired or is not valid yet.
int tls_check(const config_t *config, char note[TLS_NOTE_MAX]);

// Loads the files, and reports what tls_check() would warn about. config must
// outlive the object. Errors: see tls_check().
int tls_new(tls_t **tls, const config_t *config, char note[TLS_NOTE_MAX]);
void tls_destroy(tls_t **tls);

// When the certificate in use expires, in seconds since 1970.
int64_t tls_expiry_s(tls_t *tls);

// The SSL_CTX from which connections are created, valid until tls_destroy().
void *tls_context(const tls_t *tls);

#endif

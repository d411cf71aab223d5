// tls - the certificate and key of HTTPS, and how it is spoken.
//
// TLS 1.2 and 1.3, with forward secrecy and authenticated encryption alone; no
// renegotiation; sessions are resumed by tickets, so that nothing is kept for
// clients that went away. There is no Strict-Transport-Security: it would bind
// every port of the host, and this service speaks for one.
//
// A certificate that is renewed on disk is taken over while the service runs,
// for connections that begin later: once two looks at the files have found them
// the same, so that a half-written pair is left alone. A pair that is no good
// is reported, and the earlier one served on.
//
// Errors    0 or a negative errno, with one line for a person.
// Threads   One owner makes and destroys it; handshakes are on any thread.

#ifndef OCTOLOG_API_TLS_TLS_H
#define OCTOLOG_API_TLS_TLS_H

#include "actors/config/config.h"

#include <stdint.h>

#define TLS_NOTE_MAX 256

// Between two looks at the files; a handshake takes the look that is due.
#define TLS_LOOK_MS 500

typedef struct tls tls_t;

// "https" or "http": what a service of this configuration speaks.
const char *tls_scheme(const config_t *config);

// Looks at what http.certificate and http.private-key name, as tls_new() would.
// -EINVAL: a file cannot be read or is not what it must be, or the two do not
// belong together; -ENOMEM; `note` says which. 0: they will serve, or there are
// none to look at; `note` is empty, or a warning: it has expired, or is not
// valid yet.
int tls_check(const config_t *config, char note[TLS_NOTE_MAX]);

// Loads them; what tls_check() would warn of is reported. config must outlive
// it. Errors as of tls_check().
int tls_new(tls_t **tls, const config_t *config, char note[TLS_NOTE_MAX]);
void tls_destroy(tls_t **tls);

// When the certificate that is served now expires, in seconds UTC.
int64_t tls_expiry_s(tls_t *tls);

// The SSL_CTX that connections are made of, valid until tls_destroy().
void *tls_context(const tls_t *tls);

#endif

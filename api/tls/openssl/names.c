// CivetWeb finds OpenSSL with dlopen() and dlsym(), by names that OpenSSL 3 has
// given up: libssl.so and libcrypto.so, which Debian has in libssl-dev alone,
// and SSL_get_peer_certificate(), without which CivetWeb takes no TLS at all.
//
// So octolog is linked to this, twice: as a library that calls itself libssl.so
// and as one that calls itself libcrypto.so. dlopen() gives what is loaded
// under a name before it looks for files, with or without libssl-dev, and
// dlsym() looks through what a library is linked to: the OpenSSL that octolog
// has anyway. This is the one function that is missing there.
//
// Both are kept in a folder of octolog's own, which only its programs look
// into. A CivetWeb that knows the new names does not notice any of it.

#include <openssl/ssl.h>

#undef SSL_get_peer_certificate
X509 *SSL_get_peer_certificate(const SSL *connection);

// The caller owns the certificate, as with OpenSSL 1.1; NULL: there is none.
X509 *SSL_get_peer_certificate(const SSL *connection)
{
    return SSL_get1_peer_certificate(connection);
}

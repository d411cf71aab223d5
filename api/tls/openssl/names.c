// CivetWeb loads OpenSSL with dlopen() and dlsym(), under names that OpenSSL 3
// no longer has: libssl.so and libcrypto.so, which Debian ships only in
// libssl-dev, and SSL_get_peer_certificate(), without which CivetWeb disables
// TLS.
//
// So octolog is linked to this file twice: as a library with the soname
// libssl.so and as one with the soname libcrypto.so. dlopen() returns a library
// already loaded under that name before it searches for files, with or without
// libssl-dev, and dlsym() also searches the libraries it is linked to: the
// OpenSSL that octolog uses anyway. The one function missing there is here.
//
// Both libraries are in a folder that only octolog's programs search. They do
// not affect a CivetWeb that knows the new names.

#include <openssl/ssl.h>

#undef SSL_get_peer_certificate
X509 *SSL_get_peer_certificate(const SSL *connection);

// The caller owns the certificate, as with OpenSSL 1.1. NULL if there is none.
X509 *SSL_get_peer_certificate(const SSL *connection)
{
    return SSL_get1_peer_certificate(connection);
}

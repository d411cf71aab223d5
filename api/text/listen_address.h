// listen_address - finds the address to listen on, and explains failures.
//
// Errors    0 or a negative errno, with one line for people.
// Threads   Any.

#ifndef OCTOLOG_API_TEXT_LISTEN_ADDRESS_H
#define OCTOLOG_API_TEXT_LISTEN_ADDRESS_H

#include "actors/config/config.h"
#include "proto/base/failure.h"

#include <netinet/in.h>
#include <stddef.h>

typedef struct {
    char host[INET_ADDRSTRLEN]; // dotted decimal
    struct sockaddr_in socket;
} listen_address_t;

// Finds the IPv4 address of http.listen. -EAFNOSUPPORT: it is an IPv6 address.
// -EINVAL: no such host. -EPERM: it is not a loopback address, and config has
// neither a token nor http.open-to-all.
int listen_address_find(listen_address_t *address, const config_t *config,
                        failure_t *failure);

// Call after the server failed to listen there. Tries again and returns the
// negative errno with its text, or 0 if listening works now.
int listen_address_diagnose(const listen_address_t *address,
                            failure_t *failure);

#endif

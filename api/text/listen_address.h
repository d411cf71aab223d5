// listen_address - where the web server may listen, and why it cannot.
//
// Errors    0 or a negative errno, with one line for a person.
// Threads   Any.

#ifndef OCTOLOG_API_TEXT_LISTEN_ADDRESS_H
#define OCTOLOG_API_TEXT_LISTEN_ADDRESS_H

#include "actors/config/config.h"

#include <netinet/in.h>
#include <stddef.h>

typedef struct {
    char host[INET_ADDRSTRLEN]; // dotted
    struct sockaddr_in socket;
} listen_address_t;

// Finds the IPv4 address of http.listen. -EAFNOSUPPORT: an IPv6 one. -EINVAL:
// there is no such host. -EPERM: it is not the loopback, and config has neither
// a token nor http.open-to-all.
int listen_address_find(listen_address_t *address, const config_t *config,
                        char *reason, size_t capacity);

// After the server could not listen there: the errno of trying again and its
// words. 0 when nothing speaks against it any more.
int listen_address_diagnose(const listen_address_t *address, char *reason,
                            size_t capacity);

#endif

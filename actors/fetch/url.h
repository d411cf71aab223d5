// fetch_url - which URLs may be requested, and which may get the token.
//
// URLs come from the configuration and from the server (Link, Location), so
// each is checked before it is used: http or https, a host, no user part, no
// blank, control character or backslash, and short enough.
//
// Pure: no network, no name lookup.
//
// Errors    false, or a negative errno; outputs are unchanged on failure.
// Memory    Nothing is kept.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_FETCH_URL_H
#define OCTOLOG_ACTORS_FETCH_URL_H

#include "proto/base/slice.h"

#include <stdbool.h>

// The size of the longest URL allowed, including its terminator.
#define FETCH_URL_MAX 2048

// The parts of a valid URL; they point into it.
typedef struct {
    bool https;
    slice_t host; // with its port, if given
    slice_t rest; // path and query; may be empty
} fetch_url_t;

// -EINVAL: it fails one of the checks above.
int fetch_url_parse(fetch_url_t *parts, const char *url);

// What is wrong with a URL in the configuration, to print after it ("has no
// host"); NULL: nothing. A URL with a fragment is refused too: it is never sent
// to a server.
const char *fetch_url_mistake(const char *url);

// Writes the URL of a source's first page: the configured URL, with
// per_page=100 unless it has a per_page (GitHub's default is 30). -EINVAL,
// -ENAMETOOLONG.
int fetch_url_first_page(char url[FETCH_URL_MAX], const char *source);

// Resolves the URL in a Link or Location header of a response from `from`:
// absolute, or beginning with a slash. -EINVAL, -ENAMETOOLONG.
int fetch_url_resolve(char url[FETCH_URL_MAX], const char *from, slice_t text);

// Whether a response from `from` may redirect us to `to`: the same host, never
// from https to http; or api.github.com over https.
bool fetch_url_may_follow(const char *from, const char *to);

// Whether a token may be sent with a request for this URL, which must be on the
// host of a configured source: over https, or to this machine (tests and
// proxies), but never unencrypted over a network.
bool fetch_url_may_carry_token(const char *url);

#endif

// fetch_url - which URL to ask, and where the secrets may go.
//
// URLs come from the configuration and from the far side (Link, Location), so
// each is checked before it is used: http or https, a host, no user part, no
// blank, control character or backslash, and short enough.
//
// Pure: no network, no name is looked up.
//
// Errors    false, or a negative errno; outputs untouched.
// Memory    Nothing is kept.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_FETCH_URL_H
#define OCTOLOG_ACTORS_FETCH_URL_H

#include "proto/base/slice.h"

#include <stdbool.h>

// The longest URL that is followed, its terminator included.
#define FETCH_URL_MAX 2048

// The parts of a URL that passed the checks; they point into it.
typedef struct {
    bool https;
    slice_t host; // with its port, when one is written
    slice_t rest; // path and query; may be empty
} fetch_url_t;

// -EINVAL: it fails one of the checks above.
int fetch_url_parse(fetch_url_t *parts, const char *url);

// What is wrong with a URL as the configuration names it, to stand after it in
// a sentence ("has no host"); NULL: nothing. One with a fragment is refused,
// too: a server never sees it.
const char *fetch_url_mistake(const char *url);

// Writes the URL of a source's first page: as configured, and with
// per_page=100 unless it names a per_page itself (GitHub's default is 30).
// -EINVAL, -ENAMETOOLONG.
int fetch_url_first_page(char url[FETCH_URL_MAX], const char *source);

// Writes the URL that a Link or Location header of an answer from `from`
// means: absolute, or beginning with a slash. -EINVAL, -ENAMETOOLONG.
int fetch_url_resolve(char url[FETCH_URL_MAX], const char *from, slice_t text);

// Whether an answer from `from` may send us to `to`: to the same host, never
// from https down to http; or to api.github.com over https.
bool fetch_url_may_follow(const char *from, const char *to);

// Whether a token may go out with a request for this URL, known to be on the
// host of a configured source: over https, or to this machine itself (tests
// and proxies), never over the network in the clear.
bool fetch_url_may_carry_token(const char *url);

#endif

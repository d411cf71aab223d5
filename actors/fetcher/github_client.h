// github_client - sends requests to GitHub and returns the responses.
//
// The only file that uses libcurl. It blocks only in github_client_wait(). It
// judges no response and retries nothing: that is up to the plan (plan.h).
//
// Limits    Only http and https; redirects are not followed; TLS certificates
//           are verified; a body or header over its bound ends the transfer.
// Errors    0 or a negative errno; a failed transfer has an error text in its
//           answer.
// Memory    Requests are copied. The receiver owns an answer's body.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCHER_GITHUB_CLIENT_H
#define OCTOLOG_ACTORS_FETCHER_GITHUB_CLIENT_H

#include "actors/fetch/headers.h"
#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

// Bytes of all headers of one response. GitHub's take about 2 KB.
#define GITHUB_CLIENT_HEADER_BYTES ((size_t)64 * 1024)

typedef struct github_client github_client_t;

typedef struct {
    int timeout_ms;        // for one request, from start to last byte
    size_t max_body_bytes; // after decompression
} github_client_options_t;

// What to send. All strings except the URL may be NULL.
typedef struct {
    const char *url;
    const char *token; // a secret; never part of a returned text
    const char *etag;
    const char *last_modified;
} github_client_request_t;

typedef struct {
    size_t tag;        // as given with the request
    int status;        // HTTP; 0: no response
    const char *error; // why the transfer failed, a constant; NULL: complete
    fetch_headers_t headers;
    buffer_t body; // owned by the receiver, even with an error
} github_client_answer_t;

// -ENOMEM.
int github_client_new(github_client_t **client,
                      const github_client_options_t *options);

// Ends transfers in progress without an answer.
void github_client_destroy(github_client_t **client);

// Starts a transfer. -EINVAL: a string has a control character, which a header
// cannot contain. -ENOMEM.
int github_client_start(github_client_t *client,
                        const github_client_request_t *request, size_t tag);

// The number of transfers in progress or with an answer not yet taken.
size_t github_client_active(const github_client_t *client);

// Advances the transfers and takes the answer of one that has ended; false:
// none has. Call it until it returns false.
bool github_client_next(github_client_t *client,
                        github_client_answer_t *answer);

// Waits until a transfer can continue, a descriptor is readable, or the time is
// over. Only the first GITHUB_CLIENT_FDS_MAX descriptors are watched.
#define GITHUB_CLIENT_FDS_MAX 8
void github_client_wait(github_client_t *client, const int *fds, size_t count,
                        int timeout_ms);

// Ends all transfers without an answer.
void github_client_abort(github_client_t *client);

#endif

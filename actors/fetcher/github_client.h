// github_client - sends requests to GitHub and brings back the answers.
//
// The only place that knows libcurl. It never blocks but in
// github_client_wait(), judges no answer and retries nothing: that is
// fetch_plan's.
//
// Limits    http and https only, redirects are not followed, TLS certificates
//           are verified, a body or header over its bound ends the transfer.
// Errors    0 or a negative errno; what goes wrong in a transfer is text in
//           its answer.
// Memory    Requests are copied. An answer's body is the receiver's.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCHER_GITHUB_CLIENT_H
#define OCTOLOG_ACTORS_FETCHER_GITHUB_CLIENT_H

#include "actors/fetch/headers.h"
#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

// All headers of one answer together. GitHub's take about 2 KB.
#define GITHUB_CLIENT_HEADER_BYTES ((size_t)64 * 1024)

typedef struct github_client github_client_t;

typedef struct {
    int timeout_ms;        // for one request, from its start to its last byte
    size_t max_body_bytes; // after decompression
} github_client_options_t;

// What to send. Texts may be NULL but for the URL.
typedef struct {
    const char *url;
    const char *token; // a secret; never part of any text that comes back
    const char *etag;
    const char *last_modified;
} github_client_request_t;

typedef struct {
    size_t tag;        // as given with the request
    int status;        // HTTP; 0: no answer came
    const char *error; // constant text: the transfer failed; NULL: it is whole
    fetch_headers_t headers;
    buffer_t body; // owned by the receiver, also with an error
} github_client_answer_t;

// -ENOMEM.
int github_client_new(github_client_t **client,
                      const github_client_options_t *options);

// Ends what is under way, without an answer.
void github_client_destroy(github_client_t **client);

// Begins a transfer. -EINVAL: a text with a control character, which no header
// can carry. -ENOMEM.
int github_client_start(github_client_t *client,
                        const github_client_request_t *request, size_t tag);

// Transfers under way, or with an answer not yet taken.
size_t github_client_active(const github_client_t *client);

// Moves the transfers on and takes the answer of one that ended; false: none
// has. Call until it says false.
bool github_client_next(github_client_t *client,
                        github_client_answer_t *answer);

// Sleeps until a transfer can move on, one of the descriptors can be read, or
// the time is over. At most GITHUB_CLIENT_FDS_MAX of them are looked at.
#define GITHUB_CLIENT_FDS_MAX 8
void github_client_wait(github_client_t *client, const int *fds, size_t count,
                        int timeout_ms);

// Ends all that is under way, without an answer.
void github_client_abort(github_client_t *client);

#endif

// request_log - one JSON line a request, for tests of a client's manners.
//
//   number, time (simulated), method, path, query, link ("first", "followed"
//   or "built": whether the page's URL came from a Link header), user_agent,
//   accept, api_version, token (a fingerprint, never the token itself),
//   if_none_match, status, fault, delivered (all of the answer was sent),
//   quota_remaining, events (ids on the page, none where its JSON is broken)
//
// Absent headers are null. Lines stand in the order in which answers ended.
//
// Errors    0 or -ENOMEM, -EIO: nothing, or half a line, was written.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_REQUEST_LOG_H
#define OCTOLOG_TOOLS_SIM_REQUEST_LOG_H

#include "tools/sim/github.h"

#include <stdio.h>

int request_log_write(FILE *file, const github_request_t *request,
                      const github_reply_t *reply, bool delivered);

#endif

// request_log - logs requests, one line of JSON each, to test the behaviour of
// clients.
//
//   number, time (simulated), method, path, query, link ("first", "followed"
//   or "built": whether the page's URL came from a Link header), user_agent,
//   accept, api_version, token (a fingerprint, never the token itself),
//   if_none_match, status, fault, delivered (the whole response was sent),
//   quota_remaining, events (ids on the page; none if its JSON is broken)
//
// Absent headers are null. Lines are in the order in which responses ended.
//
// Errors    0 or -ENOMEM, -EIO: nothing or only part of a line was written.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_REQUEST_LOG_H
#define OCTOLOG_TOOLS_SIM_REQUEST_LOG_H

#include "tools/sim/github.h"

#include <stdio.h>

int request_log_write(FILE *file, const github_request_t *request,
                      const github_reply_t *reply, bool delivered);

#endif

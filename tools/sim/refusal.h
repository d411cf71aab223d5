// refusal - GitHub's responses without events: status and JSON message.
//
// Errors    Out of memory shows in the buffers.
// Threads   Any, one per buffer.

#ifndef OCTOLOG_TOOLS_SIM_REFUSAL_H
#define OCTOLOG_TOOLS_SIM_REFUSAL_H

#include "tools/sim/github_types.h"

// "Not Modified" for 304.
const char *refusal_reason(int status);

// {"message": ..., "documentation_url": ..., "status": "..."}
void refusal_write(github_reply_t *reply, int status, const char *message);

// GitHub's 403 for a request without User-Agent, which is not JSON.
void refusal_no_agent(github_reply_t *reply);

void refusal_primary(github_reply_t *reply, const char *address);

void refusal_moved(github_reply_t *reply, const char *host, const char *path);

// Writes the refusal for this fault; false: it is not a refusal.
bool refusal_fault(github_reply_t *reply, const github_request_t *request,
                   uint32_t wait_s);

#endif

#include "proto/event/event.h"

#include <stdlib.h>

// The names of an event_t: type, action, repository, actor and organisation.
#define NAMES 5

#define NAME(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }

// Indexed by code.
static const slice_t s_types[EVENT_TYPES] = {
    [EVENT_TYPE_COMMIT_COMMENT] = NAME("CommitCommentEvent"),
    [EVENT_TYPE_CREATE] = NAME("CreateEvent"),
    [EVENT_TYPE_DELETE] = NAME("DeleteEvent"),
    [EVENT_TYPE_DISCUSSION] = NAME("DiscussionEvent"),
    [EVENT_TYPE_FORK] = NAME("ForkEvent"),
    [EVENT_TYPE_GOLLUM] = NAME("GollumEvent"),
    [EVENT_TYPE_ISSUE_COMMENT] = NAME("IssueCommentEvent"),
    [EVENT_TYPE_ISSUES] = NAME("IssuesEvent"),
    [EVENT_TYPE_MEMBER] = NAME("MemberEvent"),
    [EVENT_TYPE_PUBLIC] = NAME("PublicEvent"),
    [EVENT_TYPE_PULL_REQUEST] = NAME("PullRequestEvent"),
    [EVENT_TYPE_PULL_REQUEST_REVIEW] = NAME("PullRequestReviewEvent"),
    [EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT] =
        NAME("PullRequestReviewCommentEvent"),
    [EVENT_TYPE_PULL_REQUEST_REVIEW_THREAD] =
        NAME("PullRequestReviewThreadEvent"),
    [EVENT_TYPE_PUSH] = NAME("PushEvent"),
    [EVENT_TYPE_RELEASE] = NAME("ReleaseEvent"),
    [EVENT_TYPE_SPONSORSHIP] = NAME("SponsorshipEvent"),
    [EVENT_TYPE_WATCH] = NAME("WatchEvent"),
    [EVENT_TYPE_DOWNLOAD] = NAME("DownloadEvent"),
    [EVENT_TYPE_FOLLOW] = NAME("FollowEvent"),
    [EVENT_TYPE_FORK_APPLY] = NAME("ForkApplyEvent"),
    [EVENT_TYPE_GIST] = NAME("GistEvent"),
    [EVENT_TYPE_TEAM_ADD] = NAME("TeamAddEvent"),
};

static const slice_t s_actions[EVENT_ACTIONS] = {
    [EVENT_ACTION_OPENED] = NAME("opened"),
    [EVENT_ACTION_CLOSED] = NAME("closed"),
    [EVENT_ACTION_MERGED] = NAME("merged"),
    [EVENT_ACTION_REOPENED] = NAME("reopened"),
    [EVENT_ACTION_LABELED] = NAME("labeled"),
    [EVENT_ACTION_UNLABELED] = NAME("unlabeled"),
    [EVENT_ACTION_ASSIGNED] = NAME("assigned"),
    [EVENT_ACTION_UNASSIGNED] = NAME("unassigned"),
    [EVENT_ACTION_SYNCHRONIZE] = NAME("synchronize"),
    [EVENT_ACTION_EDITED] = NAME("edited"),
    [EVENT_ACTION_CREATED] = NAME("created"),
    [EVENT_ACTION_DELETED] = NAME("deleted"),
    [EVENT_ACTION_STARTED] = NAME("started"),
    [EVENT_ACTION_PUBLISHED] = NAME("published"),
    [EVENT_ACTION_ADDED] = NAME("added"),
    [EVENT_ACTION_REVIEW_REQUESTED] = NAME("review_requested"),
    [EVENT_ACTION_UPDATED] = NAME("updated"),
    [EVENT_ACTION_DISMISSED] = NAME("dismissed"),
};

event_t *event_copy(const event_t *event)
{
    const size_t bytes = event->type_name.bytes + event->action_name.bytes +
                         event->repo_name.bytes + event->actor_login.bytes +
                         event->org_login.bytes;
    event_t *copy = malloc(sizeof *copy + bytes);
    if (!copy)
        return NULL;
    *copy = *event;
    slice_t *const names[NAMES] = {&copy->type_name, &copy->action_name,
                                   &copy->repo_name, &copy->actor_login,
                                   &copy->org_login};
    char *at = (char *)(copy + 1);
    for (size_t i = 0; i < NAMES; i++) {
        slice_t *name = names[i];
        if (name->bytes > 0)
            memcpy(at, name->data, name->bytes);
        name->data = at;
        at += name->bytes;
    }
    return copy;
}

// The lists are short and most names differ in length, so a linear search takes
// a few nanoseconds.
static uint8_t s_code(const slice_t *names, uint8_t count, slice_t name)
{
    for (uint8_t code = 1; code < count; code++)
        if (slice_equal(names[code], name))
            return code;
    return EVENT_OTHER;
}

uint8_t event_type_code(slice_t name)
{
    return s_code(s_types, EVENT_TYPES, name);
}

const char *event_type_name(uint8_t code)
{
    return code < EVENT_TYPES ? s_types[code].data : NULL;
}

uint8_t event_action_code(slice_t name)
{
    return s_code(s_actions, EVENT_ACTIONS, name);
}

const char *event_action_name(uint8_t code)
{
    return code < EVENT_ACTIONS ? s_actions[code].data : NULL;
}

bool event_is_full_name(slice_t name)
{
    const char *slash = name.bytes ? memchr(name.data, '/', name.bytes) : NULL;
    return slash && slash > name.data && slash < name.data + name.bytes - 1;
}

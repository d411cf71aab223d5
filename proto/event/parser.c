#include "proto/event/parser.h"

#include "proto/base/time_text.h"
#include "proto/json/json.h"

#include <errno.h>
#include <stdlib.h>

struct event_parser {
    json_t *json;
    char repo_name[EVENT_NAME_MAX]; // joined from owner and name
};

event_parser_t *event_parser_new(void)
{
    event_parser_t *parser = calloc(1, sizeof *parser);
    if (!parser)
        return NULL;
    parser->json = json_new(EVENT_JSON_MAX);
    if (!parser->json)
        event_parser_destroy(&parser);
    return parser;
}

void event_parser_destroy(event_parser_t **parser)
{
    if (!*parser)
        return;
    json_destroy(&(*parser)->json);
    free(*parser);
    *parser = NULL;
}

static bool s_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static slice_t s_trim(slice_t text)
{
    while (text.bytes > 0 && s_is_blank(text.data[0]))
        text = slice(text.data + 1, text.bytes - 1);
    while (text.bytes > 0 && s_is_blank(text.data[text.bytes - 1]))
        text.bytes--;
    return text;
}

// Parses a decimal number that fits into u64; anything else is 0, "no id".
static uint64_t s_decimal(slice_t text)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return 0;
        number = number * 10 + digit;
    }
    return number;
}

// The member's number, sent as a number or as text; 0 if absent.
static uint64_t s_id(json_value_t object, const char *name)
{
    json_value_t member;
    uint64_t number = 0;
    slice_t text;
    if (!json_member(object, name, &member) || json_u64(member, &number))
        return number;
    return json_text(member, &text) ? s_decimal(text) : 0;
}

// The member's text; empty if absent.
static slice_t s_text(json_value_t object, const char *name)
{
    json_value_t member;
    slice_t text = slice(NULL, 0);
    if (json_member(object, name, &member))
        json_text(member, &text);
    return text;
}

static bool s_object(json_value_t object, const char *name,
                     json_value_t *member)
{
    return json_member(object, name, member) && json_is_object(*member);
}

// Reads a text that every event must have.
static const char *s_required(json_value_t event, const char *name,
                              slice_t *text, const char *if_missing,
                              const char *if_other)
{
    json_value_t member;
    if (!json_member(event, name, &member) || json_is_null(member))
        return if_missing;
    if (!json_text(member, text) || text->bytes == 0)
        return if_other;
    return NULL;
}

// Reads the account `name`: {id, login} or, in old schemas, the bare login.
static void s_read_account(json_value_t event, const char *name, uint64_t *id,
                           slice_t *login)
{
    json_value_t account;
    if (s_object(event, name, &account)) {
        *id = s_id(account, "id");
        *login = s_text(account, "login");
    } else {
        *login = s_text(event, name);
    }
}

static void s_read_actor(json_value_t root, event_t *event)
{
    json_value_t attributes;
    s_read_account(root, "actor", &event->actor_id, &event->actor_login);
    if (event->actor_login.bytes == 0 &&
        s_object(root, "actor_attributes", &attributes))
        event->actor_login = s_text(attributes, "login");
}

// Joins "owner/name" in the parser's memory.
static const char *s_join_name(event_parser_t *parser, slice_t owner,
                               slice_t name, slice_t *joined)
{
    size_t bytes = owner.bytes + 1 + name.bytes;
    if (bytes > EVENT_NAME_MAX)
        return "a name is too long";
    memcpy(parser->repo_name, owner.data, owner.bytes);
    parser->repo_name[owner.bytes] = '/';
    memcpy(parser->repo_name + owner.bytes + 1, name.data, name.bytes);
    *joined = slice(parser->repo_name, bytes);
    return NULL;
}

// Reads `repository` as of 2012 to 2014 and in webhooks: the owner is separate,
// as a text or an account.
static const char *s_read_repository(event_parser_t *parser,
                                     json_value_t repository, event_t *event)
{
    event->repo_id = s_id(repository, "id");
    event->repo_name = s_text(repository, "full_name");
    if (event->repo_name.bytes > 0)
        return NULL;
    json_value_t owner;
    slice_t owner_name = s_text(repository, "owner");
    if (s_object(repository, "owner", &owner)) {
        owner_name = s_text(owner, "login");
        if (owner_name.bytes == 0)
            owner_name = s_text(owner, "name");
    }
    slice_t name = s_text(repository, "name");
    if (owner_name.bytes == 0 || name.bytes == 0)
        return NULL;
    return s_join_name(parser, owner_name, name, &event->repo_name);
}

static const char *s_read_repo(event_parser_t *parser, json_value_t root,
                               event_t *event)
{
    json_value_t repo;
    if (!s_object(root, "repo", &repo))
        return s_object(root, "repository", &repo)
                   ? s_read_repository(parser, repo, event)
                   : NULL;
    event->repo_id = s_id(repo, "id");
    event->repo_name = s_text(repo, "name");
    // In 2011 events without a repository had the name "/" and no id.
    if (event->repo_id == 0 && slice_equal(event->repo_name, slice_of("/")))
        event->repo_name = slice(NULL, 0);
    return NULL;
}

// Until October 2025 a merge was sent as "closed" with merged true.
static bool s_is_merge(json_value_t payload, const event_t *event)
{
    json_value_t pull_request, merged;
    return event->type == EVENT_TYPE_PULL_REQUEST &&
           event->action == EVENT_ACTION_CLOSED &&
           s_object(payload, "pull_request", &pull_request) &&
           json_member(pull_request, "merged", &merged) && json_is_true(merged);
}

static void s_read_action(json_value_t root, event_t *event)
{
    json_value_t payload;
    if (!s_object(root, "payload", &payload))
        return;
    event->action_name = s_text(payload, "action");
    if (event->action_name.bytes == 0)
        return;
    event->action = event_action_code(event->action_name);
    if (s_is_merge(payload, event)) {
        event->action = EVENT_ACTION_MERGED;
        event->action_name = slice_of(event_action_name(EVENT_ACTION_MERGED));
    }
}

static const char *s_read_type_and_time(json_value_t root, event_t *event)
{
    slice_t created_at = slice(NULL, 0);
    const char *wrong = s_required(root, "type", &event->type_name,
                                   "type is missing", "type is not a name");
    if (!wrong)
        wrong = s_required(root, "created_at", &created_at,
                           "created_at is missing", "created_at is not a time");
    if (wrong)
        return wrong;
    if (time_text_parse(created_at, &event->created_at) != 0)
        return "created_at is not a time";
    event->type = event_type_code(event->type_name);
    return NULL;
}

static const char *s_check_names(const event_t *event)
{
    bool fit = event->type_name.bytes <= EVENT_NAME_MAX &&
               event->action_name.bytes <= EVENT_NAME_MAX &&
               event->repo_name.bytes <= EVENT_NAME_MAX &&
               event->actor_login.bytes <= EVENT_NAME_MAX &&
               event->org_login.bytes <= EVENT_NAME_MAX;
    return fit ? NULL : "a name is too long";
}

static const char *s_read_event(event_parser_t *parser, json_value_t root,
                                event_t *event)
{
    const char *wrong = s_read_type_and_time(root, event);
    if (!wrong)
        wrong = s_read_repo(parser, root, event);
    if (wrong)
        return wrong;
    event->id = s_id(root, "id");
    s_read_actor(root, event);
    s_read_account(root, "org", &event->org_id, &event->org_login);
    s_read_action(root, event);
    return s_check_names(event);
}

int event_parser_parse(event_parser_t *parser, slice_t json, event_t *event,
                       const char **reason)
{
    slice_t text = s_trim(json);
    json_value_t root;
    int rc = json_parse(parser->json, text, &root, reason);
    if (rc)
        return rc;
    event_t read = {.json = text};
    const char *wrong = json_is_object(root) ? s_read_event(parser, root, &read)
                                             : "not a JSON object";
    if (wrong) {
        *reason = wrong;
        return -EBADMSG;
    }
    *event = read;
    return 0;
}

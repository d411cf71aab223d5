#include "tools/sim/payload.h"

#include "proto/event/event.h"
#include "tools/sim/json_format.h"

#include <assert.h>

#define API "https://api.github.com/repos/"
#define WEB "https://github.com/"

static const char *s_branch(const payload_facts_t *facts)
{
    return facts->shape == OBJECTS_2026 ? "main" : "master";
}

// A branch or tag name.
static const char *s_ref(dice_t *dice)
{
    static const char *const refs[] = {
        "main",           "develop",       "feature/login",
        "fix/issue-1042", "release/2.4",   "dependabot/npm/lodash-4.17.21",
        "gh-pages",       "user/try-this", "funktion/größe"};
    return refs[dice_below(dice, sizeof refs / sizeof refs[0])];
}

static void s_commits(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    static const uint8_t counts[] = {1, 1, 1, 1, 1, 1, 2, 2, 3, 8};
    uint32_t count = counts[dice_below(dice, sizeof counts)];
    json_format(out, ",'size':%u,'distinct_size':%u,'commits':[",
                (uint64_t)count, (uint64_t)count);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = facts->serial * 16 + i;
        json_format(out,
                    "%r{'sha':'%h','author':{'email':'%r@example.org',"
                    "'name':'%r'},'message':'%r','distinct':true,"
                    "'url':'" API "%r/commits/%h'}",
                    i > 0 ? "," : "", hash, facts->actor->login,
                    facts->actor->login, objects_line(dice),
                    facts->repo->full_name, hash);
    }
    json_format(out, "]");
}

static void s_push(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    const char *ref = dice_below(dice, 4) > 0 ? s_branch(facts) : s_ref(dice);
    if (facts->shape == OBJECTS_2026)
        json_format(out, "'repository_id':%u,", facts->repo->id);
    json_format(out,
                "'push_id':%u,'ref':'refs/heads/%r','head':'%h','before':'%h'",
                27920000000 + facts->serial, ref, facts->serial * 16,
                facts->serial * 16 - 1);
    if (facts->shape == OBJECTS_2016)
        s_commits(out, facts, dice);
}

static void s_create(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    bool repo = dice_below(dice, 3) == 0;
    const char *ref = s_ref(dice);
    if (repo)
        json_format(out, "'ref':null,'ref_type':'repository',");
    else
        json_format(out, "'ref':'%r','ref_type':'branch',", ref);
    if (!repo && facts->shape == OBJECTS_2026)
        json_format(out, "'full_ref':'refs/heads/%r',", ref);
    json_format(out, "'master_branch':'%r','description':", s_branch(facts));
    if (dice_below(dice, 3) == 0)
        json_format(out, "'%r'", objects_line(dice));
    else
        json_format(out, "null");
    json_format(out, ",'pusher_type':'user'");
}

static void s_delete(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    const char *ref = s_ref(dice);
    json_format(out, "'ref':'%r','ref_type':'branch',", ref);
    if (facts->shape == OBJECTS_2026)
        json_format(out, "'full_ref':'refs/heads/%r',", ref);
    json_format(out, "'pusher_type':'user'");
}

static void s_side(buffer_t *out, const payload_facts_t *facts, const char *ref,
                   uint64_t hash)
{
    const names_repo_t *repo = facts->repo;
    if (facts->shape == OBJECTS_2026) {
        json_format(out,
                    "{'ref':'%r','sha':'%h','repo':{'id':%u,'url':'" API
                    "%r','name':'%r'}}",
                    ref, hash, repo->id, repo->full_name,
                    names_repo_name(repo));
        return;
    }
    json_format(out, "{'label':'%r:%r','ref':'%r','sha':'%h','user':",
                repo->owner.login, ref, ref, hash);
    objects_user(out, facts->shape, &repo->owner);
    json_format(out, ",'repo':");
    objects_repo(out, facts->shape, repo, facts->created_at);
    json_format(out, "}");
}

static void s_sides(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    json_format(out, ",'head':");
    s_side(out, facts, s_ref(dice), facts->pull_id + facts->serial);
    json_format(out, ",'base':");
    s_side(out, facts, s_branch(facts), facts->pull_id);
}

static void s_pull_open(buffer_t *out, const payload_facts_t *facts)
{
    json_format(out, "'pull_request':{'url':'" API "%r/pulls/%u','id':%u,",
                facts->repo->full_name, (uint64_t)facts->number,
                facts->pull_id);
    json_format(out, "'number':%u", (uint64_t)facts->number);
}

static void s_pull_urls(buffer_t *out, const payload_facts_t *facts)
{
    static const char *const links[][3] = {
        {"html_url", "https://github.com/", "/pull/"},
        {"issue_url", API, "/issues/"},
        {"commits_url", API, "/commits/"},
        {"comments_url", API, "/comments/"},
        {"statuses_url", API, "/statuses/"},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        json_format(out, ",'%r':'%r%r%r%u'", links[i][0], links[i][1],
                    facts->repo->full_name, links[i][2],
                    (uint64_t)facts->number);
}

// Members of a pull request, besides head and base, until October 2025.
static void s_pull_full(buffer_t *out, const payload_facts_t *facts,
                        dice_t *dice)
{
    bool closed = strcmp(facts->action, "closed") == 0;
    s_pull_urls(out, facts);
    json_format(out, ",'state':'%r','locked':false,'title':'%r','user':",
                closed ? "closed" : "open", objects_line(dice));
    objects_user(out, facts->shape, facts->actor);
    json_format(out, ",'body':'");
    objects_text(out, dice, 1 + dice_below(dice, 8));
    json_format(
        out,
        "','created_at':'%t','updated_at':'%t','merged':%b,"
        "'mergeable':null,'comments':%u,'commits':%u,'additions':%u,"
        "'deletions':%u,'changed_files':%u,'merged_by':",
        facts->created_at - 600, facts->created_at, facts->merged,
        (uint64_t)dice_below(dice, 5), 1 + (uint64_t)dice_below(dice, 5),
        (uint64_t)dice_below(dice, 900), (uint64_t)dice_below(dice, 400),
        1 + (uint64_t)dice_below(dice, 30));
    if (facts->merged)
        objects_user(out, facts->shape, facts->actor);
    else
        json_format(out, "null");
}

static void s_label(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    static const char *const labels[] = {"bug",          "enhancement",
                                         "dependencies", "good first issue",
                                         "größer",       "area/api"};
    uint32_t label = dice_below(dice, 6);
    json_format(out,
                "'label':{'id':%u,'url':'" API "%r/labels/%u','name':'%r',"
                "'color':'ededed','default':false,'description':null},",
                2000000000 + (uint64_t)label, facts->repo->full_name,
                (uint64_t)label, labels[label]);
}

static void s_pull(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    json_format(out, "'action':'%r','number':%u,", facts->action,
                (uint64_t)facts->number);
    if (strstr(facts->action, "labeled"))
        s_label(out, facts, dice);
    s_pull_open(out, facts);
    s_sides(out, facts, dice);
    if (facts->shape == OBJECTS_2016)
        s_pull_full(out, facts, dice);
    json_format(out, "}");
}

static void s_issue(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    const objects_issue_t issue = {.repo = facts->repo,
                                   .author = facts->actor,
                                   .number = facts->number,
                                   .id = 5131000000 + facts->serial,
                                   .created_at = facts->created_at - 1,
                                   .open = true};
    json_format(out, "'action':'%r','issue':", facts->action);
    objects_issue(out, facts->shape, &issue, dice);
}

static void s_comment(buffer_t *out, const payload_facts_t *facts, dice_t *dice,
                      const char *kind)
{
    uint64_t id = 3650000000 + facts->serial;
    json_format(out,
                "'comment':{'url':'" API "%r/%r/comments/%u','id':%u,"
                "'html_url':'" WEB "%r/%r/%u#comment-%u','user':",
                facts->repo->full_name, kind, id, id, facts->repo->full_name,
                kind, (uint64_t)facts->number, id);
    objects_user(out, facts->shape, facts->actor);
    json_format(out, ",'created_at':'%t','updated_at':'%t','body':'",
                facts->created_at, facts->created_at);
    objects_text(out, dice, 1 + dice_below(dice, 20));
    json_format(out, "'}");
}

static void s_issue_comment(buffer_t *out, const payload_facts_t *facts,
                            dice_t *dice)
{
    s_issue(out, facts, dice);
    json_format(out, ",");
    s_comment(out, facts, dice, "issues");
}

static void s_review(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    uint64_t id = 4917000000 + facts->serial;
    json_format(out, "'action':'created','review':{'id':%u,'user':", id);
    objects_user(out, facts->shape, facts->actor);
    json_format(out,
                ",'body':null,'commit_id':'%h','submitted_at':'%t',"
                "'state':'approved','html_url':'" WEB
                "%r/pull/%u#pullrequestreview-%u'},",
                facts->serial, facts->created_at, facts->repo->full_name,
                (uint64_t)facts->number, id);
    s_pull_open(out, facts);
    s_sides(out, facts, dice);
    json_format(out, "}");
}

static void s_review_comment(buffer_t *out, const payload_facts_t *facts,
                             dice_t *dice)
{
    json_format(out, "'action':'created',");
    s_comment(out, facts, dice, "pulls");
    json_format(out, ",");
    s_pull_open(out, facts);
    s_sides(out, facts, dice);
    if (facts->shape == OBJECTS_2016)
        s_pull_full(out, facts, dice);
    json_format(out, "}");
}

static void s_fork(buffer_t *out, const payload_facts_t *facts)
{
    if (facts->shape == OBJECTS_2026)
        json_format(out, "'action':'forked',");
    json_format(out, "'forkee':");
    objects_fork(out, facts->shape, facts->repo, facts->actor,
                 1315000000 + facts->serial, facts->created_at);
}

static void s_release(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    uint64_t id = 283000000 + facts->serial;
    json_format(out,
                "'action':'published','release':{'url':'" API
                "%r/releases/%u','id':%u,'author':",
                facts->repo->full_name, id, id);
    objects_user(out, facts->shape, facts->actor);
    json_format(out,
                ",'tag_name':'v%u.%u','target_commitish':'%r','name':null,"
                "'draft':false,'prerelease':false,'created_at':'%t',"
                "'published_at':'%t','assets':[],'body':'",
                facts->serial % 7, facts->serial % 13, s_branch(facts),
                facts->created_at - 30, facts->created_at);
    objects_text(out, dice, 1 + dice_below(dice, 50));
    json_format(out, "'}");
}

static void s_member(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    names_user_t member;
    names_person(dice_below(dice, NAMES_USERS), &member);
    json_format(out, "'member':");
    objects_user(out, facts->shape, &member);
    json_format(out, ",'action':'added'");
}

static void s_gollum(buffer_t *out, const payload_facts_t *facts)
{
    json_format(out,
                "'pages':[{'page_name':'Home','title':'Home','summary':null,"
                "'action':'edited','sha':'%h','html_url':'" WEB
                "%r/wiki/Home'}]",
                facts->serial, facts->repo->full_name);
}

void payload_write(buffer_t *out, const payload_facts_t *facts, dice_t *dice)
{
    json_format(out, "{");
    switch (facts->type) {
    case EVENT_TYPE_PUSH:
        s_push(out, facts, dice);
        break;
    case EVENT_TYPE_CREATE:
        s_create(out, facts, dice);
        break;
    case EVENT_TYPE_DELETE:
        s_delete(out, facts, dice);
        break;
    case EVENT_TYPE_PULL_REQUEST:
        s_pull(out, facts, dice);
        break;
    case EVENT_TYPE_ISSUES:
        s_issue(out, facts, dice);
        break;
    case EVENT_TYPE_ISSUE_COMMENT:
        s_issue_comment(out, facts, dice);
        break;
    case EVENT_TYPE_PULL_REQUEST_REVIEW:
        s_review(out, facts, dice);
        break;
    case EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT:
        s_review_comment(out, facts, dice);
        break;
    case EVENT_TYPE_COMMIT_COMMENT:
        s_comment(out, facts, dice, "commits");
        break;
    case EVENT_TYPE_WATCH:
        json_format(out, "'action':'started'");
        break;
    case EVENT_TYPE_FORK:
        s_fork(out, facts);
        break;
    case EVENT_TYPE_RELEASE:
        s_release(out, facts, dice);
        break;
    case EVENT_TYPE_MEMBER:
        s_member(out, facts, dice);
        break;
    case EVENT_TYPE_GOLLUM:
        s_gollum(out, facts);
        break;
    default:
        assert(facts->type == EVENT_TYPE_PUBLIC);
    }
    json_format(out, "}");
}

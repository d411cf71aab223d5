#include "tools/sim/objects.h"

#include "tools/sim/json_format.h"

#include <stdio.h>

#define API  "https://api.github.com"
#define WEB  "https://github.com"
#define FACE "https://avatars.githubusercontent.com/u/"

// Already JSON text: escapes are sent as they are.
static const char *const s_lines[] = {
    "Fix crash when the input is empty",
    "Update dependencies",
    "Add a test for the slow path and say why it is slow",
    "Merge branch 'main' into feature/login",
    "WIP",
    "Bump version to 2.4.1",
    "\\u043e\\u0448\\u0438\\u0431\\u043a\\u0430 \\u2116 7",
    "修复登录页面的错误，并更新文档",
    "Größe der Schriftart geändert – siehe Übersicht",
    "🚀 ship it, \\\"finally\\\"",
    "Path C:\\\\temp\\\\build is no longer hard-coded",
    "日本語のテキストを追加 ✨",
    "Indent with\\ttabs, not spaces; a\\/b stays",
    "Revert \\\"Speed up the parser\\\"",
    "e\\u0301clair and \\ud83d\\ude80 as escapes",
    "Refactor: split the module, same behaviour",
    "It answers 500 when the body is empty; I expected 422.",
    "Thanks, this works for me on the latest release.",
    "I can reproduce this with the packaged compiler alone.",
    "LGTM 👍",
};

const char *objects_line(dice_t *dice)
{
    return s_lines[dice_below(dice, sizeof s_lines / sizeof s_lines[0])];
}

void objects_text(buffer_t *out, dice_t *dice, uint32_t lines)
{
    for (uint32_t i = 0; i < lines; i++)
        json_format(out, "%r%r", i > 0 ? "\\r\\n" : "", objects_line(dice));
}

void objects_user(buffer_t *out, objects_shape_t shape,
                  const names_user_t *user)
{
    const char *login = user->login;
    json_format(out, "{'login':'%r','id':%u,", login, user->id);
    if (shape == OBJECTS_2026)
        json_format(out, "'node_id':'U_kgDO%u',", user->id);
    json_format(out,
                "'avatar_url':'" FACE "%u?v=4','gravatar_id':'',"
                "'url':'" API "/users/%r','html_url':'" WEB "/%r'",
                user->id, login, login);
    static const char *const links[][2] = {
        {"followers_url", "/followers"},
        {"following_url", "/following{/other_user}"},
        {"gists_url", "/gists{/gist_id}"},
        {"starred_url", "/starred{/owner}{/repo}"},
        {"subscriptions_url", "/subscriptions"},
        {"organizations_url", "/orgs"},
        {"repos_url", "/repos"},
        {"events_url", "/events{/privacy}"},
        {"received_events_url", "/received_events"},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        json_format(out, ",'%r':'" API "/users/%r%r'", links[i][0], login,
                    links[i][1]);
    const char *type = user->bot ? "Bot" : user->org ? "Organization" : "User";
    json_format(out, ",'type':'%r'", type);
    if (shape == OBJECTS_2026)
        json_format(out, ",'user_view_type':'public'");
    json_format(out, ",'site_admin':false}");
}

static const char *const s_repo_parts[][2] = {
    {"forks_url", "/forks"},
    {"keys_url", "/keys{/key_id}"},
    {"collaborators_url", "/collaborators{/collaborator}"},
    {"teams_url", "/teams"},
    {"hooks_url", "/hooks"},
    {"issue_events_url", "/issues/events{/number}"},
    {"events_url", "/events"},
    {"assignees_url", "/assignees{/user}"},
    {"branches_url", "/branches{/branch}"},
    {"tags_url", "/tags"},
    {"blobs_url", "/git/blobs{/sha}"},
    {"git_tags_url", "/git/tags{/sha}"},
    {"git_refs_url", "/git/refs{/sha}"},
    {"trees_url", "/git/trees{/sha}"},
    {"statuses_url", "/statuses/{sha}"},
    {"languages_url", "/languages"},
    {"stargazers_url", "/stargazers"},
    {"contributors_url", "/contributors"},
    {"subscribers_url", "/subscribers"},
    {"subscription_url", "/subscription"},
    {"commits_url", "/commits{/sha}"},
    {"git_commits_url", "/git/commits{/sha}"},
    {"comments_url", "/comments{/number}"},
    {"issue_comment_url", "/issues/comments{/number}"},
    {"contents_url", "/contents/{+path}"},
    {"compare_url", "/compare/{base}...{head}"},
    {"merges_url", "/merges"},
    {"archive_url", "/{archive_format}{/ref}"},
    {"downloads_url", "/downloads"},
    {"issues_url", "/issues{/number}"},
    {"pulls_url", "/pulls{/number}"},
    {"milestones_url", "/milestones{/number}"},
    {"notifications_url", "/notifications{?since,all,participating}"},
    {"labels_url", "/labels{/name}"},
    {"releases_url", "/releases{/id}"},
};

static void s_repo_links(buffer_t *out, const char *full_name)
{
    for (size_t i = 0; i < sizeof s_repo_parts / sizeof s_repo_parts[0]; i++)
        json_format(out, "'%r':'" API "/repos/%r%r',", s_repo_parts[i][0],
                    full_name, s_repo_parts[i][1]);
}

static void s_repo(buffer_t *out, objects_shape_t shape,
                   const names_repo_t *repo, bool fork, uint32_t now)
{
    const char *full = repo->full_name;
    uint64_t counts = dice_mix(repo->id);
    json_format(out, "{'id':%u,'name':'%r','full_name':'%r','owner':", repo->id,
                names_repo_name(repo), full);
    objects_user(out, shape, &repo->owner);
    json_format(out,
                ",'private':false,'html_url':'" WEB "/%r','description':'%r',"
                "'fork':%b,'url':'" API "/repos/%r',",
                full, s_lines[counts % 16], fork, full);
    s_repo_links(out, full);
    json_format(out,
                "'created_at':'%t','updated_at':'%t','pushed_at':'%t',"
                "'git_url':'git://github.com/%r.git',"
                "'ssh_url':'git@github.com:%r.git',"
                "'clone_url':'" WEB "/%r.git','svn_url':'" WEB "/%r',"
                "'homepage':null,'size':%u,'stargazers_count':%u,"
                "'watchers_count':%u,'language':'C',",
                now - (uint32_t)(counts % 100000000), now - 60, now - 7, full,
                full, full, full, counts % 9000, counts % 300, counts % 300);
    json_format(out,
                "'has_issues':true,'has_downloads':true,'has_wiki':true,"
                "'has_pages':false,'forks_count':%u,'mirror_url':null,"
                "'open_issues_count':%u,'forks':%u,'open_issues':%u,"
                "'watchers':%u,'default_branch':'%r'}",
                counts % 40, counts % 20, counts % 40, counts % 20,
                counts % 300, shape == OBJECTS_2026 ? "main" : "master");
}

void objects_repo(buffer_t *out, objects_shape_t shape,
                  const names_repo_t *repo, uint32_t now)
{
    s_repo(out, shape, repo, false, now);
}

void objects_fork(buffer_t *out, objects_shape_t shape,
                  const names_repo_t *fork_of, const names_user_t *by,
                  uint64_t id, uint32_t now)
{
    names_repo_t fork = {.id = id, .owner = *by};
    int bytes = snprintf(fork.full_name, sizeof fork.full_name, "%s/%s",
                         by->login, names_repo_name(fork_of));
    fork.name_at = (size_t)bytes - strlen(names_repo_name(fork_of));
    s_repo(out, shape, &fork, true, now);
}

static void s_issue_links(buffer_t *out, const objects_issue_t *issue)
{
    static const char *const links[][2] = {{"labels_url", "/labels{/name}"},
                                           {"comments_url", "/comments"},
                                           {"events_url", "/events"}};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        json_format(out, "'%r':'" API "/repos/%r/issues/%u%r',", links[i][0],
                    issue->repo->full_name, (uint64_t)issue->number,
                    links[i][1]);
}

static void s_issue_modern(buffer_t *out, const objects_issue_t *issue)
{
    json_format(out,
                ",'reactions':{'url':'" API "/repos/%r/issues/%u/reactions',"
                "'total_count':0,'+1':0,'-1':0,'laugh':0,'hooray':0,"
                "'confused':0,'heart':0,'rocket':0,'eyes':0},"
                "'timeline_url':'" API "/repos/%r/issues/%u/timeline',"
                "'performed_via_github_app':null,'state_reason':null,"
                "'active_lock_reason':null,"
                "'sub_issues_summary':{'total':0,'completed':0,"
                "'percent_completed':0},'issue_dependencies_summary':"
                "{'blocked_by':0,'total_blocked_by':0,'blocking':0,"
                "'total_blocking':0},'pinned_comment':null",
                issue->repo->full_name, (uint64_t)issue->number,
                issue->repo->full_name, (uint64_t)issue->number);
}

void objects_issue(buffer_t *out, objects_shape_t shape,
                   const objects_issue_t *issue, dice_t *dice)
{
    const char *full = issue->repo->full_name;
    json_format(out, "{'url':'" API "/repos/%r/issues/%u',", full,
                (uint64_t)issue->number);
    s_issue_links(out, issue);
    json_format(out,
                "'html_url':'" WEB "/%r/issues/%u','id':%u,'number':%u,"
                "'title':'%r','user':",
                full, (uint64_t)issue->number, issue->id,
                (uint64_t)issue->number, objects_line(dice));
    objects_user(out, shape, issue->author);
    json_format(out,
                ",'labels':[],'state':'%r','locked':false,'assignee':null,"
                "'milestone':null,'comments':%u,'created_at':'%t',"
                "'updated_at':'%t','closed_at':null,'body':'",
                issue->open ? "open" : "closed", (uint64_t)dice_below(dice, 6),
                issue->created_at, issue->created_at + 1);
    objects_text(out, dice, 1 + dice_below(dice, 20));
    json_format(out, "'");
    if (shape == OBJECTS_2026)
        s_issue_modern(out, issue);
    json_format(out, "}");
}

#include "tools/sim/generator.h"

#include "proto/base/buffer.h"
#include "proto/base/time_text.h"
#include "tools/sim/dice.h"
#include "tools/sim/json_format.h"
#include "tools/sim/payload.h"
#include "tools/sim/pulls.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define API "https://api.github.com"

// Events come in bursts whose size is geometric: a mean of 1.75 makes the
// variance of the count per second 2 * 1.75 - 1 = 2.5 times its mean.
#define BURST_MEAN 1.75

// Out of 10,000 events, this many are late, by up to LATE_MAX_S.
#define LATE_PER_10000 20u
#define LATE_MAX_S     4u

// Zipf's law with slope 0.84, flattened at the head: a repository of rank r
// is drawn in proportion to (r + HEAD)^-0.84.
#define ZIPF_REST 0.16 // 1 - slope
#define ZIPF_HEAD 1.5

// Parallel sequences of ids: since October 2025 {Push, Create, Delete} have
// their own.
enum { SEQUENCE_PUSH, SEQUENCE_OTHER, SEQUENCES };
#define ID_STEP 20u // ids advance by 1..ID_STEP

typedef struct {
    uint8_t code;
    uint32_t weight; // of 100,000
} s_share_t;

typedef struct {
    const char *name;
    uint32_t weight; // of 100
} s_action_t;

typedef struct {
    const s_share_t *types; // ends with weight 0
    const s_action_t *pull_actions;
    uint64_t first_id[SEQUENCES]; // equal: one sequence for all
} s_shape_t;

static const s_share_t s_types_2016[] = {
    {EVENT_TYPE_PUSH, 57900},
    {EVENT_TYPE_CREATE, 12100},
    {EVENT_TYPE_WATCH, 10500},
    {EVENT_TYPE_ISSUE_COMMENT, 5500},
    {EVENT_TYPE_PULL_REQUEST, 3600},
    {EVENT_TYPE_ISSUES, 3300},
    {EVENT_TYPE_FORK, 3200},
    {EVENT_TYPE_DELETE, 1500},
    {EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT, 900},
    {EVENT_TYPE_GOLLUM, 700},
    {EVENT_TYPE_RELEASE, 400},
    {EVENT_TYPE_COMMIT_COMMENT, 200},
    {EVENT_TYPE_MEMBER, 120},
    {EVENT_TYPE_PUBLIC, 80},
    {0, 0},
};

static const s_share_t s_types_2026[] = {
    {EVENT_TYPE_PUSH, 91500},
    {EVENT_TYPE_CREATE, 4800},
    {EVENT_TYPE_DELETE, 2300},
    {EVENT_TYPE_PULL_REQUEST, 470},
    {EVENT_TYPE_ISSUES, 280},
    {EVENT_TYPE_ISSUE_COMMENT, 240},
    {EVENT_TYPE_PULL_REQUEST_REVIEW, 130},
    {EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT, 110},
    {EVENT_TYPE_WATCH, 70},
    {EVENT_TYPE_RELEASE, 40},
    {EVENT_TYPE_FORK, 20},
    {EVENT_TYPE_PUBLIC, 15},
    {EVENT_TYPE_COMMIT_COMMENT, 10},
    {EVENT_TYPE_MEMBER, 8},
    {EVENT_TYPE_GOLLUM, 7},
    {0, 0},
};

static const s_action_t s_actions_2016[] = {
    {"opened", 54}, {"closed", 45}, {"reopened", 1}, {NULL, 0}};

static const s_action_t s_actions_2026[] = {
    {"opened", 34}, {"merged", 32},  {"labeled", 28}, {"unlabeled", 3},
    {"closed", 1},  {"assigned", 1}, {"reopened", 1}, {NULL, 0}};

static const s_shape_t s_shapes[] = {
    [OBJECTS_2016] = {s_types_2016, s_actions_2016, {3486740000, 3486740000}},
    [OBJECTS_2026] = {s_types_2026, s_actions_2026, {18400000000, 13700000000}},
};

struct generator {
    generator_options_t options;
    const s_shape_t *shape;
    dice_t dice;
    pulls_t *pulls;
    buffer_t json;
    double next_us;      // of the next event, after options.start_us
    uint32_t burst_left; // events left at that same time
    uint64_t events;
    uint64_t ids[SEQUENCES];
    double zipf_from, zipf_span; // range of the uniform draw
    uint32_t created_at;         // of the last event, and as text
    char created_text[TIME_TEXT_BYTES];
    names_repo_t repo;
    names_user_t actor;
};

static void s_next_burst(generator_t *generator)
{
    double pause = -log(1 - dice_unit(&generator->dice)) * BURST_MEAN /
                   generator->options.rate;
    generator->next_us += pause * 1e6;
    generator->burst_left = 1;
    while (dice_chance(&generator->dice, 1 - 1 / BURST_MEAN))
        generator->burst_left++;
}

generator_t *generator_new(const generator_options_t *options)
{
    generator_t *generator = calloc(1, sizeof *generator);
    if (!generator)
        return NULL;
    generator->pulls = pulls_new();
    if (!generator->pulls) {
        free(generator);
        return NULL;
    }
    generator->options = *options;
    generator->shape = &s_shapes[options->shape];
    generator->dice.state = dice_mix(options->seed);
    memcpy(generator->ids, generator->shape->first_id, sizeof generator->ids);
    generator->zipf_from = pow(ZIPF_HEAD, ZIPF_REST);
    generator->zipf_span =
        pow(NAMES_REPOS + ZIPF_HEAD, ZIPF_REST) - generator->zipf_from;
    s_next_burst(generator);
    return generator;
}

void generator_destroy(generator_t **generator)
{
    if (!*generator)
        return;
    pulls_destroy(&(*generator)->pulls);
    buffer_free(&(*generator)->json);
    free(*generator);
    *generator = NULL;
}

int64_t generator_next_us(const generator_t *generator)
{
    return generator->options.start_us + (int64_t)generator->next_us;
}

uint64_t generator_events(const generator_t *generator)
{
    return generator->events;
}

static uint32_t s_draw_rank(generator_t *generator)
{
    double x = generator->zipf_from +
               dice_unit(&generator->dice) * generator->zipf_span;
    // x to the power of 1 / ZIPF_REST = 6.25
    double rank = x * x * x * x * x * x * sqrt(sqrt(x)) - ZIPF_HEAD;
    return rank < 0 ? 0 : (uint32_t)rank % NAMES_REPOS;
}

static uint8_t s_draw_type(generator_t *generator)
{
    uint32_t drawn = dice_below(&generator->dice, 100000);
    const s_share_t *share = generator->shape->types;
    for (; share[1].weight > 0 && drawn >= share->weight; share++)
        drawn -= share->weight;
    return share->code;
}

static const char *s_draw_pull_action(generator_t *generator)
{
    uint32_t drawn = dice_below(&generator->dice, 100);
    const s_action_t *action = generator->shape->pull_actions;
    for (; action[1].name && drawn >= action->weight; action++)
        drawn -= action->weight;
    return action->name;
}

// Picks a pull request for an action; if there is none, opens one instead.
static void s_draw_pull(generator_t *generator, payload_facts_t *facts,
                        uint32_t *rank)
{
    dice_t *dice = &generator->dice;
    const char *action = s_draw_pull_action(generator);
    pulls_item_t item;
    bool found = false;
    if (strcmp(action, "merged") == 0 || strcmp(action, "closed") == 0)
        found = pulls_close(generator->pulls, dice, &item);
    else if (strcmp(action, "reopened") == 0)
        found = pulls_reopen(generator->pulls, &item);
    else if (strcmp(action, "opened") != 0)
        found = pulls_pick(generator->pulls, dice, &item);
    if (!found) {
        action = "opened";
        item = pulls_open(generator->pulls, *rank);
    }
    *rank = item.rank;
    facts->action = action;
    facts->number = item.number;
    facts->pull_id = item.id;
    facts->merged = generator->options.shape == OBJECTS_2016 &&
                    strcmp(action, "closed") == 0 && dice_chance(dice, 0.83);
}

static void s_draw_issue(generator_t *generator, payload_facts_t *facts,
                         uint32_t rank)
{
    bool opened =
        facts->type == EVENT_TYPE_ISSUES && dice_below(&generator->dice, 3) > 0;
    if (facts->type == EVENT_TYPE_ISSUES)
        facts->action = opened ? "opened" : "closed";
    facts->number =
        opened ? pulls_take_number(generator->pulls, rank)
               : pulls_any_number(generator->pulls, rank, &generator->dice);
    facts->pull_id = 4262000000 + facts->number;
}

// Picks the actor: most often bots (the first has 6 %), then the owner, then
// the few people around a repository, then anyone.
static void s_draw_actor(generator_t *generator, const names_repo_t *repo,
                         names_user_t *actor)
{
    dice_t *dice = &generator->dice;
    uint32_t drawn = dice_below(dice, 100);
    if (drawn < 6)
        names_bot(0, actor);
    else if (drawn < 9)
        names_bot(drawn - 5, actor);
    else if (drawn < 70 && !repo->owner.org)
        *actor = repo->owner;
    else if (drawn < 95)
        names_person((uint32_t)dice_mix(repo->id + drawn % 3) % NAMES_USERS,
                     actor);
    else
        names_person(dice_below(dice, NAMES_USERS), actor);
}

static uint64_t s_take_id(generator_t *generator, uint8_t type)
{
    bool push = type == EVENT_TYPE_PUSH || type == EVENT_TYPE_CREATE ||
                type == EVENT_TYPE_DELETE;
    const uint64_t *first = generator->shape->first_id;
    bool split = first[SEQUENCE_PUSH] != first[SEQUENCE_OTHER];
    uint64_t *id =
        &generator->ids[push || !split ? SEQUENCE_PUSH : SEQUENCE_OTHER];
    *id += 1 + dice_below(&generator->dice, ID_STEP);
    return *id;
}

// Many events share a second, so its text is cached.
static uint32_t s_created_at(generator_t *generator)
{
    uint32_t now = (uint32_t)(generator_next_us(generator) / 1000000);
    if (dice_below(&generator->dice, 10000) < LATE_PER_10000)
        now -= 1 + dice_below(&generator->dice, LATE_MAX_S);
    if (now != generator->created_at)
        time_text_format(now, generator->created_text);
    generator->created_at = now;
    return now;
}

// "ci-runner[bot]" is displayed without its "[bot]".
static slice_t s_display_login(const names_user_t *actor)
{
    return slice(actor->login, strcspn(actor->login, "["));
}

static void s_write_head(generator_t *generator, const event_t *event)
{
    const names_user_t *actor = &generator->actor;
    const names_repo_t *repo = &generator->repo;
    json_format(&generator->json,
                "{'id':'%u','type':'%r','actor':{'id':%u,'login':'%r',",
                event->id, event_type_name(event->type), actor->id,
                actor->login);
    if (generator->options.shape == OBJECTS_2026)
        json_format(&generator->json, "'display_login':'%R',",
                    s_display_login(actor));
    json_format(
        &generator->json,
        "'gravatar_id':'','url':'" API "/users/%r','avatar_url':"
        "'https://avatars.githubusercontent.com/u/%u?'},"
        "'repo':{'id':%u,'name':'%r','url':'" API "/repos/%r'},'payload':",
        actor->login, actor->id, repo->id, repo->full_name, repo->full_name);
}

static void s_write_tail(generator_t *generator)
{
    const names_user_t *owner = &generator->repo.owner;
    json_format(&generator->json, ",'public':true,'created_at':'%r'",
                generator->created_text);
    if (owner->org)
        json_format(&generator->json,
                    ",'org':{'id':%u,'login':'%r','gravatar_id':'','url':'" API
                    "/orgs/%r','avatar_url':"
                    "'https://avatars.githubusercontent.com/u/%u?'}",
                    owner->id, owner->login, owner->login, owner->id);
    json_format(&generator->json, "}");
}

static void s_fill_columns(const generator_t *generator,
                           const payload_facts_t *facts, event_t *event)
{
    const names_repo_t *repo = &generator->repo;
    event->repo_id = repo->id;
    event->repo_name = slice_of(repo->full_name);
    event->actor_id = generator->actor.id;
    event->actor_login = slice_of(generator->actor.login);
    event->type_name = slice_of(event_type_name(event->type));
    event->action_name = slice_of(facts->merged ? "merged" : facts->action);
    event->action = event->action_name.bytes > 0
                        ? event_action_code(event->action_name)
                        : EVENT_ACTION_NONE;
    if (repo->owner.org) {
        event->org_id = repo->owner.id;
        event->org_login = slice_of(repo->owner.login);
    }
}

static bool s_has_number(uint8_t type)
{
    return type == EVENT_TYPE_ISSUES || type == EVENT_TYPE_ISSUE_COMMENT ||
           type == EVENT_TYPE_PULL_REQUEST_REVIEW ||
           type == EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT;
}

// The `action` of a type that always has the same one.
static const char *s_only_action(const payload_facts_t *facts)
{
    switch (facts->type) {
    case EVENT_TYPE_WATCH:
        return "started";
    case EVENT_TYPE_RELEASE:
        return "published";
    case EVENT_TYPE_MEMBER:
        return "added";
    case EVENT_TYPE_FORK:
        return facts->shape == OBJECTS_2026 ? "forked" : NULL;
    case EVENT_TYPE_ISSUE_COMMENT:
    case EVENT_TYPE_PULL_REQUEST_REVIEW:
    case EVENT_TYPE_PULL_REQUEST_REVIEW_COMMENT:
        return "created";
    default:
        return NULL;
    }
}

static void s_draw_facts(generator_t *generator, payload_facts_t *facts)
{
    uint32_t rank = s_draw_rank(generator);
    facts->action = s_only_action(facts);
    if (facts->type == EVENT_TYPE_PULL_REQUEST)
        s_draw_pull(generator, facts, &rank);
    else if (s_has_number(facts->type))
        s_draw_issue(generator, facts, rank);
    names_repo(rank, generator->events, &generator->repo);
    s_draw_actor(generator, &generator->repo, &generator->actor);
}

int generator_next(generator_t *generator, event_t *event)
{
    event_t made = {.type = s_draw_type(generator)};
    payload_facts_t facts = {.shape = generator->options.shape,
                             .type = made.type,
                             .repo = &generator->repo,
                             .actor = &generator->actor};
    made.id = s_take_id(generator, made.type);
    made.created_at = s_created_at(generator);
    s_draw_facts(generator, &facts);
    facts.serial = ++generator->events;
    facts.created_at = made.created_at;
    buffer_reset(&generator->json);
    s_write_head(generator, &made);
    payload_write(&generator->json, &facts, &generator->dice);
    s_write_tail(generator);
    if (buffer_failed(&generator->json))
        return -ENOMEM;
    s_fill_columns(generator, &facts, &made);
    made.json = buffer_slice(&generator->json);
    *event = made;
    if (--generator->burst_left == 0)
        s_next_burst(generator);
    return 0;
}

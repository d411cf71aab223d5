#include "tools/sim/names.h"

#include "tools/sim/dice.h"

#include <assert.h>
#include <ctype.h>
#include <strings.h>

// Two of 64 words each make 4096 logins; a number distinguishes further ones.
#define WORDS 64u
#define PAIRS (WORDS * WORDS)

// Ids are evenly spaced, so that they can be converted back to numbers.
#define USER_ID_FIRST 1017u
#define USER_ID_STEP  811u
#define REPO_ID_FIRST 100003u
#define REPO_ID_STEP  2503u
#define BOT_ID_FIRST  900000001u

// One repository in 64 is renamed, the busiest first; every second old name is
// later taken by the neighbour.
#define RENAME_EVERY   64u
#define RENAME_RANK    6u
#define RENAME_FIRST   1000u
#define RENAME_STEP    500u
#define REUSE_PATIENCE 3000u

static const char *const s_first[WORDS] = {
    "amber",  "ancient", "arctic",  "autumn",   "azure",  "bold",    "brave",
    "bright", "broken",  "calm",    "clever",   "cobalt", "cold",    "copper",
    "coral",  "crimson", "curious", "dapper",   "dark",   "deep",    "distant",
    "dusty",  "eager",   "early",   "electric", "fading", "fast",    "fierce",
    "floral", "foggy",   "frosty",  "gentle",   "golden", "grand",   "green",
    "hidden", "hollow",  "humble",  "icy",      "idle",   "jade",    "jolly",
    "keen",   "late",    "lively",  "lone",     "lucky",  "lunar",   "mellow",
    "misty",  "nimble",  "noble",   "odd",      "pale",   "patient", "polar",
    "quick",  "quiet",   "rapid",   "rustic",   "silent", "solar",   "swift",
    "wild"};

static const char *const s_second[WORDS] = {
    "badger", "beacon", "bear",   "bison",   "brook",  "canyon", "cedar",
    "cloud",  "comet",  "condor", "cove",    "crane",  "crow",   "dale",
    "delta",  "dune",   "eagle",  "ember",   "falcon", "fern",   "finch",
    "fjord",  "forest", "fox",    "garden",  "gecko",  "glade",  "grove",
    "harbor", "hawk",   "heron",  "hill",    "island", "lagoon", "lake",
    "lark",   "lynx",   "maple",  "marten",  "meadow", "mesa",   "moose",
    "moth",   "oak",    "orca",   "otter",   "owl",    "panda",  "pine",
    "plover", "pond",   "puma",   "raven",   "reef",   "ridge",  "river",
    "robin",  "seal",   "shore",  "sparrow", "spruce", "tiger",  "wolf",
    "wren"};

static const char *const s_thing[WORDS] = {
    "agent",   "api",    "app",      "atlas",  "auth",    "backend", "bench",
    "blog",    "board",  "bot",      "cache",  "cart",    "chat",    "cli",
    "client",  "cloud",  "config",   "core",   "course",  "crawler", "data",
    "deploy",  "docs",   "dotfiles", "editor", "engine",  "events",  "feed",
    "forms",   "game",   "graph",    "helper", "hub",     "index",   "infra",
    "ingest",  "kernel", "kit",      "lab",    "ledger",  "lib",     "maps",
    "metrics", "mobile", "model",    "notes",  "parser",  "photos",  "plugin",
    "portal",  "proxy",  "queue",    "runner", "sandbox", "schema",  "server",
    "shop",    "site",   "store",    "theme",  "tools",   "tracker", "web",
    "worker"};

static const char *const s_bots[NAMES_BOTS] = {
    "ci-runner[bot]", "bump-buddy[bot]", "docs-robot[bot]", "stale-sweep[bot]"};

// Builds text in a field that is known to be large enough.
typedef struct {
    char *text;
    size_t capacity;
    size_t bytes;
} s_writer_t;

static void s_add(s_writer_t *writer, const char *text)
{
    size_t bytes = strlen(text);
    assert(writer->bytes + bytes < writer->capacity);
    memcpy(writer->text + writer->bytes, text, bytes + 1);
    writer->bytes += bytes;
}

static void s_add_capital(s_writer_t *writer, const char *word)
{
    size_t at = writer->bytes;
    s_add(writer, word);
    writer->text[at] = (char)toupper((unsigned char)writer->text[at]);
}

static void s_add_number(s_writer_t *writer, uint32_t number)
{
    char digits[11];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    s_add(writer, digits + at);
}

static bool s_same(slice_t text, const char *name)
{
    return text.bytes == strlen(name) &&
           strncasecmp(text.data, name, text.bytes) == 0;
}

void names_user(uint32_t number, names_user_t *user)
{
    assert(number < NAMES_USERS);
    uint64_t mixed = dice_mix(number);
    *user =
        (names_user_t){.id = USER_ID_FIRST + (uint64_t)number * USER_ID_STEP,
                       .org = mixed % 10 < 3};
    s_writer_t login = {user->login, sizeof user->login, 0};
    uint32_t pair = number % PAIRS;
    bool camel = (mixed >> 32) % 3 == 0;
    if (camel) {
        s_add_capital(&login, s_first[pair / WORDS]);
        s_add_capital(&login, s_second[pair % WORDS]);
    } else {
        s_add(&login, s_first[pair / WORDS]);
        s_add(&login, "-");
        s_add(&login, s_second[pair % WORDS]);
    }
    if (number >= PAIRS)
        s_add_number(&login, number / PAIRS);
}

void names_person(uint32_t number, names_user_t *user)
{
    do
        names_user(number++ % NAMES_USERS, user);
    while (user->org);
}

void names_bot(uint32_t number, names_user_t *user)
{
    assert(number < NAMES_BOTS);
    *user = (names_user_t){.id = BOT_ID_FIRST + number, .bot = true};
    s_writer_t login = {user->login, sizeof user->login, 0};
    s_add(&login, s_bots[number]);
}

// The number of the user with these words, ignoring the digits.
static bool s_find_pair(slice_t words, uint32_t *pair)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        size_t first = strlen(s_first[i]);
        if (words.bytes <= first ||
            strncasecmp(words.data, s_first[i], first) != 0)
            continue;
        size_t dash = words.data[first] == '-';
        slice_t rest =
            slice(words.data + first + dash, words.bytes - first - dash);
        for (uint32_t j = 0; j < WORDS; j++) {
            if (s_same(rest, s_second[j])) {
                *pair = i * WORDS + j;
                return true;
            }
        }
    }
    return false;
}

static bool s_find_number(slice_t login, uint32_t *number)
{
    size_t words = login.bytes;
    while (words > 0 && isdigit((unsigned char)login.data[words - 1]))
        words--;
    if (login.bytes - words > 3) // NAMES_USERS / PAIRS has two digits
        return false;
    uint32_t series = 0;
    for (size_t i = words; i < login.bytes; i++)
        series = series * 10 + (uint32_t)(login.data[i] - '0');
    uint32_t pair;
    if (!s_find_pair(slice(login.data, words), &pair))
        return false;
    *number = series * PAIRS + pair;
    return *number < NAMES_USERS;
}

bool names_find_user(slice_t login, names_user_t *user)
{
    names_user_t found;
    for (uint32_t i = 0; i < NAMES_BOTS; i++) {
        if (s_same(login, s_bots[i])) {
            names_bot(i, user);
            return true;
        }
    }
    uint32_t number;
    if (!s_find_number(login, &number))
        return false;
    names_user(number, &found);
    if (!s_same(login, found.login))
        return false;
    *user = found;
    return true;
}

// The words differ between the two repositories of one owner.
static void s_repo_words(s_writer_t *name, uint32_t rank)
{
    static const char *const joints[] = {"-", "-", "_", ".", ""};
    uint64_t mixed = dice_mix(rank + (uint64_t)NAMES_USERS);
    const char *first = s_thing[((uint64_t)rank * 7 + mixed % 5) % WORDS];
    const char *second = s_thing[(mixed >> 8) % WORDS];
    if (mixed >> 61 == 0)
        s_add_capital(name, first);
    else
        s_add(name, first);
    s_add(name, joints[(mixed >> 16) % 5]);
    s_add(name, second);
}

static bool s_is_renamed(uint32_t rank)
{
    return rank % RENAME_EVERY == RENAME_RANK;
}

// Whether it later takes its neighbour's old name.
static bool s_takes_name(uint32_t rank)
{
    return rank % (2 * RENAME_EVERY) == RENAME_RANK + 1;
}

static uint64_t s_renamed_after(uint32_t rank)
{
    return RENAME_FIRST + (uint64_t)(rank / RENAME_EVERY) * RENAME_STEP;
}

// The name in an epoch: epoch 0 is the original name, later ones follow.
static void s_repo_in_epoch(uint32_t rank, int epoch, names_repo_t *repo)
{
    *repo = (names_repo_t){.rank = rank,
                           .id = REPO_ID_FIRST + (uint64_t)rank * REPO_ID_STEP};
    names_user(rank / 2, &repo->owner);
    s_writer_t name = {repo->full_name, sizeof repo->full_name, 0};
    s_add(&name, repo->owner.login);
    s_add(&name, "/");
    repo->name_at = name.bytes;
    if (epoch == 0) {
        s_repo_words(&name, rank);
    } else if (s_is_renamed(rank)) {
        s_repo_words(&name, rank);
        s_add(&name, "-next");
    } else {
        s_repo_words(&name, rank - 1);
    }
}

static int s_epoch(uint32_t rank, uint64_t events)
{
    if (s_is_renamed(rank))
        return events >= s_renamed_after(rank);
    if (s_takes_name(rank))
        return events >= s_renamed_after(rank - 1) + REUSE_PATIENCE;
    return 0;
}

void names_repo(uint32_t rank, uint64_t events, names_repo_t *repo)
{
    assert(rank < NAMES_REPOS);
    s_repo_in_epoch(rank, s_epoch(rank, events), repo);
}

names_lookup_t names_find_repo(slice_t full_name, uint64_t events,
                               names_repo_t *repo)
{
    const char *slash = memchr(full_name.data, '/', full_name.bytes);
    uint32_t owner;
    if (!slash ||
        !s_find_number(slice(full_name.data, (size_t)(slash - full_name.data)),
                       &owner))
        return NAMES_UNKNOWN;
    names_repo_t found;
    for (uint32_t rank = 2 * owner; rank < 2 * owner + 2; rank++) {
        names_repo(rank, events, &found);
        if (s_same(full_name, found.full_name)) {
            *repo = found;
            return NAMES_CURRENT;
        }
    }
    for (uint32_t rank = 2 * owner; rank < 2 * owner + 2; rank++) {
        s_repo_in_epoch(rank, 0, &found);
        if (s_same(full_name, found.full_name)) {
            names_repo(rank, events, repo);
            return NAMES_MOVED;
        }
    }
    return NAMES_UNKNOWN;
}

bool names_find_repo_id(uint64_t id, uint64_t events, names_repo_t *repo)
{
    if (id < REPO_ID_FIRST || (id - REPO_ID_FIRST) % REPO_ID_STEP != 0 ||
        (id - REPO_ID_FIRST) / REPO_ID_STEP >= NAMES_REPOS)
        return false;
    names_repo((uint32_t)((id - REPO_ID_FIRST) / REPO_ID_STEP), events, repo);
    return true;
}

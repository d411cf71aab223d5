// names - the users and repositories of the simulated GitHub.
//
// Users and repositories are numbers; names are computed from numbers and back,
// so that half a million repositories take no memory. Repositories are numbered
// by activity: rank 0 is the busiest.
//
// Some repositories are renamed after a certain number of events, and some of
// the old names are later taken by another repository. Resolving a name
// therefore requires the number of events.
//
// Errors    Lookups return what they found.
// Threads   Any; stateless.

#ifndef OCTOLOG_TOOLS_SIM_NAMES_H
#define OCTOLOG_TOOLS_SIM_NAMES_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define NAMES_USERS (1u << 18)
#define NAMES_REPOS (1u << 19) // each owner has two
#define NAMES_BOTS  4u

#define NAMES_LOGIN_MAX 40
#define NAMES_REPO_MAX  100

typedef struct {
    uint64_t id;
    bool org; // an organisation, which owns repositories but never acts
    bool bot;
    char login[NAMES_LOGIN_MAX];
} names_user_t;

typedef struct {
    uint32_t rank;
    uint64_t id;
    names_user_t owner;
    char full_name[NAMES_REPO_MAX]; // "owner/name"
    size_t name_at;                 // where "name" begins in it
} names_repo_t;

static inline const char *names_repo_name(const names_repo_t *repo)
{
    return repo->full_name + repo->name_at;
}

// number < NAMES_USERS.
void names_user(uint32_t number, names_user_t *user);

// A person near this number: the next user that is not an organisation.
void names_person(uint32_t number, names_user_t *user);

// number < NAMES_BOTS; 0 is the busiest account of all.
void names_bot(uint32_t number, names_user_t *user);

// The repository with its name after `events` events; rank < NAMES_REPOS.
void names_repo(uint32_t rank, uint64_t events, names_repo_t *repo);

typedef enum {
    NAMES_UNKNOWN,
    NAMES_CURRENT,
    NAMES_MOVED, // an old name; *repo has the current one
} names_lookup_t;

// Looks up "owner/name", ignoring case.
names_lookup_t names_find_repo(slice_t full_name, uint64_t events,
                               names_repo_t *repo);

// false: no repository has this id.
bool names_find_repo_id(uint64_t id, uint64_t events, names_repo_t *repo);

// Looks up a person, an organisation or a bot, ignoring case.
bool names_find_user(slice_t login, names_user_t *user);

#endif

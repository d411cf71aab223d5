// names - the invented people and repositories of the simulated GitHub.
//
// Everybody is a number and a name can be computed from it, and back, so that
// half a million repositories take no memory. Repositories are numbered by how
// busy they are: rank 0 is the busiest.
//
// Some repositories are renamed when a certain number of events has passed,
// and some of the names given up so are taken by another repository later.
// That is why a name needs the number of events to be understood.
//
// Errors    Look-ups say what they found.
// Threads   Any; nothing is kept.

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
    bool org; // an organisation: owns, does not act
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

// A person near this number: the next one that is no organisation.
void names_person(uint32_t number, names_user_t *user);

// number < NAMES_BOTS; 0 is the busiest account of all.
void names_bot(uint32_t number, names_user_t *user);

// The repository as it is called after so many events; rank < NAMES_REPOS.
void names_repo(uint32_t rank, uint64_t events, names_repo_t *repo);

typedef enum {
    NAMES_UNKNOWN,
    NAMES_CURRENT,
    NAMES_MOVED, // it was called so; *repo is what it is called now
} names_lookup_t;

// Looks "owner/name" up, in any case.
names_lookup_t names_find_repo(slice_t full_name, uint64_t events,
                               names_repo_t *repo);

// false: no repository has this id.
bool names_find_repo_id(uint64_t id, uint64_t events, names_repo_t *repo);

// A person, an organisation or a bot, in any case.
bool names_find_user(slice_t login, names_user_t *user);

#endif

// pulls - which pull requests of the simulated GitHub are open.
//
// Gives each new event of a pull request a life that makes sense: what is
// labeled, merged or closed was opened before, and has the same number.
// Issues draw their numbers from the same counter, as on GitHub.
//
// Errors    NULL from pulls_new() when out of memory; none later.
// Memory    Bounded: the oldest open one is forgotten when the table is full.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_PULLS_H
#define OCTOLOG_TOOLS_SIM_PULLS_H

#include "tools/sim/dice.h"

typedef struct pulls pulls_t;

typedef struct {
    uint32_t rank;   // of the repository (names.h)
    uint32_t number; // within it
    uint64_t id;
} pulls_item_t;

pulls_t *pulls_new(void);
void pulls_destroy(pulls_t **pulls);

// The next number of this repository, for an issue or a pull request.
uint32_t pulls_take_number(pulls_t *pulls, uint32_t rank);

// A number given out before, for a comment; 1 where there was none.
uint32_t pulls_any_number(const pulls_t *pulls, uint32_t rank, dice_t *dice);

pulls_item_t pulls_open(pulls_t *pulls, uint32_t rank);

// An open one, rather a young one; false when none is open.
bool pulls_pick(const pulls_t *pulls, dice_t *dice, pulls_item_t *item);

// The same, and it is open no longer.
bool pulls_close(pulls_t *pulls, dice_t *dice, pulls_item_t *item);

// Opens the one again that was closed last; false when there is none.
bool pulls_reopen(pulls_t *pulls, pulls_item_t *item);

#endif

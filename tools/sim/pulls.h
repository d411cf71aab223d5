// pulls - the open pull requests of the simulated GitHub.
//
// Makes the events of a pull request consistent: one that is labeled, merged or
// closed was opened before, with the same number. Issues share the counter of
// numbers, as on GitHub.
//
// Errors    NULL from pulls_new() when out of memory; none later.
// Memory    Bounded: when the table is full, the oldest open one is dropped.
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

// A number in use, for a comment; 1 if there is none.
uint32_t pulls_any_number(const pulls_t *pulls, uint32_t rank, dice_t *dice);

pulls_item_t pulls_open(pulls_t *pulls, uint32_t rank);

// Picks an open one, preferably a recent one; false: none is open.
bool pulls_pick(const pulls_t *pulls, dice_t *dice, pulls_item_t *item);

// The same, and closes it.
bool pulls_close(pulls_t *pulls, dice_t *dice, pulls_item_t *item);

// Reopens the one closed last; false: there is none.
bool pulls_reopen(pulls_t *pulls, pulls_item_t *item);

#endif

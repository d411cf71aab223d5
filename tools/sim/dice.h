// dice - a small seeded random number generator (SplitMix64).
//
// The same seed gives the same numbers on every machine, so a simulation can be
// repeated. Not for secrets.
//
// Errors    None.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_DICE_H
#define OCTOLOG_TOOLS_SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state; // any seed, including 0
} dice_t;

// Hashes a number into one that looks random; deterministic.
static inline uint64_t dice_mix(uint64_t number)
{
    number += 0x9e3779b97f4a7c15u;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

static inline uint64_t dice_next(dice_t *dice)
{
    uint64_t drawn = dice_mix(dice->state);
    dice->state += 0x9e3779b97f4a7c15u;
    return drawn;
}

// 0..limit-1, for limits far below 2^32, where the bias does not matter.
static inline uint32_t dice_below(dice_t *dice, uint32_t limit)
{
    return (uint32_t)(((dice_next(dice) >> 32) * limit) >> 32);
}

// [0, 1)
static inline double dice_unit(dice_t *dice)
{
    return (double)(dice_next(dice) >> 11) * 0x1p-53;
}

static inline bool dice_chance(dice_t *dice, double probability)
{
    return dice_unit(dice) < probability;
}

#endif

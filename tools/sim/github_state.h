// github_state - the state of the simulated GitHub, shared by github.c and
// exchange.c. Internal to both.

#ifndef OCTOLOG_TOOLS_SIM_GITHUB_STATE_H
#define OCTOLOG_TOOLS_SIM_GITHUB_STATE_H

#include "tools/sim/fault.h"
#include "tools/sim/generator.h"
#include "tools/sim/github_types.h"
#include "tools/sim/polls.h"
#include "tools/sim/quota.h"
#include "tools/sim/served.h"
#include "tools/sim/sim_clock.h"
#include "tools/sim/timeline.h"

#define GITHUB_SECOND_US 1000000

struct github {
    github_options_t options;
    sim_clock_t clock;
    fault_plan_t faults;
    dice_t dice;            // for delays and faults; the generator has its own
    generator_t *generator; // NULL: a recording is played
    timeline_t *timeline;
    polls_t polls; // recording NULL: no recorded polls
    quota_t quota;
    served_t served;
    uint64_t requests;
};

static inline bool github_plays_polls(const github_t *github)
{
    return github->polls.recording != NULL;
}

#endif

// options - the command line of octolog-sim.
//
// Errors    Each mistake is printed as one line on standard error.
// Threads   Main only (getopt).

#ifndef OCTOLOG_TOOLS_SIM_OPTIONS_H
#define OCTOLOG_TOOLS_SIM_OPTIONS_H

#include "tools/cli/usage.h"
#include "tools/sim/github.h"

typedef struct {
    github_options_t github;
    fault_plan_t faults;
    uint16_t port;
    uint32_t slow_ms;
    bool clock_manual;
    double clock_scale;
    int64_t start_us; // 0: now
    bool version;     // print it and exit
    const char *file; // recording; NULL: generate
    const char *log;
    uint64_t generate; // write this many events and exit; 0: serve
} options_t;

typedef enum {
    OPTIONS_RUN,
    OPTIONS_HELP,  // --help or --version was printed
    OPTIONS_WRONG, // a mistake was printed
} options_result_t;

// The flags of octolog-sim.
extern const usage_t options_usage;

options_result_t options_parse(int argc, char **argv, options_t *options);

#endif

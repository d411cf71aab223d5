// report_fact - what a report is made of: its level, its format, its facts.
//
// Memory    Facts borrow their texts.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_REPORT_FACT_H
#define OCTOLOG_ACTORS_REPORT_FACT_H

#include <stdint.h>

typedef enum {
    REPORT_ERROR,   // something that was to be done is not
    REPORT_WARNING, // something is wrong, and dealt with
    REPORT_INFO,    // what the one who runs it wants to know
    REPORT_DEBUG,   // what only the one who seeks a mistake does
} report_level_t;

typedef enum {
    REPORT_AUTO,
    REPORT_TEXT,
    REPORT_LOGFMT,
    REPORT_JSON,
} report_format_t;

// The words for them in a configuration and in lines, ended by NULL.
extern const char *const report_level_words[], *const report_format_words[];

// What a program may want of a report; borrowed for the call.
typedef struct {
    const char *name; // a-z and _: none of the five that each line has
    const char *text; // NULL: it is the number
    int64_t number;
} report_fact_t;

static inline report_fact_t report_text(const char *name, const char *text)
{
    return (report_fact_t){.name = name, .text = text ? text : ""};
}

static inline report_fact_t report_number(const char *name, int64_t number)
{
    return (report_fact_t){.name = name, .number = number};
}

// REPORT_FACTS(report_text("exit", exit), report_number("again_ms", delay_ms))
#define REPORT_FACTS(...) ((const report_fact_t[]){__VA_ARGS__, {.name = 0}})

#endif

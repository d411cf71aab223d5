// report_fact - the parts of a report: level, format and facts.
//
// Memory    Facts borrow their text.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_REPORT_FACT_H
#define OCTOLOG_ACTORS_REPORT_FACT_H

#include <stdint.h>

typedef enum {
    REPORT_ERROR,   // something failed
    REPORT_WARNING, // something is wrong, but was handled
    REPORT_INFO,    // of interest to operators
    REPORT_DEBUG,   // of interest when debugging only
} report_level_t;

typedef enum {
    REPORT_AUTO,
    REPORT_TEXT,
    REPORT_LOGFMT,
    REPORT_JSON,
} report_format_t;

// Their names in the configuration and in lines; NULL-terminated.
extern const char *const report_level_words[], *const report_format_words[];

// A name and a value for programs that read reports; borrowed for the call.
typedef struct {
    const char *name; // a-z and _; not one of the five every line has
    const char *text; // NULL: the value is `number`
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

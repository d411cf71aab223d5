// crash_points - every place that proto/base/fault_point.h names, by what
// octolog does when it comes by. For tests/e2e/crash_matrix_test.c, which looks
// whether the source has others.

#ifndef OCTOLOG_TESTS_E2E_CRASH_POINTS_H
#define OCTOLOG_TESTS_E2E_CRASH_POINTS_H

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// While the journal opens its log.
static const char *const s_opening[] = {
    "log.open.recovered",
    "log.open.begun",
    "log.tail.made",
};
// While events flow, in journal and aggregators.
static const char *const s_flowing[] = {
    "log.commit.begin",    "log.commit.written", "log.commit.end",
    "journal.acknowledge", "view.flush.begin",   "view.flush.end",
    "view.settle.begin",   "view.settle.end",
};
// While a view begins, or is replaced.
static const char *const s_generation[] = {
    "view.create.made",   "view.create.opened", "view.adopt.persisted",
    "view.adopt.drafted", "view.adopt.renamed", "view.remove.begin",
};
// In whoever brings events.
static const char *const s_producing[] = {
    "fetcher.polled",
    "producer.send",
    "producer.published",
    "producer.acknowledged",
};
// While a backup is taken, in the journal or by the command.
static const char *const s_copying[] = {
    "log.checkpoint.begin", "log.checkpoint.copied", "log.checkpoint.made",
    "backup.asked",         "backup.taken",
};
// While a folder that is whole or not there is finished.
static const char *const s_finishing[] = {
    "folder.synced",
    "folder.named",
};
// While retention drops batches and keys, and views seal what goes.
static const char *const s_dropping[] = {
    "log.trim.committed", "log.trim.reclaimed", "log.sweep.committed",
    "view.seal.begin",    "view.seal.folded",   "view.seal.persisted",
};
typedef struct {
    const char *const *points;
    size_t count;
} table_t;

#define TABLE(points)                                                          \
    {                                                                          \
        points, COUNT(points)                                                  \
    }
// Those that a service passes under load come first.
#define UNDER_LOAD 4
static const table_t s_tables[] = {
    TABLE(s_opening),   TABLE(s_flowing), TABLE(s_generation),
    TABLE(s_dropping),  TABLE(s_copying), TABLE(s_producing),
    TABLE(s_finishing),
};

#endif

#include "actors/views/repo_activity/tally.h"

#include "actors/views/repo_activity/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define S_FIRST_CAPACITY 1024u

static view_repo_score_t *s_slot(const view_repo_tally_t *tally, uint64_t place)
{
    // The high bits of the product depend on all bits of the place.
    const int bits = __builtin_ctzll(tally->capacity);
    size_t mask = tally->capacity - 1;
    size_t at =
        (size_t)(place * UINT64_C(0x9E3779B97F4A7C15) >> (64 - bits)) & mask;
    while (tally->slots[at].count && tally->slots[at].place != place)
        at = (at + 1) & mask;
    return &tally->slots[at];
}

// Keeps the table at most two thirds full.
static int s_reserve(view_repo_tally_t *tally)
{
    if (tally->used < tally->capacity / 3 * 2)
        return 0;
    if (tally->capacity == VIEW_REPO_TALLY_SLOTS)
        return -ENOBUFS;
    view_repo_tally_t grown = {.used = tally->used};
    grown.capacity = tally->capacity ? tally->capacity * 2 : S_FIRST_CAPACITY;
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return -ENOMEM;
    for (size_t i = 0; i < tally->capacity; i++) {
        if (tally->slots[i].count)
            *s_slot(&grown, tally->slots[i].place) = tally->slots[i];
    }
    free(tally->slots);
    *tally = grown;
    return 0;
}

int view_repo_tally_add(view_repo_tally_t *tally, uint64_t place,
                        uint64_t count)
{
    int rc = s_reserve(tally);
    if (rc != 0)
        return rc;
    view_repo_score_t *slot = s_slot(tally, place);
    tally->used += slot->count == 0;
    slot->place = place;
    slot->count += count;
    return 0;
}

void view_repo_tally_clear(view_repo_tally_t *tally)
{
    if (tally->slots)
        memset(tally->slots, 0, tally->capacity * sizeof *tally->slots);
    tally->used = 0;
}

void view_repo_tally_free(view_repo_tally_t *tally)
{
    free(tally->slots);
    *tally = (view_repo_tally_t){0};
}

// Whether a ranks before b.
static bool s_is_before(const view_repo_score_t *a, const view_repo_score_t *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    return view_repo_compare_ids(a->place, b->place) < 0;
}

static void s_offer(view_repo_ranking_t *ranking,
                    const view_repo_score_t *score)
{
    view_repo_score_t *scores = ranking->scores;
    if (ranking->count == ranking->limit) {
        if (!s_is_before(score, &scores[ranking->count - 1]))
            return;
        ranking->count--;
    }
    size_t at = ranking->count++;
    for (; at > 0 && s_is_before(score, &scores[at - 1]); at--)
        scores[at] = scores[at - 1];
    scores[at] = *score;
}

void view_repo_ranking_offer(view_repo_ranking_t *ranking,
                             const view_repo_tally_t *tally)
{
    if (ranking->limit == 0)
        return;
    for (size_t i = 0; i < tally->capacity; i++) {
        if (tally->slots[i].count)
            s_offer(ranking, &tally->slots[i]);
    }
}

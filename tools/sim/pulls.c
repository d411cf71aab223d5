#include "tools/sim/pulls.h"

#include "tools/sim/names.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MAX 4096u
#define FIRST_ID 4126000000u
#define YOUNG    256u // how far back an item is usually picked

struct pulls {
    uint32_t numbers[NAMES_REPOS]; // the highest given out, by rank
    pulls_item_t open[OPEN_MAX];   // oldest first
    uint32_t open_count;
    pulls_item_t closed; // the last one closed; number 0: none
    uint64_t opened;     // total
};

pulls_t *pulls_new(void)
{
    return calloc(1, sizeof(pulls_t));
}

void pulls_destroy(pulls_t **pulls)
{
    free(*pulls);
    *pulls = NULL;
}

uint32_t pulls_take_number(pulls_t *pulls, uint32_t rank)
{
    return ++pulls->numbers[rank];
}

uint32_t pulls_any_number(const pulls_t *pulls, uint32_t rank, dice_t *dice)
{
    uint32_t highest = pulls->numbers[rank];
    return highest < 2 ? 1 : 1 + dice_below(dice, highest);
}

static void s_remove(pulls_t *pulls, uint32_t at)
{
    memmove(&pulls->open[at], &pulls->open[at + 1],
            (pulls->open_count - at - 1) * sizeof pulls->open[0]);
    pulls->open_count--;
}

static void s_add(pulls_t *pulls, pulls_item_t item)
{
    if (pulls->open_count == OPEN_MAX)
        s_remove(pulls, 0);
    pulls->open[pulls->open_count++] = item;
}

pulls_item_t pulls_open(pulls_t *pulls, uint32_t rank)
{
    pulls_item_t item = {rank, pulls_take_number(pulls, rank),
                         FIRST_ID + 3 * pulls->opened++};
    s_add(pulls, item);
    return item;
}

static uint32_t s_pick(const pulls_t *pulls, dice_t *dice)
{
    uint32_t reach = pulls->open_count < YOUNG || dice_below(dice, 8) == 0
                         ? pulls->open_count
                         : YOUNG;
    return pulls->open_count - 1 - dice_below(dice, reach);
}

bool pulls_pick(const pulls_t *pulls, dice_t *dice, pulls_item_t *item)
{
    if (pulls->open_count == 0)
        return false;
    *item = pulls->open[s_pick(pulls, dice)];
    return true;
}

bool pulls_close(pulls_t *pulls, dice_t *dice, pulls_item_t *item)
{
    if (pulls->open_count == 0)
        return false;
    uint32_t at = s_pick(pulls, dice);
    pulls->closed = *item = pulls->open[at];
    s_remove(pulls, at);
    return true;
}

bool pulls_reopen(pulls_t *pulls, pulls_item_t *item)
{
    if (pulls->closed.number == 0)
        return false;
    *item = pulls->closed;
    pulls->closed.number = 0;
    s_add(pulls, *item);
    return true;
}

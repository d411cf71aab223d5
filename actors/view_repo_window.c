#include "actors/view_repo_window.h"

#define S_HOUR    view_repo_levels[0].seconds
#define S_LONGEST view_repo_levels[VIEW_REPO_LEVELS - 1].seconds

view_repo_window_t view_repo_window(uint64_t start, uint64_t end,
                                    uint32_t oldest, uint32_t newest)
{
    if (start <= oldest)
        start = oldest - oldest % S_LONGEST;
    if (end > newest)
        end = ((uint64_t)newest / S_LONGEST + 1) * S_LONGEST;
    return (view_repo_window_t){start, end};
}

bool view_repo_window_next(view_repo_window_t *window, view_repo_piece_t *piece)
{
    if (window->at >= window->end)
        return false;
    for (size_t level = VIEW_REPO_LEVELS; level-- > 0;) {
        uint32_t seconds = view_repo_levels[level].seconds;
        if (window->at % seconds || window->end - window->at < seconds)
            continue;
        *piece = (view_repo_piece_t){level, (uint32_t)(window->at / seconds), 0,
                                     S_HOUR};
        window->at += seconds;
        return true;
    }
    uint64_t hour = window->at / S_HOUR;
    uint64_t next = (hour + 1) * S_HOUR;
    uint64_t until = next < window->end ? next : window->end;
    *piece = (view_repo_piece_t){0, (uint32_t)hour,
                                 (uint32_t)(window->at - hour * S_HOUR),
                                 (uint32_t)(until - hour * S_HOUR)};
    window->at = until;
    return true;
}

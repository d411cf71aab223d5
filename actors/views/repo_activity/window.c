#include "actors/views/repo_activity/window.h"

#define S_HOUR    view_repo_levels[0].seconds
#define S_LONGEST view_repo_levels[VIEW_REPO_LEVELS - 1].seconds

view_repo_window_t view_repo_window(uint64_t start, uint64_t end,
                                    uint32_t oldest, uint32_t newest,
                                    const view_repo_rolled_t *rolled)
{
    view_repo_window_t window = {start, end, {UINT32_MAX}};
    if (start <= oldest)
        window.at = oldest - oldest % S_LONGEST;
    if (end > newest)
        window.end = ((uint64_t)newest / S_HOUR + 1) * S_HOUR;
    for (size_t level = 1; level < VIEW_REPO_LEVELS; level++)
        window.rolled[level] = rolled->marks[level].bucket;
    return window;
}

// Whether the window starts with a whole bucket of the level that has pages.
static bool s_fits(const view_repo_window_t *window, size_t level)
{
    const uint32_t seconds = view_repo_levels[level].seconds;
    return window->at % seconds == 0 && window->end - window->at >= seconds &&
           window->at / seconds < window->rolled[level];
}

// Takes buckets of the level, while they fit, up to the end of their parent.
static view_repo_strip_t s_take(view_repo_window_t *window, size_t level)
{
    const view_repo_level_t *form = &view_repo_levels[level];
    const uint32_t first = (uint32_t)(window->at / form->seconds);
    view_repo_strip_t strip = {level, first, first, 0, S_HOUR};
    do {
        strip.until++;
        window->at += form->seconds;
    } while (window->at < window->end && strip.until % form->parts != 0 &&
             s_fits(window, level));
    return strip;
}

bool view_repo_window_next(view_repo_window_t *window, view_repo_strip_t *strip)
{
    if (window->at >= window->end)
        return false;
    for (size_t level = VIEW_REPO_LEVELS; level-- > 0;) {
        if (s_fits(window, level)) {
            *strip = s_take(window, level);
            return true;
        }
    }
    const uint64_t hour = window->at / S_HOUR;
    const uint64_t next = (hour + 1) * S_HOUR;
    const uint64_t to = next < window->end ? next : window->end;
    *strip = (view_repo_strip_t){0, (uint32_t)hour, (uint32_t)hour + 1,
                                 (uint32_t)(window->at - hour * S_HOUR),
                                 (uint32_t)(to - hour * S_HOUR)};
    window->at = to;
    return true;
}

bool view_repo_strip_is_cut(const view_repo_strip_t *strip)
{
    return strip->to - strip->from < S_HOUR;
}

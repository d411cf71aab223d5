#include "actors/producer/send_window.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

// A journal that is down for minutes is probed every 8 x 200 ms by default.
#define MOST_DOUBLED 8

int send_window_init(send_window_t *window, uint32_t capacity,
                     size_t capacity_bytes, int republish_ms)
{
    if (capacity == 0 || capacity_bytes == 0 || republish_ms <= 0)
        return -EINVAL;
    size_t *sizes = calloc(capacity, sizeof *sizes);
    if (!sizes)
        return -ENOMEM;
    *window = (send_window_t){
        .capacity = capacity,
        .capacity_bytes = capacity_bytes,
        .sizes = sizes,
        .base_ms = republish_ms,
        .timeout_ms = republish_ms,
    };
    return 0;
}

void send_window_free(send_window_t *window)
{
    free(window->sizes);
    *window = (send_window_t){0};
}

uint32_t send_window_held(const send_window_t *window)
{
    return (uint32_t)(window->last - window->acknowledged);
}

bool send_window_has_room(const send_window_t *window)
{
    return send_window_held(window) < window->capacity &&
           window->bytes < window->capacity_bytes;
}

uint64_t send_window_floor(const send_window_t *window)
{
    return window->acknowledged + 1;
}

uint64_t send_window_add(send_window_t *window, size_t bytes)
{
    assert(send_window_has_room(window));
    window->last++;
    window->sizes[window->last % window->capacity] = bytes;
    window->bytes += bytes;
    return window->last;
}

static bool s_awaits(const send_window_t *window)
{
    return window->open && window->published > window->acknowledged;
}

static void s_on_timeout(send_window_t *window)
{
    window->ask = true;
    window->timeout_ms *= 2;
    if (window->timeout_ms > window->base_ms * MOST_DOUBLED)
        window->timeout_ms = window->base_ms * MOST_DOUBLED;
}

uint64_t send_window_next(send_window_t *window, int64_t now_ms)
{
    if (!window->open)
        return 0;
    if (s_awaits(window) && now_ms >= window->deadline_ms)
        s_on_timeout(window);
    if (window->ask) {
        window->ask = false;
        window->probe = send_window_floor(window);
        window->deadline_ms = now_ms + window->timeout_ms;
        return window->probe;
    }
    if (window->published == window->last)
        return 0;
    if (!s_awaits(window))
        window->deadline_ms = now_ms + window->timeout_ms;
    return ++window->published;
}

uint32_t send_window_acknowledge(send_window_t *window, uint64_t sequence,
                                 int64_t now_ms)
{
    if (sequence <= window->acknowledged || sequence > window->last)
        return 0;
    uint32_t left = (uint32_t)(sequence - window->acknowledged);
    while (window->acknowledged < sequence) {
        window->acknowledged++;
        window->bytes -= window->sizes[window->acknowledged % window->capacity];
    }
    if (window->published < sequence || sequence == window->probe)
        window->published = sequence;
    if (window->probe <= sequence)
        window->probe = 0;
    window->ask = false;
    window->timeout_ms = window->base_ms;
    window->deadline_ms = now_ms + window->timeout_ms;
    return left;
}

void send_window_open(send_window_t *window)
{
    window->open = true;
    window->published = window->acknowledged;
    window->probe = 0;
    window->ask = false;
    window->timeout_ms = window->base_ms;
}

void send_window_close(send_window_t *window)
{
    window->open = false;
}

int send_window_wait_ms(const send_window_t *window, int64_t now_ms)
{
    if (!window->open)
        return SEND_WINDOW_IDLE_MS;
    if (window->ask || window->published < window->last)
        return 0;
    if (!s_awaits(window))
        return SEND_WINDOW_IDLE_MS;
    int64_t left_ms = window->deadline_ms - now_ms;
    if (left_ms < 0)
        return 0;
    return left_ms < SEND_WINDOW_IDLE_MS ? (int)left_ms : SEND_WINDOW_IDLE_MS;
}

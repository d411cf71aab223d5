// The window as arithmetic, then against a model of the journal and of a
// network that drops, repeats, delays and re-orders.
#include "actors/producer/send_window.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdlib.h>

static send_window_t s_window(uint32_t capacity)
{
    send_window_t window;
    cr_assert(eq(int, send_window_init(&window, capacity, 1000, 100), 0));
    send_window_open(&window);
    return window;
}

static void s_add_and_publish(send_window_t *window, int count, int64_t now_ms)
{
    for (int i = 0; i < count; i++) {
        uint64_t sequence = send_window_add(window, 1);
        cr_assert(eq(u64, send_window_next(window, now_ms), sequence));
    }
}

Test(send_window, bounds_of_zero_are_refused)
{
    send_window_t window;
    cr_assert(eq(int, send_window_init(&window, 0, 1, 1), -EINVAL));
    cr_assert(eq(int, send_window_init(&window, 1, 0, 1), -EINVAL));
    cr_assert(eq(int, send_window_init(&window, 1, 1, 0), -EINVAL));
}

Test(send_window, numbers_count_from_one)
{
    send_window_t window = s_window(4);
    cr_assert(eq(u64, send_window_floor(&window), 1));
    cr_assert(eq(u64, send_window_next(&window, 0), 0));
    s_add_and_publish(&window, 2, 0);
    cr_assert(eq(u64, window.last, 2));
    cr_assert(eq(u32, send_window_held(&window), 2));
    send_window_free(&window);
}

Test(send_window, is_full_by_batches_and_by_bytes)
{
    send_window_t window = s_window(2);
    send_window_add(&window, 1);
    cr_assert(send_window_has_room(&window));
    send_window_add(&window, 1);
    cr_assert(not(send_window_has_room(&window)));
    cr_assert(eq(u32, send_window_acknowledge(&window, 2, 0), 2));
    cr_assert(eq(sz, window.bytes, 0));
    send_window_add(&window, 5000);
    cr_assert(not(send_window_has_room(&window)), "one may exceed the bytes");
    send_window_free(&window);
}

Test(send_window, nothing_is_published_before_the_journal_listens)
{
    send_window_t window;
    cr_assert(eq(int, send_window_init(&window, 4, 1000, 100), 0));
    send_window_add(&window, 1);
    cr_assert(eq(u64, send_window_next(&window, 0), 0));
    cr_assert(eq(int, send_window_wait_ms(&window, 0), SEND_WINDOW_IDLE_MS));
    send_window_open(&window);
    cr_assert(eq(int, send_window_wait_ms(&window, 0), 0));
    cr_assert(eq(u64, send_window_next(&window, 0), 1));
    send_window_close(&window);
    cr_assert(eq(u64, send_window_next(&window, 1000), 0));
    send_window_free(&window);
}

Test(send_window, a_journal_that_comes_back_gets_all_again)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 3, 0);
    send_window_acknowledge(&window, 1, 1);
    send_window_open(&window);
    cr_assert(eq(u64, send_window_next(&window, 2), 2));
    cr_assert(eq(u64, send_window_next(&window, 2), 3));
    cr_assert(eq(u64, send_window_next(&window, 2), 0));
    send_window_free(&window);
}

Test(send_window, a_timeout_asks_with_the_lowest_alone)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 3, 0);
    cr_assert(eq(int, send_window_wait_ms(&window, 40), 60));
    cr_assert(eq(u64, send_window_next(&window, 99), 0));
    cr_assert(eq(u64, send_window_next(&window, 100), 1));
    cr_assert(eq(u64, send_window_next(&window, 100), 0));
    send_window_free(&window);
}

Test(send_window, an_answer_to_the_question_alone_sends_the_rest_again)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 3, 0);
    send_window_next(&window, 100);
    cr_assert(eq(u32, send_window_acknowledge(&window, 1, 101), 1));
    cr_assert(eq(u64, send_window_next(&window, 101), 2));
    cr_assert(eq(u64, send_window_next(&window, 101), 3));
    cr_assert(eq(u64, send_window_next(&window, 101), 0));
    send_window_free(&window);
}

Test(send_window, a_slow_journal_is_not_sent_anything_twice_but_the_question)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 5, 0);
    cr_assert(eq(u64, send_window_next(&window, 100), 1));
    cr_assert(eq(u32, send_window_acknowledge(&window, 3, 150), 3));
    cr_assert(eq(u64, send_window_next(&window, 150), 0));
    cr_assert(eq(int, send_window_wait_ms(&window, 150), 100));
    send_window_free(&window);
}

Test(send_window, timeouts_double_up_to_eight_times_and_progress_resets_them)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 2, 0);
    int64_t now_ms = 100;
    static const int waits[] = {200, 400, 800, 800};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        cr_assert(eq(u64, send_window_next(&window, now_ms), 1));
        cr_assert(eq(int, send_window_wait_ms(&window, now_ms), waits[i]));
        now_ms += waits[i];
    }
    send_window_acknowledge(&window, 1, now_ms);
    send_window_next(&window, now_ms);
    cr_assert(eq(int, send_window_wait_ms(&window, now_ms), 100));
    send_window_free(&window);
}

Test(send_window, acknowledgements_of_the_past_and_of_nothing_are_ignored)
{
    send_window_t window = s_window(8);
    s_add_and_publish(&window, 3, 0);
    cr_assert(eq(u32, send_window_acknowledge(&window, 2, 0), 2));
    cr_assert(eq(u32, send_window_acknowledge(&window, 2, 0), 0));
    cr_assert(eq(u32, send_window_acknowledge(&window, 1, 0), 0));
    cr_assert(eq(u32, send_window_acknowledge(&window, 4, 0), 0));
    cr_assert(eq(u32, send_window_acknowledge(&window, UINT64_MAX, 0), 0));
    cr_assert(eq(u32, send_window_held(&window), 1));
    send_window_free(&window);
}

// The model: messages are numbers that arrive at a time, or never.

#define FLIGHTS 128
#define TOTAL   300

typedef struct {
    int64_t at_ms; // 0: the slot is free
    bool is_ack;
    uint64_t sequence;
} flight_t;

typedef struct {
    unsigned seed;
    int drop_percent, repeat_percent, delay_ms;
    flight_t flights[FLIGHTS];
    size_t sent; // publications
    uint64_t journaled;
    bool down;
} world_t;

static int s_random(world_t *world, int below)
{
    return rand_r(&world->seed) % below;
}

static void s_fly(world_t *world, bool is_ack, uint64_t sequence,
                  int64_t now_ms)
{
    if (s_random(world, 100) < world->drop_percent)
        return;
    int copies = s_random(world, 100) < world->repeat_percent ? 2 : 1;
    for (size_t i = 0; i < FLIGHTS && copies > 0; i++) {
        if (world->flights[i].at_ms)
            continue;
        int64_t at_ms = now_ms + 1 + s_random(world, world->delay_ms);
        world->flights[i] = (flight_t){at_ms, is_ack, sequence};
        copies--;
    }
}

// The journal's rule: the next one, or nothing; repeats are answered again.
static void s_journal(world_t *world, uint64_t sequence, int64_t now_ms)
{
    if (world->down || sequence > world->journaled + 1)
        return;
    if (sequence == world->journaled + 1)
        world->journaled++;
    s_fly(world, true, world->journaled, now_ms);
}

static void s_arrive(world_t *world, send_window_t *window, int64_t now_ms)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        flight_t flight = world->flights[i];
        if (flight.at_ms == 0 || flight.at_ms > now_ms)
            continue;
        world->flights[i].at_ms = 0;
        if (flight.is_ack)
            send_window_acknowledge(window, flight.sequence, now_ms);
        else
            s_journal(world, flight.sequence, now_ms);
    }
}

// One that restarts forgets what was on its way to it, and subscribes anew.
static void s_restart_now_and_then(world_t *world, send_window_t *window)
{
    if (s_random(world, 200) != 0)
        return;
    world->down = !world->down;
    if (world->down)
        return;
    memset(world->flights, 0, sizeof world->flights);
    send_window_open(window);
}

static size_t s_run(world_t *world, bool restarts)
{
    send_window_t window = s_window(16);
    int64_t now_ms = 1;
    for (; window.acknowledged < TOTAL; now_ms++) {
        cr_assert(lt(i64, now_ms, 2000000), "stuck at %d of %d",
                  (int)window.acknowledged, TOTAL);
        if (restarts)
            s_restart_now_and_then(world, &window);
        while (window.last < TOTAL && send_window_has_room(&window))
            send_window_add(&window, 1);
        uint64_t sequence;
        while ((sequence = send_window_next(&window, now_ms))) {
            cr_assert(gt(u64, sequence, window.acknowledged));
            cr_assert(le(u64, sequence, window.last));
            world->sent++;
            s_fly(world, false, sequence, now_ms);
        }
        s_arrive(world, &window, now_ms);
        cr_assert(le(u64, window.acknowledged, world->journaled));
    }
    cr_assert(eq(u64, world->journaled, TOTAL));
    cr_assert(eq(sz, window.bytes, 0));
    send_window_free(&window);
    return world->sent;
}

Test(send_window, without_loss_each_batch_is_published_once)
{
    world_t world = {.seed = 1, .delay_ms = 1};
    cr_assert(eq(sz, s_run(&world, false), TOTAL));
}

Test(send_window, all_arrives_in_order_whatever_the_network_does)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        world_t world = {.seed = seed,
                         .drop_percent = (int)seed * 2,
                         .repeat_percent = 10,
                         .delay_ms = 1 + (int)seed * 3};
        s_run(&world, false);
    }
}

Test(send_window, all_arrives_in_order_though_the_journal_restarts)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        world_t world = {.seed = seed,
                         .drop_percent = 5,
                         .repeat_percent = 5,
                         .delay_ms = 5};
        s_run(&world, true);
    }
}

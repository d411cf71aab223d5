// Catching up, as decisions on values; then against a model of a journal whose
// feed loses, repeats and restarts.
#include "actors/aggregator/catch_up.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

static uint64_t s_wanted(const catch_up_t *self)
{
    uint64_t from = UINT64_MAX;
    return catch_up_wants(self, &from) ? from : UINT64_MAX;
}

// Reads [first, first + count) from the log, whose end is `end`.
static void s_read(catch_up_t *self, uint64_t first, uint32_t count,
                   int64_t stamp, uint64_t end)
{
    uint32_t skip;
    catch_up_asked(self);
    catch_up_answer(self, 0, end);
    if (count && catch_up_read(self, first, count, stamp, &skip))
        catch_up_taken(self, first, count, stamp);
    catch_up_answered(self);
}

static catch_up_t s_following(uint64_t position)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    s_read(&self, 0, (uint32_t)position, 5, position);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
    return self;
}

Test(catch_up, an_empty_reader_asks_from_the_start)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    cr_assert(eq(int, (int)self.state, CATCH_UP_READING));
    cr_assert(eq(u64, s_wanted(&self), 0));
    cr_assert(not(self.caught_up));
}

Test(catch_up, an_empty_log_is_caught_up_with_at_once)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    s_read(&self, 0, 0, 0, 0);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
    cr_assert(self.caught_up);
    cr_assert(eq(u64, s_wanted(&self), UINT64_MAX));
}

Test(catch_up, one_question_is_asked_at_a_time)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    catch_up_asked(&self);
    cr_assert(eq(u64, s_wanted(&self), UINT64_MAX));
    catch_up_failed(&self);
    cr_assert(eq(u64, s_wanted(&self), 0));
}

Test(catch_up, it_reads_until_the_end_the_log_names)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    s_read(&self, 0, 10, 1, 25);
    cr_assert(eq(int, (int)self.state, CATCH_UP_READING));
    cr_assert(eq(u64, s_wanted(&self), 10));
    s_read(&self, 10, 15, 2, 25);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
    cr_assert(eq(u64, self.position, 25));
    cr_assert(eq(i64, self.stamp_us, 2));
}

Test(catch_up, the_next_batch_of_the_feed_is_taken)
{
    catch_up_t self = s_following(10);
    uint32_t skip;
    cr_assert(catch_up_feed(&self, 10, 5, &skip));
    cr_assert(eq(u32, skip, 0));
    catch_up_taken(&self, 10, 5, 6);
    cr_assert(eq(u64, self.position, 15));
    cr_assert(eq(u64, self.log_end, 15));
}

Test(catch_up, an_old_batch_is_passed_over)
{
    catch_up_t self = s_following(10);
    uint32_t skip;
    cr_assert(not(catch_up_feed(&self, 3, 7, &skip)));
    cr_assert(not(catch_up_feed(&self, 9, 1, &skip)));
    cr_assert(not(catch_up_feed(&self, 10, 0, &skip)), "an empty one, too");
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
}

Test(catch_up, a_batch_is_taken_from_inside)
{
    catch_up_t self = s_following(10);
    uint32_t skip;
    cr_assert(catch_up_feed(&self, 8, 5, &skip));
    cr_assert(eq(u32, skip, 2));
}

Test(catch_up, a_gap_in_the_feed_is_read_from_the_log)
{
    catch_up_t self = s_following(10);
    uint32_t skip;
    cr_assert(not(catch_up_feed(&self, 12, 5, &skip)));
    cr_assert(eq(int, (int)self.state, CATCH_UP_READING));
    cr_assert(eq(u64, s_wanted(&self), 10));
    cr_assert(eq(u64, self.log_end, 17));
    s_read(&self, 10, 7, 1, 17);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
    cr_assert(self.caught_up, "it was at the end before");
}

Test(catch_up, a_gap_of_one_event_is_a_gap)
{
    catch_up_t self = s_following(10);
    uint32_t skip;
    cr_assert(not(catch_up_feed(&self, 11, 5, &skip)));
    cr_assert(eq(int, (int)self.state, CATCH_UP_READING));
    cr_assert(eq(u64, s_wanted(&self), 10));
}

Test(catch_up, a_heartbeat_tells_of_what_the_feed_did_not_bring)
{
    catch_up_t self = s_following(10);
    catch_up_heartbeat(&self, 0, 10);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
    catch_up_heartbeat(&self, 0, 11);
    cr_assert(eq(u64, s_wanted(&self), 10));
    cr_assert(eq(u64, self.log_end, 11));
}

Test(catch_up, an_old_heartbeat_only_makes_it_ask)
{
    catch_up_t self = s_following(10);
    catch_up_heartbeat(&self, 0, 7);
    cr_assert(eq(u64, s_wanted(&self), 10));
    cr_assert(eq(u64, self.log_end, 10));
    s_read(&self, 0, 0, 0, 10);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
}

Test(catch_up, a_log_that_ends_before_the_checkpoint_breaks_it)
{
    catch_up_t self;
    catch_up_start(&self, 10, 5);
    cr_assert(eq(u64, s_wanted(&self), 9));
    s_read(&self, 0, 0, 0, 9);
    cr_assert(eq(int, (int)self.state, CATCH_UP_BROKEN));
    cr_assert(eq(str, (char *)self.reason, (char *)"it is ahead of the log"));
    cr_assert(eq(u64, s_wanted(&self), UINT64_MAX));
}

Test(catch_up, another_log_of_the_same_length_breaks_it)
{
    catch_up_t self;
    catch_up_start(&self, 10, 5);
    s_read(&self, 6, 4, 99, 20);
    cr_assert(eq(int, (int)self.state, CATCH_UP_BROKEN));
    cr_assert(
        eq(str, (char *)self.reason, (char *)"it was made from another log"));
}

Test(catch_up, another_log_whose_last_batch_held_one_event_breaks_it)
{
    catch_up_t self;
    catch_up_start(&self, 10, 5);
    s_read(&self, 9, 1, 99, 20);
    cr_assert(eq(int, (int)self.state, CATCH_UP_BROKEN));
    cr_assert(
        eq(str, (char *)self.reason, (char *)"it was made from another log"));
}

Test(catch_up, the_log_of_the_checkpoint_is_gone_on_with)
{
    catch_up_t self;
    catch_up_start(&self, 10, 5);
    uint32_t skip;
    catch_up_asked(&self);
    catch_up_answer(&self, 0, 20);
    cr_assert(not(catch_up_read(&self, 6, 4, 5, &skip)));
    cr_assert(catch_up_read(&self, 10, 10, 6, &skip));
    cr_assert(eq(u32, skip, 0));
    catch_up_taken(&self, 10, 10, 6);
    catch_up_answered(&self);
    cr_assert(eq(int, (int)self.state, CATCH_UP_FOLLOWING));
}

Test(catch_up, a_checkpoint_inside_a_batch_is_gone_on_with)
{
    catch_up_t self;
    catch_up_start(&self, 8, 5);
    uint32_t skip;
    catch_up_asked(&self);
    catch_up_answer(&self, 0, 10);
    cr_assert(catch_up_read(&self, 6, 4, 5, &skip));
    cr_assert(eq(u32, skip, 2));
}

Test(catch_up, a_dropped_front_breaks_who_needs_it)
{
    catch_up_t self;
    catch_up_start(&self, 10, 5);
    catch_up_asked(&self);
    catch_up_answer(&self, 11, 20);
    cr_assert(eq(int, (int)self.state, CATCH_UP_BROKEN));
}

Test(catch_up, an_empty_reader_does_not_pass_over_what_was_dropped)
{
    catch_up_t self;
    catch_up_start(&self, 0, 0);
    catch_up_asked(&self);
    catch_up_answer(&self, 12, 20);
    cr_assert(self.state == CATCH_UP_BROKEN);
    // Told to begin there, it does.
    uint32_t skip;
    catch_up_start(&self, 12, 0);
    catch_up_answer(&self, 12, 20);
    cr_assert(catch_up_read(&self, 12, 8, 1, &skip));
    cr_assert(eq(u32, skip, 0));
}

// A journal that appends at random; its feed drops, repeats, and starts anew.
// Whatever happens, the reader takes each offset once, in order.
Test(catch_up, every_offset_is_taken_once_in_order)
{
    for (unsigned run = 1; run <= 200; run++) {
        unsigned seed = run;
        uint64_t firsts[201] = {0}; // of batches; the last entry is the end
        size_t batches = 0;
        catch_up_t self;
        catch_up_start(&self, 0, 0);
        uint64_t taken = 0;
        while (batches < 200 || self.position < firsts[batches] ||
               self.state != CATCH_UP_FOLLOWING) {
            uint64_t from;
            uint32_t skip;
            if (batches < 200 && rand_r(&seed) % 2) {
                uint32_t count = 1 + (uint32_t)rand_r(&seed) % 5;
                firsts[batches + 1] = firsts[batches] + count;
                batches++;
                int fate = rand_r(&seed) % 4; // lost, once, twice, an old one
                size_t sent = batches - 1 - (fate == 3 ? batches / 2 : 0);
                for (int i = 0; i < (fate == 3 ? 1 : fate); i++) {
                    uint32_t n = (uint32_t)(firsts[sent + 1] - firsts[sent]);
                    if (!catch_up_feed(&self, firsts[sent], n, &skip))
                        continue;
                    cr_assert(eq(u64, firsts[sent] + skip, taken));
                    catch_up_taken(&self, firsts[sent], n, 0);
                    taken = self.position;
                }
            }
            if (rand_r(&seed) % 8 == 0)
                catch_up_heartbeat(&self, 0, firsts[batches]);
            if (batches == 200)
                catch_up_heartbeat(&self, 0, firsts[batches]);
            if (!catch_up_wants(&self, &from))
                continue;
            catch_up_asked(&self);
            if (rand_r(&seed) % 4 == 0) {
                catch_up_failed(&self);
                continue;
            }
            catch_up_answer(&self, 0, firsts[batches]);
            size_t i = 0;
            while (i < batches && firsts[i + 1] <= from)
                i++;
            size_t until = i + (size_t)rand_r(&seed) % 4;
            for (; i < batches && i < until; i++) {
                uint32_t n = (uint32_t)(firsts[i + 1] - firsts[i]);
                cr_assert(catch_up_read(&self, firsts[i], n, 0, &skip));
                cr_assert(eq(u64, firsts[i] + skip, taken));
                catch_up_taken(&self, firsts[i], n, 0);
                taken = self.position;
            }
            catch_up_answered(&self);
        }
        cr_assert(eq(u64, taken, firsts[200]));
    }
}

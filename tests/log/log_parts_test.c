// The parts below event_log.h: bytes of values, the tail file.

#include "log/log_format.h"
#include "log/log_tail.h"
#include "tests/log/log_test.h"

#include <errno.h>
#include <fcntl.h>

Test(log_format, frames_and_states_come_back_as_they_were)
{
    uint8_t bytes[LOG_STATE_BYTES] = {0};
    log_frame_t frame = {1, 2, 3, 4, 5, {6, 7}}, frame_back = {0};
    slice_t head;
    log_frame_encode(&frame, bytes);
    slice_t value = slice(bytes, LOG_FRAME_BYTES + 3);
    cr_assert_eq(log_frame_decode(value, &frame_back, &head), 0);
    cr_assert_arr_eq(&frame, &frame_back, sizeof frame);
    cr_assert_eq(head.bytes, 3);
    log_state_t state = {1, 2, 3, {4, 5}, {6, 7}, 8, 9, 10, 11, 12, 13, 14};
    log_state_t state_back = {0};
    log_state_encode(&state, bytes);
    value = slice(bytes, sizeof bytes);
    cr_assert_eq(log_state_decode(value, &state_back), 0);
    cr_assert_arr_eq(&state, &state_back, sizeof state);
}

Test(log_format, every_cut_of_a_value_is_refused)
{
    uint8_t bytes[64] = {1};
    log_frame_t frame;
    log_state_t state;
    slice_t head;
    event_log_reject_t letter = {.source = slice_of("abc"),
                                 .reason = slice_of("de")};
    for (size_t n = 0; n < LOG_FRAME_BYTES; n++)
        cr_assert_eq(log_frame_decode(slice(bytes, n), &frame, &head),
                     -EUCLEAN);
    for (size_t n = 0; n < sizeof bytes; n++)
        cr_assert_eq(log_state_decode(slice(bytes, n), &state), -EUCLEAN);
    log_letter_header(&letter, bytes);
    for (size_t n = 0; n < LOG_LETTER_HEADER_BYTES + 5; n++)
        cr_assert_eq(log_letter_decode(slice(bytes, n), &letter), -EUCLEAN);
    memset(bytes, 0xff, sizeof bytes); // lengths near 4 GiB
    cr_assert_eq(log_letter_decode(slice(bytes, 64), &letter), -EUCLEAN);
}

Test(log_format, the_chain_depends_on_each_thing_it_covers)
{
    log_frame_t frame = {1, 2, 3, 4, 5, {0, 0}}, other = frame;
    log_chain_t zero = {0, 0};
    log_chain_t chain =
        log_chain_next(zero, 9, &frame, slice_of("ab"), slice_of("c"));
    cr_assert(log_chain_equal(
        chain, log_chain_next(zero, 9, &frame, slice_of("ab"), slice_of("c"))));
    other.created_min++;
    const log_chain_t changed[] = {
        log_chain_next((log_chain_t){1, 0}, 9, &frame, slice_of("ab"),
                       slice_of("c")),
        log_chain_next(zero, 8, &frame, slice_of("ab"), slice_of("c")),
        log_chain_next(zero, 9, &other, slice_of("ab"), slice_of("c")),
        log_chain_next(zero, 9, &frame, slice_of("aB"), slice_of("c")),
        log_chain_next(zero, 9, &frame, slice_of("ab"), slice_of("C")),
    };
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
        cr_assert_not(log_chain_equal(chain, changed[i]), "case %zu", i);
}

static folder_t s_folder;
static char s_path[80];

static void s_open(void)
{
    s_folder = new_folder();
    snprintf(s_path, sizeof s_path, "%s/tail", s_folder.path);
}

static void s_close(void)
{
    remove_folder(&s_folder);
}

TestSuite(log_tail, .init = s_open, .fini = s_close);

static void s_write_tails(uint64_t count)
{
    log_tail_t tail = {.commits = 0};
    int fd = log_tail_open(s_path, &tail);
    cr_assert_geq(fd, 0);
    for (uint64_t i = 1; i <= count; i++) {
        tail = (log_tail_t){i, i * 10, {i, i}, 0};
        cr_assert_eq(log_tail_write(fd, &tail), 0);
    }
    close(fd);
}

static void s_flip(off_t at)
{
    uint8_t byte;
    int fd = open(s_path, O_RDWR);
    cr_assert_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 0x10;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

Test(log_tail, the_newest_slot_counts)
{
    log_tail_t tail = {0};
    cr_assert_eq(log_tail_read(s_path, &tail), -ENOENT);
    for (uint64_t n = 0; n < 5; n++) {
        s_write_tails(n);
        cr_assert_eq(log_tail_read(s_path, &tail), 0);
        cr_assert_eq(tail.commits, n);
        cr_assert_eq(tail.end, n * 10);
        remove(s_path);
    }
}

Test(log_tail, a_flipped_bit_loses_one_slot_and_not_the_other)
{
    log_tail_t tail = {0};
    for (off_t at = 0; at < 56; at++) {
        s_write_tails(5);
        s_flip(4096 + at);
        cr_assert_eq(log_tail_read(s_path, &tail), 0);
        cr_assert_eq(tail.commits, 4);
        cr_assert_eq(tail.damaged, 1);
        s_flip(at);
        cr_assert_eq(log_tail_read(s_path, &tail), -EUCLEAN);
        remove(s_path);
    }
}

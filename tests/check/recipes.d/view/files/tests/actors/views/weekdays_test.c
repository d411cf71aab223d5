// The view of weekdays.

#include "actors/views/weekdays/weekdays.h"
#include "tests/actors/views/view_fixture.h"

#include <errno.h>
#include <stdio.h>

#define EVENTS 1000
#define DAY_S  86400

static fixture_event_t s_events[EVENTS];

// Three thousand days, event by event three of them further.
static void s_setup(void)
{
    for (uint32_t i = 0; i < EVENTS; i++)
        s_events[i] =
            (fixture_event_t){.type = "PushEvent", .created_at = 3 * i * DAY_S};
}

TestSuite(weekdays, .init = s_setup);

Test(weekdays, any_order_and_any_batches_give_the_same_rows)
{
    fixture_rows_t one, other;
    unsigned seed = 1;
    fixture_rows_init(&one, &view_weekdays);
    fixture_rows_init(&other, &view_weekdays);
    fixture_fold(&view_weekdays, &one, s_events, EVENTS, EVENTS, 1, &seed);
    fixture_shuffle(s_events, EVENTS, &seed);
    fixture_fold(&view_weekdays, &other, s_events, EVENTS, 7, 5, &seed);
    fixture_assert_equal(&view_weekdays, &one, &other);
    fixture_rows_free(&one);
    fixture_rows_free(&other);
}

Test(weekdays, an_answer_counts_the_days_of_its_question)
{
    fixture_rows_t rows;
    void *state = view_weekdays.create();
    buffer_t answer = {0}, json = {0};
    unsigned seed = 1;
    uint64_t thursdays = 0;
    fixture_rows_init(&rows, &view_weekdays);
    for (uint32_t i = 0; i < EVENTS; i++)
        thursdays += s_events[i].created_at / DAY_S % 7 == 0;
    fixture_fold(&view_weekdays, &rows, s_events, EVENTS, 100, 2, &seed);

    view_weekday_asked_t asked = {.day = 4};
    cr_assert(eq(
        int, fixture_ask(&rows, state, &view_weekday_question, &asked, &answer),
        0));
    const message_view_answer_t message = {{5, 5, 1, 0}, buffer_slice(&answer)};
    cr_assert(
        eq(int, view_weekday_question.render(&asked, &message, &json), 0));
    char wanted[64];
    snprintf(wanted, sizeof wanted, "{\"day\":4,\"events\":%llu,\"as_of\":",
             (unsigned long long)thursdays);
    buffer_add_u8(&json, '\0');
    cr_expect(strncmp(json.data, wanted, strlen(wanted)) == 0, "%s", json.data);

    asked.day = 7;
    cr_expect(eq(
        int, fixture_ask(&rows, state, &view_weekday_question, &asked, &answer),
        -EINVAL));
    buffer_free(&answer);
    buffer_free(&json);
    view_weekdays.destroy(&state);
    fixture_rows_free(&rows);
}

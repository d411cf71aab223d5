#include "proto/event/event.h"

#include <criterion/criterion.h>

Test(event, every_type_code_has_a_name_that_leads_back_to_it)
{
    for (uint8_t code = 1; code < EVENT_TYPES; code++) {
        const char *name = event_type_name(code);
        cr_assert_not_null(name, "type %d", code);
        cr_assert_eq(event_type_code(slice_of(name)), code, "%s", name);
    }
}

Test(event, every_action_code_has_a_name_that_leads_back_to_it)
{
    for (uint8_t code = 1; code < EVENT_ACTIONS; code++) {
        const char *name = event_action_name(code);
        cr_assert_not_null(name, "action %d", code);
        cr_assert_eq(event_action_code(slice_of(name)), code, "%s", name);
    }
}

Test(event, codes_are_those_that_were_written_to_disk)
{
    cr_assert_eq(event_type_code(slice_of("PushEvent")), 15);
    cr_assert_eq(event_type_code(slice_of("PullRequestEvent")), 11);
    cr_assert_eq(event_type_code(slice_of("TeamAddEvent")), 23);
    cr_assert_eq(event_action_code(slice_of("opened")), 1);
    cr_assert_eq(event_action_code(slice_of("merged")), 3);
    cr_assert_eq(event_action_code(slice_of("dismissed")), 18);
}

Test(event, unknown_names_are_other)
{
    cr_assert_eq(event_type_code(slice_of("TeleportEvent")), EVENT_OTHER);
    cr_assert_eq(event_type_code(slice_of("PushEvents")), EVENT_OTHER);
    cr_assert_eq(event_type_code(slice_of("pushevent")), EVENT_OTHER);
    cr_assert_eq(event_type_code(slice_of("")), EVENT_OTHER);
    cr_assert_eq(event_action_code(slice_of("Opened")), EVENT_OTHER);
}

Test(event, codes_that_name_none_have_no_name)
{
    cr_assert_null(event_type_name(EVENT_TYPE_NONE));
    cr_assert_null(event_type_name(EVENT_TYPES));
    cr_assert_null(event_type_name(EVENT_OTHER));
    cr_assert_null(event_action_name(EVENT_ACTION_NONE));
    cr_assert_null(event_action_name(EVENT_ACTIONS));
    cr_assert_null(event_action_name(EVENT_OTHER));
}

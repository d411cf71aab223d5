#include "proto/event/event.h"

#include <criterion/criterion.h>
#include <stdlib.h>

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

Test(event, a_copy_outlives_the_names_it_was_made_of)
{
    char names[] = "PushEventopenedocto/logoctoorg";
    const event_t event = {.id = 7,
                           .type = EVENT_TYPE_PUSH,
                           .type_name = slice(names, 9),
                           .action_name = slice(names + 9, 6),
                           .repo_name = slice(names + 15, 8),
                           .actor_login = slice(names + 23, 4),
                           .org_login = slice(names + 27, 3),
                           .json = slice_of("{}")};
    event_t *copy = event_copy(&event);
    cr_assert_not_null(copy);
    memset(names, '?', sizeof names);
    cr_assert_eq(copy->id, 7);
    cr_assert(slice_equal(copy->type_name, slice_of("PushEvent")));
    cr_assert(slice_equal(copy->action_name, slice_of("opened")));
    cr_assert(slice_equal(copy->repo_name, slice_of("octo/log")));
    cr_assert(slice_equal(copy->actor_login, slice_of("octo")));
    cr_assert(slice_equal(copy->org_login, slice_of("org")));
    cr_assert_eq(copy->json.data, event.json.data, "the JSON is borrowed");
    free(copy);
}

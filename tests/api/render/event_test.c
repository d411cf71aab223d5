// Events as GitHub sent them, and where they are in the log.

#include "api/render/event.h"

#include <criterion/criterion.h>

static void s_expect(const char *json, const char *wanted)
{
    buffer_t out = {0};
    rendering_event(&out, 7, slice_of(json));
    cr_expect(slice_equal(buffer_slice(&out), slice_of(wanted)), "%.*s",
              (int)out.bytes, out.data);
    buffer_free(&out);
}

Test(rendering_event, the_offset_comes_first_and_the_rest_is_verbatim)
{
    s_expect("{\"id\":\"1\", \"type\" : \"PushEvent\"}",
             "{\"offset\":7,\"id\":\"1\", \"type\" : \"PushEvent\"}");
    s_expect("{ \"a\":{}\n}", "{\"offset\":7,\"a\":{}}");
}

Test(rendering_event, an_empty_object_gets_no_comma)
{
    s_expect("{}", "{\"offset\":7}");
    s_expect("{ \n }", "{\"offset\":7}");
}

Test(rendering_event, an_offset_of_its_own_never_hides_the_logs)
{
    s_expect("{\"offset\":1,\"a\":2}",
             "{\"offset\":7,\"offset\":1,\"a\":2,\"offset\":7}");
    s_expect("{\"a\":[{}],\"offset\" : 1}",
             "{\"offset\":7,\"a\":[{}],\"offset\" : 1,\"offset\":7}");
}

Test(rendering_event, an_offset_elsewhere_is_left_alone)
{
    s_expect("{\"payload\":{\"offset\":1}}",
             "{\"offset\":7,\"payload\":{\"offset\":1}}");
    s_expect("{\"a\":\"offset\"}", "{\"offset\":7,\"a\":\"offset\"}");
    s_expect("{\"a\":\"\\\",\\\"offset\\\":\"}",
             "{\"offset\":7,\"a\":\"\\\",\\\"offset\\\":\"}");
    s_expect("{\"a\":\"{\",\"b\":{\"offset\":1}}",
             "{\"offset\":7,\"a\":\"{\",\"b\":{\"offset\":1}}");
}

Test(rendering_event, half_an_object_does_no_harm)
{
    s_expect("{", "{\"offset\":7}");
    s_expect("{\"offset\"x", "{\"offset\":7,\"offset\"}");
    s_expect("{\"offset\\x", "{\"offset\":7,\"offset\\}");
}

// What holds of each view, whichever there are.
#include "actors/views/view.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

Test(views, each_is_found_by_its_name)
{
    for (size_t i = 0; view_classes[i]; i++)
        cr_expect_eq(view_find(view_classes[i]->name), view_classes[i]);
    cr_expect_null(view_find("weather"));
}

Test(views, each_describes_the_json_of_its_answers)
{
    for (size_t i = 0; view_classes[i]; i++) {
        cJSON *schemas = cJSON_Parse(view_classes[i]->schema);
        cr_assert(cJSON_IsObject(schemas), "%s", view_classes[i]->name);
        const cJSON *schema;
        cJSON_ArrayForEach(schema, schemas)
            cr_expect(cJSON_IsObject(cJSON_GetObjectItem(schema, "properties")),
                      "%s", schema->string);
        cJSON_Delete(schemas);
    }
}

// A question is sent by its name, and decoded into room of a fixed size.
Test(views, each_question_has_a_name_of_its_own)
{
    for (size_t i = 0; view_classes[i]; i++) {
        const view_question_t *const *all = view_classes[i]->questions;
        for (size_t j = 0; all[j]; j++) {
            cr_expect_eq(all[j]->view, view_classes[i]);
            cr_expect(all[j]->bytes <= VIEW_QUESTION_BYTES_MAX);
            for (size_t k = 0; k < j; k++)
                cr_expect_str_neq(all[j]->name, all[k]->name);
        }
    }
}

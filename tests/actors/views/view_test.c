// Promises that every view must keep.
#include "actors/views/registry.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

Test(views, each_is_found_by_its_name)
{
    for (size_t i = 0; registry_views[i]; i++)
        cr_expect_eq(registry_find(registry_views[i]->name), registry_views[i]);
    cr_expect_null(registry_find("weather"));
}

Test(views, each_describes_the_json_of_its_answers)
{
    for (size_t i = 0; registry_views[i]; i++) {
        cJSON *schemas = cJSON_Parse(registry_views[i]->schema);
        cr_assert(cJSON_IsObject(schemas), "%s", registry_views[i]->name);
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
    for (size_t i = 0; registry_views[i]; i++) {
        const view_question_t *const *all = registry_views[i]->questions;
        for (size_t j = 0; all[j]; j++) {
            cr_expect_eq(all[j]->view, registry_views[i]);
            cr_expect(all[j]->bytes <= VIEW_QUESTION_BYTES_MAX);
            for (size_t k = 0; k < j; k++)
                cr_expect_str_neq(all[j]->name, all[k]->name);
        }
    }
}

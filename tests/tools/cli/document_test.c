// What is read of a document that says anything.
#include "tools/cli/document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static cJSON *s_document;

static void s_setup(void)
{
    s_document = cJSON_Parse("{\"name\":\"log\",\"empty\":\"\",\"events\":7,"
                             "\"most\":18446744073709551615,\"above\":1e300,"
                             "\"below\":-1,\"none\":null}");
    cr_assert(s_document != NULL);
}

static void s_teardown(void)
{
    cJSON_Delete(s_document);
}

TestSuite(document, .init = s_setup, .fini = s_teardown);

Test(document, any_number_is_a_count)
{
    cr_assert(eq(u64, document_count(s_document, "events"), 7));
    cr_assert(eq(u64, document_count(s_document, "most"), UINT64_MAX));
    cr_assert(eq(u64, document_count(s_document, "above"), UINT64_MAX));
    cr_assert(eq(u64, document_count(s_document, "below"), 0));
    cr_assert(eq(u64, document_as_count(NAN), 0));
    cr_assert(eq(u64, document_as_count(INFINITY), UINT64_MAX));
}

Test(document, what_is_not_there_is_nothing)
{
    cr_assert(eq(u64, document_count(s_document, "name"), 0));
    cr_assert(eq(u64, document_count(s_document, "missing"), 0));
    cr_assert(
        eq(str, (char *)document_text(s_document, "name"), (char *)"log"));
    cr_assert(eq(str, (char *)document_text(s_document, "empty"), (char *)"-"));
    cr_assert(eq(str, (char *)document_text(s_document, "none"), (char *)"-"));
}

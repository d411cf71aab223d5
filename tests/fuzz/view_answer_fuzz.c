// Claims: whatever bytes a view is said to have answered become a JSON object,
// or are refused as damaged.
//
// The input: the view, the kind of question, how long its bytes are (a byte
// each), these, and the answer's.

#include "actors/views/event_counts/event_counts.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_views.h"

#include <errno.h>

static void s_try(const view_question_t *kind, const void *asked, slice_t body)
{
    const message_view_answer_t answer = {{3, 5, 1, 0}, body};
    buffer_t out = {0};
    int rc = kind->render(asked, &answer, &out);
    assert(rc == 0 || rc == -EBADMSG || rc == -ENOENT || rc == -EINVAL);
    if (rc == 0 && !buffer_failed(&out))
        fuzz_check_object(buffer_slice(&out));
    buffer_free(&out);
}

// The same for some types alone, one of them twice.
static void s_try_types(const view_question_t *kind, void *asked, slice_t body)
{
    const slice_t items[] = {slice_of("PushEvent"), slice_of("Unheard"),
                             slice_of("PushEvent")};
    const view_types_t types = {items, 3};
    if (kind == &view_counts_question)
        ((view_counts_asked_t *)asked)->types = types;
    else if (kind == &view_series_question)
        ((view_series_asked_t *)asked)->types = types;
    else
        return;
    s_try(kind, asked, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice_t input = slice(data, size);
    const view_class_t *view = fuzz_view(fuzz_take_u8(&input));
    size_t kinds = 0;
    while (view->questions[kinds])
        kinds++;
    const view_question_t *kind = view->questions[fuzz_take_u8(&input) % kinds];
    slice_t question = fuzz_take(&input, fuzz_take_u8(&input));
    _Alignas(max_align_t) char asked[VIEW_QUESTION_BYTES_MAX] = {0};
    if (!record_take(&question, kind->fields, asked))
        return 0;
    s_try(kind, asked, input);
    s_try_types(kind, asked, input);
    return 0;
}

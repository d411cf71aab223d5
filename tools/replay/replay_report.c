#include "tools/replay/replay_report.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define DIGEST_TEXT 33

static void s_digest_text(uint64_t high, uint64_t low, char text[DIGEST_TEXT])
{
    snprintf(text, DIGEST_TEXT, "%016" PRIx64 "%016" PRIx64, high, low);
}

// Starts one document {"views":[...]}; without --json the document is NULL and
// lines are printed directly.
static cJSON *s_begin(bool json, cJSON **document)
{
    *document = json ? cJSON_CreateObject() : NULL;
    return cJSON_AddArrayToObject(*document, "views");
}

static int s_finish(cJSON *document)
{
    char *text = document ? cJSON_Print(document) : NULL;
    cJSON_Delete(document);
    if (document && !text)
        return -ENOMEM;
    if (text)
        puts(text);
    cJSON_free(text);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -EIO;
}

// The figures at the start of every report.
static cJSON *s_add_view(cJSON *list, const replay_view_t *view)
{
    char digest[DIGEST_TEXT];
    s_digest_text(view->digest.high, view->digest.low, digest);
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "view", view->view->name);
    cJSON_AddNumberToObject(item, "events", (double)view->events);
    cJSON_AddNumberToObject(item, "offset",
                            (double)view->digest.checkpoint.offset);
    cJSON_AddNumberToObject(item, "rows", (double)view->digest.rows);
    cJSON_AddStringToObject(item, "digest", digest);
    cJSON_AddItemToArray(list, item);
    return item;
}

static void s_print_view(const replay_view_t *view, const char *what)
{
    char digest[DIGEST_TEXT];
    s_digest_text(view->digest.high, view->digest.low, digest);
    printf("%s: %s: %" PRIu64 " events, offset %" PRIu64 ", %" PRIu64
           " rows, digest %s\n",
           view->view->name, what, view->events, view->digest.checkpoint.offset,
           view->digest.rows, digest);
}

int replay_report_rebuilt(const replay_views_t *views, bool json)
{
    cJSON *document;
    cJSON *list = s_begin(json, &document);
    for (size_t i = 0; i < views->count; i++) {
        const replay_view_t *view = &views->views[i];
        if (json)
            s_add_view(list, view);
        else
            s_print_view(view, "rebuilt and swapped in");
    }
    return s_finish(document);
}

static bool s_is_equal(const replay_view_t *view)
{
    return view->digest.high == view->live.digest_high &&
           view->digest.low == view->live.digest_low &&
           view->digest.rows == view->live.rows;
}

int replay_report_compared(const replay_views_t *views, bool json, bool *equal)
{
    cJSON *document;
    cJSON *list = s_begin(json, &document);
    *equal = true;
    for (size_t i = 0; i < views->count; i++) {
        const replay_view_t *view = &views->views[i];
        char live[DIGEST_TEXT];
        bool same = s_is_equal(view);
        s_digest_text(view->live.digest_high, view->live.digest_low, live);
        *equal &= same;
        if (json) {
            cJSON *item = s_add_view(list, view);
            cJSON_AddBoolToObject(item, "equal", same);
            cJSON_AddNumberToObject(item, "live_rows", (double)view->live.rows);
            cJSON_AddStringToObject(item, "live_digest", live);
            continue;
        }
        s_print_view(view, same ? "equal" : "DIFFERENT");
        if (!same)
            printf("%s: the live view has %" PRIu64 " rows, digest %s\n",
                   view->view->name, view->live.rows, live);
    }
    return s_finish(document);
}

typedef struct {
    cJSON *totals; // NULL without --json
    const char *view;
} totals_t;

static void s_on_total(void *context, slice_t name, uint64_t value)
{
    const totals_t *totals = context;
    char text[EVENT_NAME_MAX + 1];
    snprintf(text, sizeof text, "%.*s", (int)name.bytes, name.data);
    if (totals->totals)
        cJSON_AddNumberToObject(totals->totals, text, (double)value);
    else
        printf("%s: %12" PRIu64 "  %s\n", totals->view, value, text);
}

int replay_report_built(replay_views_t *views, bool json)
{
    cJSON *document;
    cJSON *list = s_begin(json, &document);
    int rc = 0;
    for (size_t i = 0; i < views->count && rc == 0; i++) {
        replay_view_t *view = &views->views[i];
        totals_t totals = {.view = view->view->name};
        if (json)
            totals.totals =
                cJSON_AddObjectToObject(s_add_view(list, view), "totals");
        else
            s_print_view(view, "built");
        rc = view->view->totals(view->engine.state,
                                view_store_rows(view->engine.store), s_on_total,
                                &totals);
    }
    int printed = s_finish(document);
    return rc ? rc : printed;
}

int replay_report_published(uint64_t events, bool json)
{
    if (json)
        printf("{\"published\": %" PRIu64 "}\n", events);
    else
        printf("published %" PRIu64 " events\n", events);
    return s_finish(NULL);
}

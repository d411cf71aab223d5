// The live tail of a real octolog, as curl -N sees it, while its journal dies.

#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(stream, .timeout = 300);

#define S_HALF 1500

static char *s_generate(const char *folder, const char *name, const char *cut)
{
    char command[512], *file = e2e_path(folder, name), *said = NULL;
    const char *sim = getenv("OCTOLOG_SIM");
    snprintf(command, sizeof command, "%s --seed 7 --generate %d | %s >%s",
             sim ? sim : "octolog-sim", 2 * S_HALF, cut, file);
    cr_assert_eq(E2E_RUN(&said, "sh", "-c", command), 0, "%s", said);
    free(said);
    return file;
}

static void s_import(const e2e_service_t *service, const char *file)
{
    char *said = NULL;
    cr_assert_eq(
        E2E_RUN(&said, "octolog", "import", "--data", service->data, file), 0,
        "%s", said);
    free(said);
}

// Every event from offset 0 on, each once and in order; how many there are.
static int s_events(const char *text)
{
    int count = 0, offset;
    for (const char *at = text; (at = strstr(at, "\ndata: ")); at++) {
        cr_assert_eq(sscanf(at, "\ndata: {\"offset\":%d,", &offset), 1);
        cr_assert_eq(offset, count, "%d after %d", offset, count);
        count++;
    }
    return count;
}

Test(stream, it_outlives_the_journal_and_loses_and_repeats_nothing)
{
    e2e_service_t service;
    e2e_process_t curl;
    char url[128], last[32], half[32];
    char *data = e2e_folder();
    char *first = s_generate(data, "first", "head -n 1500");
    char *second = s_generate(data, "second", "tail -n +1501");
    snprintf(half, sizeof half, "\ndata: {\"offset\":%d,", S_HALF - 1);
    snprintf(last, sizeof last, "\ndata: {\"offset\":%d,", 2 * S_HALF - 1);
    E2E_UP(&service, data, "--no-fetch");
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/events/stream?from=0",
             service.port);
    e2e_start(&curl, (const char *const[]){"curl", "-sN", url, NULL});
    s_import(&service, first);
    e2e_await(&curl, half);
    kill(e2e_actor(&service, "journal"), SIGKILL);
    s_import(&service, second);
    e2e_await(&curl, last);
    cr_expect_eq(s_events(curl.said), 2 * S_HALF);
    // The stream ends with its server, not after a time-out.
    e2e_down(&service);
    e2e_end(&curl);
    e2e_forget(&curl);
    e2e_remove(data);
    free(first);
    free(second);
    free(data);
}

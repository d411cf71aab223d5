// The page at /docs: whole, bound to this server, and not much to load.

#include "tests/api/service.h"

static service_t s_service;

static void s_setup(void)
{
    service_configure(&s_service);
    service_start_api(&s_service);
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(docs, .init = s_setup, .fini = s_teardown, .timeout = 110);

static const struct {
    const char *target, *type;
} s_files[] = {
    {"/docs", "text/html; charset=utf-8"},
    {"/docs.css", "text/css; charset=utf-8"},
    {"/docs.js", "text/javascript; charset=utf-8"},
};

Test(docs, its_files_are_served_under_a_strict_policy)
{
    for (size_t i = 0; i < sizeof s_files / sizeof s_files[0]; i++) {
        http_reply_t reply;
        http_get(s_service.port, s_files[i].target, &reply);
        cr_expect_eq(reply.status, 200);
        cr_expect(http_has(&reply, "Content-Type", s_files[i].type));
        const char *policy = http_header(&reply, "Content-Security-Policy");
        cr_assert_not_null(policy);
        cr_expect_eq(strncmp(policy, "default-src 'none'; ", 20), 0);
        cr_expect_null(strstr(policy, "unsafe"));
        cr_expect_null(strstr(policy, "*"));
        cr_expect_gt(reply.body_bytes, 0);
        cr_expect_lt(reply.body_bytes, 10000);
        http_reply_free(&reply);
    }
}

Test(docs, it_needs_no_other_host)
{
    for (size_t i = 0; i < sizeof s_files / sizeof s_files[0]; i++) {
        http_reply_t reply;
        http_get(s_service.port, s_files[i].target, &reply);
        cr_expect_null(strstr(reply.body, "//cdn"));
        cr_expect_null(strstr(reply.body, "http:"));
        cr_expect_null(strstr(reply.body, "https:"));
        http_reply_free(&reply);
    }
}

Test(docs, it_runs_nothing_from_text)
{
    http_reply_t reply;
    http_get(s_service.port, "/docs.js", &reply);
    cr_expect_null(strstr(reply.body, "innerHTML"));
    cr_expect_null(strstr(reply.body, "eval("));
    http_reply_free(&reply);
    http_get(s_service.port, "/docs", &reply);
    cr_expect_null(strstr(reply.body, "onclick"));
    cr_expect_null(strstr(reply.body, "<style"));
    http_reply_free(&reply);
}

// The pages that are served: whole, bound to this server, not much to load.

#include "api/handler/asset.h"
#include "tests/api/service.h"

// Of all files together, as they are.
#define S_BYTES_MAX 200000

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

TestSuite(asset, .init = s_setup, .fini = s_teardown, .timeout = 110);

static size_t s_bytes(const asset_t *asset)
{
    return (size_t)(asset->end - asset->data);
}

// Written here, not taken from elsewhere.
static bool s_is_own(const asset_t *asset)
{
    return strncmp(asset->name, "uPlot", 5) != 0;
}

static bool s_contains(const asset_t *asset, const char *text)
{
    return memmem(asset->data, s_bytes(asset), text, strlen(text)) != NULL;
}

static void s_expect_strict(const http_reply_t *reply)
{
    const char *policy = http_header(reply, "Content-Security-Policy");
    cr_assert_not_null(policy);
    cr_expect_eq(strncmp(policy, "default-src 'none'; ", 20), 0);
    const size_t bytes = strcspn(policy, "\r\n");
    cr_expect_null(memmem(policy, bytes, "unsafe", 6));
    cr_expect_null(memmem(policy, bytes, "*", 1));
    cr_expect(http_has(reply, "X-Content-Type-Options", "nosniff"));
    cr_expect(http_has(reply, "Referrer-Policy", "no-referrer"));
    cr_expect_not_null(http_header(reply, "ETag"));
    cr_expect(http_has(reply, "Cache-Control", "no-cache"));
}

Test(asset, each_is_served_as_it_is_under_a_strict_policy)
{
    for (size_t i = 0; i < assets_count; i++) {
        char target[128];
        http_reply_t reply;
        snprintf(target, sizeof target, "/assets/%s", assets[i].name);
        http_get(s_service.port, target, &reply);
        cr_assert_eq(reply.status, 200, "%s", target);
        cr_expect(http_has(&reply, "Content-Type", assets[i].type));
        s_expect_strict(&reply);
        cr_assert_eq(reply.body_bytes, s_bytes(&assets[i]));
        cr_expect_arr_eq(reply.body, assets[i].data, reply.body_bytes);
        http_reply_free(&reply);
    }
}

Test(asset, together_they_are_small)
{
    size_t bytes = 0;
    for (size_t i = 0; i < assets_count; i++) {
        cr_expect_gt(s_bytes(&assets[i]), 0);
        bytes += s_bytes(&assets[i]);
    }
    cr_expect_lt(bytes, S_BYTES_MAX);
}

Test(asset, another_name_is_not_found)
{
    static const char *const targets[] = {"/assets/none", "/assets/",
                                          "/assets/..%2Fdocs.html",
                                          "/assets/DOCS.css", "/docs.css"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        http_reply_t reply;
        http_get(s_service.port, targets[i], &reply);
        cr_expect_eq(reply.status, 404, "%s", targets[i]);
        http_reply_free(&reply);
    }
}

// A page may link to GitHub, and an image names its schema; nothing is loaded
// from there, as the policy says again.
Test(asset, none_needs_another_host)
{
    for (size_t i = 0; i < assets_count; i++) {
        const asset_t *asset = &assets[i];
        const char *at = asset->data;
        while (s_is_own(asset) &&
               (at = memmem(at, (size_t)(asset->end - at), "://", 3))) {
            at += 3;
            cr_expect(strncmp(at, "github.com/", 11) == 0 ||
                          strncmp(at, "www.w3.org/2000/svg", 19) == 0,
                      "%s: %.40s", asset->name, at);
        }
    }
}

// What comes from strangers, such as the names of branches, is never taken for
// HTML, and the policy has nothing to forbid.
Test(asset, nothing_is_run_from_text)
{
    static const char *const texts[] = {
        "innerHTML", "outerHTML",       "insertAdjacentHTML",
        "eval(",     "document.write(", "<style",
        " style=",   " onclick=",       "new Function",
        "DOMParser"};
    for (size_t i = 0; i < assets_count; i++) {
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            if (s_is_own(&assets[i]))
                cr_expect_not(s_contains(&assets[i], texts[t]), "%s: %s",
                              assets[i].name, texts[t]);
        }
    }
}

// Else it is found late, in another script, or it is there for nothing.
Test(asset, every_script_is_named_by_a_page)
{
    const asset_t *dashboard = asset_find(slice_of("dashboard.html"));
    const asset_t *docs = asset_find(slice_of("docs.html"));
    for (size_t i = 0; i < assets_count; i++) {
        char path[128];
        snprintf(path, sizeof path, "\"/assets/%s\"", assets[i].name);
        if (strstr(assets[i].type, "javascript"))
            cr_expect(s_contains(dashboard, path) || s_contains(docs, path),
                      "%s", path);
    }
}

Test(asset, the_documentation_is_a_page)
{
    http_reply_t reply;
    const asset_t *page = asset_find(slice_of("docs.html"));
    http_get(s_service.port, "/docs", &reply);
    cr_expect_eq(reply.status, 200);
    cr_expect(http_has(&reply, "Content-Type", "text/html; charset=utf-8"));
    s_expect_strict(&reply);
    cr_expect_eq(reply.body_bytes, s_bytes(page));
    http_reply_free(&reply);
}

// How the server treats clients, good and bad. No other actor is there.

#include "api/http/dispatch.h"
#include "tests/api/service.h"

#include <pthread.h>

static service_t s_service;

static void s_setup(void)
{
    service_configure(&s_service);
    s_service.config->http_deadline_ms = 300;
    service_start_api(&s_service);
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(http, .init = s_setup, .fini = s_teardown, .timeout = 110);

#define ALIVE "{\"status\":\"alive\"}"

static void s_ask(const char *method, const char *target, const char *headers,
                  http_reply_t *reply)
{
    http_ask(s_service.port, method, target, headers, reply);
}

// Sends exactly this and reads the first answer.
static int s_raw(const char *text)
{
    http_reply_t reply;
    int fd = http_open(s_service.port);
    http_send(fd, text);
    http_read(fd, false, &reply);
    http_reply_free(&reply);
    close(fd);
    return reply.status;
}

Test(http, the_root_speaks_json)
{
    cJSON *json = http_json(s_service.port, "/");
    cr_expect(cJSON_IsString(cJSON_GetObjectItem(json, "message")));
    cJSON_Delete(json);
}

Test(http, the_root_is_a_page_for_who_asks_for_one)
{
    http_reply_t reply;
    s_ask("GET", "/", "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n",
          &reply);
    cr_expect_eq(reply.status, 200);
    cr_expect(http_has(&reply, "Content-Type", "text/html; charset=utf-8"));
    cr_expect(http_has(&reply, "Vary", "Accept"));
    cr_expect_not_null(http_header(&reply, "Content-Security-Policy"));
    http_reply_free(&reply);
    s_ask("GET", "/", "Accept: */*\r\n", &reply);
    cr_expect(http_has(&reply, "Content-Type", "application/json"));
    cr_expect(http_has(&reply, "Vary", "Accept"));
    http_reply_free(&reply);
}

Test(http, what_is_not_there_is_not_found)
{
    static const char *const targets[] = {"/nope",
                                          "/v1",
                                          "/v1/",
                                          "//livez",
                                          "/v1/avg_pr_interval/octo",
                                          "/v1/avg_pr_interval/octo/",
                                          "/v1/avg_pr_interval/a/b/c",
                                          "/LIVEZ",
                                          "/livez%00",
                                          "/%6civez"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        http_expect(s_service.port, targets[i], 404,
                    "{\"detail\":\"Not Found\"}");
}

Test(http, no_path_leads_to_a_file)
{
    static const char *const targets[] = {
        "/../../../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/v1/../../../etc/passwd",
        "/etc/passwd",
        "/.htpasswd",
        "/tests/api/http_test.c",
        "/index.html",
        "/x.cgi",
        "/..\\..\\etc\\passwd",
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        http_expect(s_service.port, targets[i], 404,
                    "{\"detail\":\"Not Found\"}");
}

Test(http, other_methods_are_told_which_are_allowed)
{
    static const char *const methods[] = {"POST",  "PUT",     "DELETE",
                                          "PATCH", "OPTIONS", "PROPFIND"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        http_reply_t reply;
        s_ask(methods[i], "/livez", "", &reply);
        cr_expect_eq(reply.status, 405, "%s", methods[i]);
        cr_expect(http_has(&reply, "Allow", "GET, HEAD"));
        cr_expect_str_eq(reply.body, "{\"detail\":\"Method Not Allowed\"}");
        http_reply_free(&reply);
    }
}

Test(http, other_sites_get_no_leave_to_ask)
{
    http_reply_t reply;
    s_ask("OPTIONS", "/livez",
          "Origin: http://example.org\r\n"
          "Access-Control-Request-Method: GET\r\n",
          &reply);
    cr_expect_eq(reply.status, 405);
    cr_expect_null(strcasestr(reply.head, "access-control"));
    http_reply_free(&reply);
    s_ask("GET", "/livez", "Origin: http://example.org\r\n", &reply);
    cr_expect_null(strcasestr(reply.head, "access-control"));
    cr_expect_null(strcasestr(reply.head, "\nserver:"));
    cr_expect(http_has(&reply, "X-Content-Type-Options", "nosniff"));
    http_reply_free(&reply);
}

Test(http, head_is_get_without_the_body)
{
    static const char *const targets[] = {"/", "/livez", "/openapi.json",
                                          "/nope", "/v1/agg_event_counts"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        http_reply_t get, head;
        s_ask("GET", targets[i], "", &get);
        s_ask("HEAD", targets[i], "", &head);
        cr_expect_eq(head.status, get.status);
        cr_expect_eq(head.body_bytes, 0);
        cr_expect_eq(atoi(http_header(&head, "Content-Length")),
                     (int)get.body_bytes);
        http_reply_free(&get);
        http_reply_free(&head);
    }
}

Test(http, what_does_not_change_is_sent_once)
{
    http_reply_t reply;
    char header[128];
    s_ask("GET", "/openapi.json", "", &reply);
    snprintf(header, sizeof header, "If-None-Match: %.20s\r\n",
             http_header(&reply, "ETag"));
    http_reply_free(&reply);
    s_ask("GET", "/openapi.json", header, &reply);
    cr_expect_eq(reply.status, 304);
    http_reply_free(&reply);
    s_ask("GET", "/openapi.json", "If-None-Match: \"other\"\r\n", &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
}

Test(http, long_answers_are_packed_for_who_takes_it)
{
    http_reply_t plain, packed;
    s_ask("GET", "/openapi.json", "", &plain);
    s_ask("GET", "/openapi.json", "Accept-Encoding: gzip\r\n", &packed);
    cr_expect(http_has(&packed, "Content-Encoding", "gzip"));
    cr_expect_lt(packed.body_bytes, plain.body_bytes / 2);
    cr_expect_arr_eq(packed.body, "\x1f\x8b", 2);
    http_reply_free(&plain);
    http_reply_free(&packed);
}

Test(http, requests_that_are_too_large_are_refused)
{
    static char text[80 * 1024];
    char request[256];
    http_reply_t reply;
    memset(text, 'a', PARAMETERS_URL_MAX + 1);
    text[0] = '/';
    s_ask("GET", text, "", &reply);
    cr_expect_eq(reply.status, 414);
    http_reply_free(&reply);

    memset(text, 'a', DISPATCH_HEADERS_MAX + 1);
    memcpy(text, "X: ", 3);
    strcpy(text + DISPATCH_HEADERS_MAX, "\r\n");
    s_ask("GET", "/livez", text, &reply);
    cr_expect_eq(reply.status, 431);
    http_reply_free(&reply);

    memset(text, 'a', sizeof text - 1); // more than is read at all
    memcpy(text, "X: ", 3);
    text[sizeof text - 1] = '\0';
    s_ask("GET", "/livez", text, &reply);
    cr_expect_eq(reply.status, 400);
    http_reply_free(&reply);

    snprintf(request, sizeof request,
             "GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
             (int)DISPATCH_BODY_MAX + 1);
    cr_expect_eq(s_raw(request), 413);
}

Test(http, a_body_is_never_taken_for_the_next_request)
{
    static const char *const requests[] = {
        "GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 36\r\n\r\n"
        "GET /nope HTTP/1.1\r\nHost: example\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        http_reply_t reply;
        int fd = http_open(s_service.port);
        http_send(fd, requests[i]);
        http_read(fd, false, &reply);
        cr_expect_eq(reply.status, 200);
        cr_expect(http_has(&reply, "Connection", "close"));
        http_reply_free(&reply);
        char byte;
        cr_expect_leq(recv(fd, &byte, 1, 0), 0);
        close(fd);
    }
}

Test(http, what_is_no_request_is_answered_and_the_next_client_served)
{
    static const char *const texts[] = {
        "garbage\r\n\r\n",
        "GET\r\n\r\n",
        "GET /livez\r\n\r\n",
        "GET /livez HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "FOO /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int status = s_raw(texts[i]);
        cr_expect(status >= 400 && status < 500, "%s: %d", texts[i], status);
        http_expect(s_service.port, "/livez", 200, ALIVE);
    }
}

Test(http, one_connection_serves_many_requests)
{
    int fd = http_open(s_service.port);
    for (int i = 0; i < 100; i++) {
        http_reply_t reply;
        http_send(fd, i % 2 ? "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
                            : "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
        http_read(fd, false, &reply);
        cr_assert_eq(reply.status, i % 2 ? 200 : 404);
        http_reply_free(&reply);
    }
    close(fd);
}

Test(http, requests_sent_ahead_are_answered_in_order)
{
    http_reply_t reply;
    int fd = http_open(s_service.port);
    http_send(fd, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
                  "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
                  "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 3; i++) {
        http_read(fd, false, &reply);
        cr_expect_eq(reply.status, i == 1 ? 404 : 200);
        http_reply_free(&reply);
    }
    close(fd);
}

static void *s_ask_often(void *unused)
{
    int fd = http_open(s_service.port);
    (void)unused;
    for (int i = 0; i < 50; i++) {
        http_reply_t reply;
        http_send(fd, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        http_read(fd, false, &reply);
        cr_expect_eq(reply.status, 200);
        http_reply_free(&reply);
    }
    close(fd);
    return NULL;
}

Test(http, thirty_two_connections_are_served_at_once)
{
    pthread_t threads[32];
    for (int i = 0; i < 32; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, s_ask_often, NULL), 0);
    for (int i = 0; i < 32; i++)
        pthread_join(threads[i], NULL);
}

Test(http, silent_clients_hold_nobody_up_for_long)
{
    int silent[3];
    service_close(&s_service); // again, with no more workers than these
    service_configure(&s_service);
    s_service.config->http_threads = 3;
    service_start_api(&s_service);
    for (int i = 0; i < 3; i++) {
        silent[i] = http_open(s_service.port);
        http_send(silent[i], "GET /livez HTTP/1.1\r\nHost:");
    }
    http_expect(s_service.port, "/livez", 200, ALIVE);
    for (int i = 0; i < 3; i++)
        close(silent[i]);
}

Test(http, an_absent_actor_is_said_and_the_client_told_to_come_back)
{
    static const char *const targets[] = {
        "/v1/agg_event_counts?offset_minutes=1",
        "/v1/avg_pr_interval/a/b",
        "/v1/events",
        "/v1/events?type=A",
        "/v1/events?since=2016-01-01",
        "/v1/events/1",
        "/v1/log",
        "/v1/rejects",
        "/v1/sources",
        "/v1/actors",
        "/healthcheck",
        "/readyz"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        http_reply_t reply;
        s_ask("GET", targets[i], "", &reply);
        cr_expect_eq(reply.status, 503, "%s: %d", targets[i], reply.status);
        cr_expect(http_has(&reply, "Retry-After", "1"));
        cr_expect(strncmp(reply.body, "{\"detail\":\"", 11) == 0, "%s",
                  reply.body);
        http_reply_free(&reply);
    }
    http_expect(s_service.port, "/livez", 200, ALIVE);
}

Test(http, every_part_that_is_down_is_named)
{
    buffer_t expected = {0};
    buffer_add_text(&expected, "{\"detail\":\"journal: log does not answer");
    for (size_t i = 0; i < s_service.config->view_count; i++) {
        const char *view = s_service.config->views[i];
        buffer_printf(&expected, "; %s: view-%s does not answer", view, view);
    }
    buffer_add(&expected, "\"}", sizeof "\"}");
    http_expect(s_service.port, "/readyz", 503, expected.data);
    buffer_free(&expected);
}

Test(http, a_fetcher_that_should_answer_and_does_not_is_said)
{
    zactor_destroy(&s_service.api);
    s_service.config->fetch = true;
    service_start_api(&s_service);
    http_expect(s_service.port, "/v1/sources", 503,
                "{\"detail\":\"fetcher does not answer\"}");
}

Test(http, with_a_token_only_its_bearer_is_served)
{
    http_reply_t reply;
    service_close(&s_service);
    service_configure(&s_service);
    s_service.config->http_token = strdup("secret");
    service_start_api(&s_service);
    s_ask("GET", "/openapi.json", "", &reply);
    cr_expect_eq(reply.status, 401);
    cr_expect(http_has(&reply, "WWW-Authenticate", "Bearer"));
    cr_expect_str_eq(reply.body, "{\"detail\":\"Not authenticated\"}");
    http_reply_free(&reply);
    s_ask("GET", "/openapi.json", "Authorization: Bearer guess\r\n", &reply);
    cr_expect_eq(reply.status, 401);
    http_reply_free(&reply);
    s_ask("GET", "/openapi.json", "Authorization: Bearer secret\r\n", &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
    int fd = http_open(s_service.port); // who guesses starts anew each time
    http_send(fd, "GET /v1/log HTTP/1.1\r\nHost: x\r\n\r\n");
    http_read(fd, false, &reply);
    cr_expect(http_has(&reply, "Connection", "close"));
    http_reply_free(&reply);
    close(fd);
    // Nothing is told of what there is, but that it lives.
    s_ask("GET", "/nope", "", &reply);
    cr_expect_eq(reply.status, 401);
    http_reply_free(&reply);
    http_expect(s_service.port, "/livez", 200, ALIVE);
    // The page that asks for the token comes without it.
    s_ask("GET", "/", "Accept: text/html\r\n", &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
    s_ask("GET", "/assets/dashboard.js", "", &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
}

// What an api says that cannot listen where it should.
static char *s_refusal(const config_t *config)
{
    char *word = NULL, *reason = NULL;
    actor_args_t args = {config, "api"};
    zactor_t *api = zactor_new(api_actor, &args);
    zstr_recvx(api, &word, &reason, NULL);
    cr_assert_str_eq(word, "FAILED");
    zstr_free(&word);
    zactor_destroy(&api);
    return reason;
}

static void s_expect_refusal(const char *host, int port, const char *wanted)
{
    free(s_service.config->http_host);
    s_service.config->http_host = strdup(host);
    s_service.config->http_port = (uint16_t)port;
    char *reason = s_refusal(s_service.config);
    cr_expect_str_eq(reason, wanted);
    zstr_free(&reason);
}

Test(http, a_port_in_use_is_said_in_one_line)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted,
             "cannot listen on 127.0.0.1:%d: address in use by another program",
             s_service.port);
    s_expect_refusal("127.0.0.1", s_service.port, wanted);
}

Test(http, where_it_cannot_or_must_not_listen_is_said)
{
    s_expect_refusal("0.0.0.0", 0,
                     "will not listen on 0.0.0.0:0 without a token: other "
                     "machines could ask; set http.token-file or "
                     "http.open-to-all");
    s_expect_refusal("::1", 80,
                     "cannot listen on [::1]:80: IPv6 is not supported, give "
                     "an IPv4 address");
    s_expect_refusal("no-such-host.invalid", 80,
                     "cannot listen on no-such-host.invalid:80: no IPv4 "
                     "address of that name");
    s_expect_refusal("192.0.2.1", 80,
                     "will not listen on 192.0.2.1:80 without a token: other "
                     "machines could ask; set http.token-file or "
                     "http.open-to-all");
    s_service.config->http_open = true;
    s_expect_refusal("192.0.2.1", 80,
                     "cannot listen on 192.0.2.1:80: Cannot assign requested "
                     "address");
}

// Headers, and answers as bytes.

#include "api/http/response.h"
#include "api/text/http_text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <zlib.h>

Test(http_text, gzip_is_used_only_where_it_is_taken)
{
    cr_expect(http_text_takes_gzip("gzip"));
    cr_expect(http_text_takes_gzip("deflate, GZIP;q=0.5 , br"));
    cr_expect(http_text_takes_gzip("*"));
    cr_expect(http_text_takes_gzip("br, *;q=0.1"));
    cr_expect_not(http_text_takes_gzip(NULL));
    cr_expect_not(http_text_takes_gzip(""));
    cr_expect_not(http_text_takes_gzip("br"));
    cr_expect_not(http_text_takes_gzip("gzip;q=0"));
    cr_expect_not(http_text_takes_gzip("gzip; q=0.0, *"));
    cr_expect_not(http_text_takes_gzip("gzipped"));
}

Test(http_text, a_page_is_for_who_names_it)
{
    cr_expect(http_text_takes_html("text/html"));
    cr_expect(
        http_text_takes_html("text/html,application/xml;q=0.9,*/*;q=0.8"));
    cr_expect(http_text_takes_html("application/json;q=0.5, TEXT/HTML;q=0.9"));
    cr_expect_not(http_text_takes_html("application/json, text/html;q=0.9"));
    cr_expect_not(http_text_takes_html("text/html;q=0"));
    cr_expect_not(http_text_takes_html("application/json"));
    cr_expect_not(http_text_takes_html("text/*"));
    cr_expect_not(http_text_takes_html("*/*"));
    cr_expect_not(http_text_takes_html(""));
    cr_expect_not(http_text_takes_html(NULL));
}

Test(http_text, tags_are_compared_weakly)
{
    char tag[HTTP_TEXT_TAG_BYTES], list[64];
    http_text_tag(slice_of("body"), tag);
    cr_expect_eq(strlen(tag), HTTP_TEXT_TAG_BYTES - 1);
    cr_expect(http_text_has_tag(tag, tag));
    cr_expect(http_text_has_tag(tag + 2, tag));
    cr_expect(http_text_has_tag("*", tag));
    snprintf(list, sizeof list, "\"x\", %s", tag);
    cr_expect(http_text_has_tag(list, tag));
    cr_expect_not(http_text_has_tag("\"x\"", tag));
    cr_expect_not(http_text_has_tag("", tag));
    cr_expect_not(http_text_has_tag(NULL, tag));
}

Test(http_text, another_body_has_another_tag)
{
    char one[HTTP_TEXT_TAG_BYTES], other[HTTP_TEXT_TAG_BYTES];
    http_text_tag(slice_of("one"), one);
    http_text_tag(slice_of("other"), other);
    cr_expect_str_neq(one, other);
}

Test(http_text, only_the_very_token_is_the_bearer)
{
    cr_expect(http_text_is_bearer("Bearer secret", "secret"));
    cr_expect(http_text_is_bearer("bearer  secret", "secret"));
    cr_expect_not(http_text_is_bearer("Bearer secrets", "secret"));
    cr_expect_not(http_text_is_bearer("Bearer secre", "secret"));
    cr_expect_not(http_text_is_bearer("Bearer secretsecret", "secret"));
    cr_expect_not(http_text_is_bearer("Bearer ", "secret"));
    cr_expect_not(http_text_is_bearer("Basic secret", "secret"));
    cr_expect_not(http_text_is_bearer("secret", "secret"));
    cr_expect_not(http_text_is_bearer(NULL, "secret"));
    cr_expect_not(http_text_is_bearer("Bearer ", ""));
}

Test(http_text, words_of_a_list_are_whole)
{
    cr_expect(http_text_lists("keep-alive, Close", "close"));
    cr_expect_not(http_text_lists("closed", "close"));
    cr_expect_not(http_text_lists(NULL, "close"));
}

static buffer_t s_head, s_packed;
static answer_t s_answer;

static void s_setup(void)
{
    answer_reset(&s_answer);
}

static void s_teardown(void)
{
    answer_free(&s_answer);
    buffer_free(&s_head);
    buffer_free(&s_packed);
}

TestSuite(response, .init = s_setup, .fini = s_teardown);

static slice_t s_render(const response_form_t *form)
{
    return response_render(&s_answer, form, &s_head, &s_packed);
}

static bool s_head_has(const char *text)
{
    return memmem(s_head.data, s_head.bytes, text, strlen(text));
}

Test(response, a_head_is_complete)
{
    static const char wanted[] = "HTTP/1.1 200 OK\r\n"
                                 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                 "Connection: keep-alive\r\n"
                                 "X-Content-Type-Options: nosniff\r\n"
                                 "Cache-Control: no-store\r\n"
                                 "Content-Type: application/json\r\n"
                                 "Content-Length: 2\r\n\r\n";
    const response_form_t form = {.keep_alive = true, .now_s = 784111777};
    buffer_add_text(&s_answer.body, "{}");
    slice_t body = s_render(&form);
    cr_expect(slice_equal(buffer_slice(&s_head), slice_of(wanted)), "%.*s",
              (int)s_head.bytes, s_head.data);
    cr_expect(slice_equal(body, slice_of("{}")));
}

Test(response, head_is_get_without_the_body)
{
    const response_form_t form = {.head = true};
    buffer_add_text(&s_answer.body, "{}");
    cr_expect_eq(s_render(&form).bytes, 0);
    cr_expect(s_head_has("Content-Length: 2\r\n"));
}

Test(response, an_unavailable_part_says_when_to_come_back)
{
    answer_unavailable(&s_answer, "%s", "the \"log\" is silent");
    const response_form_t form = {0};
    slice_t body = s_render(&form);
    cr_expect(s_head_has("HTTP/1.1 503 Service Unavailable\r\n"));
    cr_expect(s_head_has("Retry-After: 1\r\n"));
    cr_expect(s_head_has("Connection: close\r\n"));
    cr_expect(slice_equal(
        body, slice_of("{\"detail\":\"the \\\"log\\\" is silent\"}")));
}

Test(response, what_the_client_has_is_not_sent_again)
{
    char tag[HTTP_TEXT_TAG_BYTES];
    buffer_add_text(&s_answer.body, "{}");
    http_text_tag(buffer_slice(&s_answer.body), tag);
    s_answer.caching = ANSWER_ASK;
    const response_form_t form = {.if_none_match = tag};
    cr_expect_eq(s_render(&form).bytes, 0);
    cr_expect(s_head_has("HTTP/1.1 304 Not Modified\r\n"));
    cr_expect(s_head_has(tag));
    cr_expect_not(s_head_has("Content-Length"));
}

Test(response, an_error_and_a_passing_answer_have_no_tag)
{
    const response_form_t form = {.if_none_match = "*"};
    s_render(&form);
    cr_expect_not(s_head_has("ETag"));
    cr_expect(s_head_has("200 OK"));
    answer_detail(&s_answer, 404, "Not Found");
    s_answer.caching = ANSWER_ASK;
    s_render(&form);
    cr_expect_not(s_head_has("ETag"));
    cr_expect(s_head_has("404 Not Found"));
}

static void s_expect_unpacks(slice_t packed, slice_t wanted)
{
    static unsigned char out[65536];
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.data,
                       .avail_in = (uInt)packed.bytes,
                       .next_out = out,
                       .avail_out = sizeof out};
    cr_assert_eq(inflateInit2(&stream, 15 + 16), Z_OK);
    cr_expect_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
    cr_expect(slice_equal(slice(out, stream.total_out), wanted));
    inflateEnd(&stream);
}

Test(response, a_long_body_is_packed_for_who_takes_it)
{
    const response_form_t form = {.accept_encoding = "gzip"};
    for (int i = 0; i < 2000; i++)
        buffer_printf(&s_answer.body, "%d,", i);
    slice_t body = s_render(&form);
    cr_expect(s_head_has("Content-Encoding: gzip\r\n"));
    cr_expect(s_head_has("Vary: Accept-Encoding\r\n"));
    cr_expect_lt(body.bytes, s_answer.body.bytes / 2);
    s_expect_unpacks(body, buffer_slice(&s_answer.body));
}

Test(response, a_long_body_goes_plain_to_who_does_not)
{
    const response_form_t form = {0};
    for (int i = 0; i < 2000; i++)
        buffer_printf(&s_answer.body, "%d,", i);
    cr_expect(slice_equal(s_render(&form), buffer_slice(&s_answer.body)));
    cr_expect(s_head_has("Vary: Accept-Encoding\r\n"));
    cr_expect_not(s_head_has("Content-Encoding"));
}

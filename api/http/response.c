#include "api/http/response.h"

#include "api/text/gzip.h"
#include "api/text/http_text.h"
#include "proto/base/time_text.h"

// Returns the body to send: compressed if that is worth it and the client
// accepts gzip.
static slice_t s_pack(const answer_t *answer, const response_form_t *form,
                      bool worth_packing, buffer_t *packed)
{
    buffer_reset(packed);
    slice_t body = buffer_slice(&answer->body);
    if (!worth_packing || !http_text_takes_gzip(form->accept_encoding) ||
        gzip_add(packed, body) < 0)
        return body;
    return buffer_slice(packed);
}

static void s_header(buffer_t *head, const char *name, const char *value)
{
    buffer_add_text(head, name);
    buffer_add(head, ": ", 2);
    buffer_add_text(head, value);
    buffer_add(head, "\r\n", 2);
}

static void s_begin(buffer_t *head, int status, const response_form_t *form)
{
    char date[TIME_TEXT_HTTP_BYTES];
    time_text_format_http(form->now_s, date);
    buffer_reset(head);
    buffer_add_text(head, "HTTP/1.1 ");
    buffer_add_decimal(head, (uint64_t)status);
    buffer_add(head, " ", 1);
    buffer_add_text(head, http_text_reason(status));
    buffer_add(head, "\r\n", 2);
    s_header(head, "Date", date);
    s_header(head, "Connection", form->keep_alive ? "keep-alive" : "close");
    s_header(head, "X-Content-Type-Options", "nosniff");
}

static void s_location(buffer_t *head, const answer_t *answer)
{
    if (answer->moved_path.bytes == 0)
        return;
    buffer_add_text(head, "Location: ");
    buffer_add(head, answer->moved_path.data, answer->moved_path.bytes);
    if (answer->moved_query && *answer->moved_query) {
        buffer_add_text(head, "?");
        buffer_add_text(head, answer->moved_query);
    }
    buffer_add(head, "\r\n", 2);
}

static void s_describe(buffer_t *head, const answer_t *answer, size_t bytes,
                       bool packed)
{
    if (packed)
        s_header(head, "Content-Encoding", "gzip");
    s_header(head, "Content-Type", answer->type);
    if (answer->streams)
        return;
    buffer_add_text(head, "Content-Length: ");
    buffer_add_decimal(head, bytes);
    buffer_add(head, "\r\n", 2);
}

slice_t response_render(answer_t *answer, const response_form_t *form,
                        buffer_t *head, buffer_t *packed)
{
    const bool worth_packing = answer->body.bytes > RESPONSE_GZIP_MIN;
    const bool tagged =
        answer->status == 200 && strcmp(answer->caching, ANSWER_NEVER) != 0;
    char tag[HTTP_TEXT_TAG_BYTES] = "";
    if (tagged)
        http_text_tag(buffer_slice(&answer->body), tag);
    const bool unchanged =
        tagged && http_text_has_tag(form->if_none_match, tag);

    if (unchanged)
        answer->status = 304;
    s_begin(head, answer->status, form);
    s_header(head, "Cache-Control", answer->caching);
    buffer_add_text(head, answer->headers);
    s_location(head, answer);
    if (tagged)
        s_header(head, "ETag", tag);
    if (worth_packing)
        s_header(head, "Vary", "Accept-Encoding");
    slice_t body = slice("", 0);
    if (!unchanged) {
        body = s_pack(answer, form, worth_packing, packed);
        s_describe(head, answer, body.bytes, packed->bytes > 0);
    }
    buffer_add(head, "\r\n", 2);
    return form->head ? slice("", 0) : body;
}

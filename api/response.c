#include "api/response.h"

#include "api/gzip.h"
#include "api/http_text.h"

// The body as it goes out; with worth_packing its form depends on the client.
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

static void s_common(buffer_t *head, int status, const response_form_t *form)
{
    char date[HTTP_TEXT_DATE_BYTES];
    http_text_date(form->now_s, date);
    buffer_printf(head,
                  "HTTP/1.1 %d %s\r\n"
                  "Date: %s\r\n"
                  "Connection: %s\r\n"
                  "X-Content-Type-Options: nosniff\r\n",
                  status, http_text_reason(status), date,
                  form->keep_alive ? "keep-alive" : "close");
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
    buffer_reset(head);
    s_common(head, answer->status, form);
    buffer_printf(head, "Cache-Control: %s\r\n%s", answer->caching,
                  answer->headers);
    if (tagged)
        buffer_printf(head, "ETag: %s\r\n", tag);
    if (worth_packing)
        buffer_add_text(head, "Vary: Accept-Encoding\r\n");
    if (unchanged) {
        buffer_add_text(head, "\r\n");
        return slice("", 0);
    }
    const slice_t body = s_pack(answer, form, worth_packing, packed);
    if (packed->bytes > 0)
        buffer_add_text(head, "Content-Encoding: gzip\r\n");
    buffer_printf(head, "Content-Type: %s\r\n", answer->type);
    if (!answer->streams)
        buffer_printf(head, "Content-Length: %zu\r\n", body.bytes);
    buffer_add_text(head, "\r\n");
    return form->head ? slice("", 0) : body;
}

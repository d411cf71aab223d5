// The live tail, as a client on a plain socket sees it.

#include "actors/runtime/clock.h"
#include "tests/api/service.h"

#define T0 1451611800u

static service_t s_service;

static const slice_t s_none = {"", 0};

// Four events, of which number 1 and 3 are no PushEvents.
static void s_setup(void)
{
    service_open(&s_service);
    service_add(&s_service, "PushEvent", "", "octo/cat", 1, T0);
    service_add(&s_service, "WatchEvent", "started", "octo/dog", 2, T0);
    service_add(&s_service, "PushEvent", "", "octo/dog", 2, T0);
    service_add(&s_service, "WatchEvent", "started", "octo/cat", 1, T0);
    service_send(&s_service, s_none);
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(stream, .init = s_setup, .fini = s_teardown, .timeout = 110);

static void s_push(const char *type, const char *repo)
{
    service_add(&s_service, type, "", repo, 1, T0);
    service_send(&s_service, s_none);
}

// A client of one stream.
typedef struct {
    int fd;
    http_reply_t reply;
    char id[24];     // of the last event or comment, as EventSource keeps it
    char event[24];  // its name; "" is a message
    char data[4096]; // of the last event
} client_t;

// Connects; the status is in its reply.
static void s_connect(client_t *client, const char *query, const char *headers)
{
    char request[512];
    *client = (client_t){.fd = http_open(s_service.port)};
    snprintf(request, sizeof request,
             "GET /v1/events/stream%s HTTP/1.1\r\nHost: x\r\n%s\r\n", query,
             headers);
    http_send(client->fd, request);
    http_read(client->fd, false, &client->reply);
}

static void s_open(client_t *client, const char *query, const char *headers)
{
    s_connect(client, query, headers);
    cr_assert_eq(client->reply.status, 200, "%s", client->reply.head);
}

static void s_close(client_t *client)
{
    http_reply_free(&client->reply);
    close(client->fd);
}

// One line without its end; false when the stream has ended.
static bool s_line(client_t *client, char *line, size_t capacity)
{
    size_t bytes = 0;
    while (bytes < capacity - 1) {
        ssize_t got = recv(client->fd, line + bytes, 1, 0);
        if (got <= 0)
            return false;
        if (line[bytes] == '\n')
            break;
        bytes++;
    }
    line[bytes] = '\0';
    return true;
}

// Takes one block of lines, as the standard has EventSource do it.
static bool s_block(client_t *client)
{
    char line[sizeof client->data];
    client->data[0] = client->event[0] = '\0';
    while (s_line(client, line, sizeof line)) {
        if (line[0] == '\0')
            return true;
        if (strncmp(line, "id: ", 4) == 0)
            snprintf(client->id, sizeof client->id, "%.20s", line + 4);
        else if (strncmp(line, "event: ", 7) == 0)
            snprintf(client->event, sizeof client->event, "%.20s", line + 7);
        else if (strncmp(line, "data: ", 6) == 0)
            snprintf(client->data, sizeof client->data, "%.4000s", line + 6);
        else
            cr_assert_eq(line[0], ':', "%s", line);
    }
    return false;
}

// Waits for the next event, passing over comments.
static bool s_event(client_t *client)
{
    while (s_block(client)) {
        if (client->data[0])
            return true;
    }
    return false;
}

// The next event is this one: a whole document with its own offset.
static void s_expect(client_t *client, int offset)
{
    cr_assert(s_event(client), "the stream has ended");
    cJSON *json = cJSON_Parse(client->data);
    cr_assert_not_null(json, "%s", client->data);
    const cJSON *found = cJSON_GetObjectItem(json, "offset");
    cr_assert_eq(cJSON_GetNumberValue(found), offset, "%s", client->data);
    cr_assert_not_null(cJSON_GetObjectItem(json, "type"));
    cr_assert_eq(atoi(client->id), offset);
    cJSON_Delete(json);
}

// The stream is standing: what is appended now is sent to it.
static void s_await_comment(client_t *client)
{
    cr_assert(s_block(client));
    cr_assert_str_empty(client->data);
}

Test(stream, it_begins_with_what_comes_next)
{
    client_t client;
    s_open(&client, "", "");
    cr_expect(http_has(&client.reply, "Content-Type",
                       "text/event-stream; charset=utf-8"));
    cr_expect(http_has(&client.reply, "Cache-Control", "no-store"));
    cr_expect_null(http_header(&client.reply, "Content-Length"));
    s_await_comment(&client);
    cr_expect_str_eq(client.id, "3");
    s_push("PushEvent", "octo/cat");
    s_expect(&client, 4);
    s_push("PushEvent", "octo/cat");
    s_expect(&client, 5);
    s_close(&client);
}

Test(stream, it_begins_where_it_is_told)
{
    client_t client;
    s_open(&client, "?from=1", "");
    for (int offset = 1; offset < 4; offset++)
        s_expect(&client, offset);
    s_close(&client);
}

Test(stream, a_client_that_comes_back_misses_and_repeats_nothing)
{
    client_t client;
    char header[64];
    int expected = 0;
    s_open(&client, "?from=0", "");
    s_expect(&client, expected++);
    for (int round = 0; round < 5; round++) {
        s_close(&client);
        s_push("PushEvent", "octo/cat");
        s_push("PushEvent", "octo/cat");
        snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", client.id);
        s_open(&client, "?from=0", header);
        for (int i = 0; i < 2; i++)
            s_expect(&client, expected++);
    }
    s_close(&client);
}

Test(stream, filters_work_as_on_a_page)
{
    client_t watches, dogs;
    s_open(&watches, "?from=0&type=WatchEvent", "");
    s_open(&dogs, "?from=0&repo=OCTO/dog&type=PushEvent,IssuesEvent", "");
    s_expect(&watches, 1);
    s_expect(&watches, 3);
    s_expect(&dogs, 2);
    s_push("PushEvent", "octo/cat");
    s_push("IssuesEvent", "octo/dog");
    s_push("WatchEvent", "octo/dog");
    s_expect(&dogs, 5);
    s_expect(&watches, 6);
    s_close(&watches);
    s_close(&dogs);
}

Test(stream, comments_move_the_id_over_what_a_filter_leaves_out)
{
    client_t client;
    s_open(&client, "?from=0&type=ForkEvent", "");
    do
        s_await_comment(&client);
    while (strcmp(client.id, "3") != 0);
    s_close(&client);
}

Test(stream, line_ends_within_an_event_do_not_end_it)
{
    const char *json =
        "{\r\n \"type\": \"PushEvent\",\n\n \"created_at\": 1\n}";
    const event_t event = {.id = 99,
                           .created_at = T0,
                           .type = event_type_code(slice_of("PushEvent")),
                           .type_name = slice_of("PushEvent"),
                           .json = slice_of(json)};
    client_t client;
    s_open(&client, "?from=4", "");
    cr_assert_eq(batch_builder_add(s_service.builder, &event), 0);
    service_send(&s_service, s_none);
    s_expect(&client, 4);
    s_close(&client);
}

Test(stream, an_id_of_another_log_is_told_and_the_stream_goes_on)
{
    client_t client;
    s_open(&client, "?type=PushEvent", "Last-Event-ID: 98\r\n");
    cr_assert(s_event(&client));
    cr_expect_str_eq(client.event, "gap");
    cr_expect_str_eq(client.data, "{\"expected\":99,\"next\":4}");
    s_push("PushEvent", "octo/cat");
    s_expect(&client, 4);
    s_close(&client);
}

Test(stream, an_id_that_is_none_is_refused)
{
    static const char *const ids[] = {"x", "-1", "1x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        client_t client;
        char header[64];
        snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", ids[i]);
        s_connect(&client, "", header);
        cr_expect_eq(client.reply.status, 400, "%s", ids[i]);
        s_close(&client);
    }
}

Test(stream, head_answers_without_a_stream)
{
    http_reply_t reply;
    http_ask(s_service.port, "HEAD", "/v1/events/stream", "", &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
}

static void s_limit(int threads, int streams)
{
    zactor_destroy(&s_service.api);
    s_service.config->http_threads = threads;
    s_service.config->http_streams = streams;
    service_start_api(&s_service);
}

// Tries until there is a place.
static void s_open_in_turn(client_t *client, const char *query,
                           const char *headers)
{
    do {
        s_connect(client, query, headers);
        if (client->reply.status == 503)
            s_close(client);
    } while (client->reply.status == 503);
    cr_assert_eq(client->reply.status, 200);
}

// With one thread for requests and two for streams.
Test(stream, streams_are_bounded_and_leave_room_for_requests)
{
    client_t first, second, third;
    s_limit(1, 2);
    s_open(&first, "?from=0", "");
    s_open(&second, "?from=0", "");
    s_connect(&third, "", "Connection: close\r\n");
    cr_expect_eq(third.reply.status, 503);
    cr_expect(http_has(&third.reply, "Retry-After", "1"));
    s_close(&third);
    http_expect(s_service.port, "/livez", 200, "{\"status\":\"alive\"}");
    s_expect(&second, 0);
    // The place of one that has gone is free again when that shows.
    s_close(&first);
    s_open_in_turn(&third, "?from=3", "Connection: close\r\n");
    s_expect(&third, 3);
    s_close(&second);
    s_close(&third);
}

Test(stream, a_journal_that_comes_back_ends_nothing_and_loses_nothing)
{
    client_t client;
    service_set_deadline(&s_service, 500);
    s_open(&client, "?from=3", "");
    s_expect(&client, 3);
    zactor_destroy(&s_service.journal);
    s_await_comment(&client);
    s_await_comment(&client);
    service_start_journal(&s_service);
    s_push("PushEvent", "octo/cat");
    s_expect(&client, 4);
    s_close(&client);
}

// Events of a MiB each, from offset 4 on.
static void s_add_large(int count)
{
    const size_t bytes = 1 << 20;
    char *json = malloc(bytes);
    cr_assert_not_null(json);
    memset(json, 'x', bytes);
    memcpy(json, "{\"type\":\"", 9);
    memcpy(json + bytes - 2, "\"}", 2);
    for (int i = 0; i < count; i++) {
        const event_t event = {.id = (uint64_t)(1000 + i),
                               .created_at = T0,
                               .type = event_type_code(slice_of("PushEvent")),
                               .type_name = slice_of("PushEvent"),
                               .json = slice(json, bytes)};
        cr_assert_eq(batch_builder_add(s_service.builder, &event), 0);
        service_send(&s_service, s_none);
    }
    free(json);
}

// More than the sockets' buffers hold, to a client that takes none of it.
Test(stream, a_slow_reader_is_cut_off_and_its_place_given_away)
{
    client_t slow, next;
    s_add_large(24);
    s_limit(1, 1);
    s_open(&slow, "?from=4", "");
    s_open_in_turn(&next, "?from=3", "Connection: close\r\n");
    s_expect(&next, 3);
    s_close(&next);
    // What it was sent ends somewhere.
    char rest[65536];
    ssize_t got;
    while ((got = recv(slow.fd, rest, sizeof rest, 0)) > 0)
        ;
    cr_expect_leq(got, 0);
    s_close(&slow);
}

Test(stream, it_ends_at_once_when_the_server_stops)
{
    client_t client;
    s_open(&client, "?from=3", "");
    s_expect(&client, 3);
    const int64_t begun_ms = clock_tick_ms();
    zactor_destroy(&s_service.api);
    cr_expect_not(s_event(&client));
    cr_log_info("stopped in %lld ms", (long long)(clock_tick_ms() - begun_ms));
    s_close(&client);
    service_start_api(&s_service); // for the teardown
}

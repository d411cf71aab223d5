// bench: figures, quantiles, and what is read from answers.

#include "tools/bench/bench.h"
#include "tools/bench/bench_client.h"
#include "tools/bench/bench_process.h"
#include "tools/command/command.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>

Test(bench, a_quantile_is_one_of_the_figures)
{
    double figures[] = {5, 1, 4, 2, 3};
    cr_expect_eq(bench_quantile(figures, 5, 0.5), 3);
    cr_expect_eq(bench_quantile(figures, 5, 0), 1);
    cr_expect_eq(bench_quantile(figures, 5, 0.99), 5);
    cr_expect(isnan(bench_quantile(figures, 0, 0.5)));
}

Test(bench, figures_beyond_the_last_round_are_dropped)
{
    static bench_t bench;
    for (int i = 0; i < BENCH_ROUNDS_MAX + 5; i++)
        bench_add(&bench, BENCH_GROWTH, i);
    cr_expect_eq(bench.counts[BENCH_GROWTH], BENCH_ROUNDS_MAX);
}

Test(bench, a_warm_up_leaves_no_figures)
{
    static bench_t bench;
    const uint32_t none[BENCH_MEASURES] = {0};
    bench_add(&bench, BENCH_IMPORT, 1);
    bench_forget_warm_up(&bench, none);
    cr_expect_eq(bench.counts[BENCH_IMPORT], 0);
}

Test(bench, the_words_of_only_are_the_scenarios)
{
    char words[256] = "";
    for (size_t i = 0; bench_scenarios[i].name; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? " " : "", bench_scenarios[i].name);
    const usage_flag_t *flag = command_bench.usage.flags;
    while (strcmp(flag->name, "only") != 0)
        flag++;
    cr_expect_str_eq(flag->words, words);
}

Test(bench, a_number_that_is_not_there_is_none)
{
    cr_expect_eq(bench_json_number("{\"end\":12,\"pid\":-7}", "end"), 12);
    cr_expect_eq(bench_json_number("{\"end\":12,\"pid\":-7}", "pid"), -7);
    cr_expect(isnan(bench_json_number("{\"the_end\":12}", "end")));
}

// A server of one connection, which gives every request the same answer; an
// empty one: it hangs up.

typedef struct {
    int listener;
    uint16_t port;
    const char *answer;
    pthread_t thread;
} server_t;

static void *s_serve(void *context)
{
    const server_t *server = context;
    const size_t bytes = strlen(server->answer);
    char request[1024];
    int peer = accept(server->listener, NULL, NULL);
    while (peer >= 0 && recv(peer, request, sizeof request, 0) > 0 &&
           bytes > 0 &&
           send(peer, server->answer, bytes, MSG_NOSIGNAL) == (ssize_t)bytes)
        ;
    close(peer);
    return NULL;
}

static void s_start(server_t *server, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    server->answer = answer;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(server->listener, (struct sockaddr *)&address, bytes), 0);
    cr_assert_eq(listen(server->listener, 1), 0);
    cr_assert_eq(
        getsockname(server->listener, (struct sockaddr *)&address, &bytes), 0);
    server->port = ntohs(address.sin_port);
    cr_assert_eq(pthread_create(&server->thread, NULL, s_serve, server), 0);
}

static void s_stop(server_t *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static void s_target(const void *context, uint64_t number,
                     char path[BENCH_TARGET_MAX])
{
    (void)context;
    snprintf(path, BENCH_TARGET_MAX, "/%d", (int)number);
}

Test(bench, a_load_that_is_refused_says_with_what)
{
    bench_load_t load = {0};
    server_t server;
    s_start(&server, "HTTP/1.1 503 Service Unavailable\r\n"
                     "Content-Length: 16\r\n\r\n{\"detail\":\"why\"}");
    cr_assert_eq(bench_client_load(server.port, s_target, NULL, 1, 3600, &load),
                 -1);
    cr_expect_not_null(strstr(load.refusal, "status 503"), "%s", load.refusal);
    cr_expect_not_null(strstr(load.refusal, "why"), "%s", load.refusal);
    s_stop(&server);
}

Test(bench, a_load_that_is_hung_up_on_says_so)
{
    bench_load_t load = {0};
    server_t server;
    s_start(&server, "");
    cr_assert_eq(bench_client_load(server.port, s_target, NULL, 1, 3600, &load),
                 -1);
    cr_expect_not_null(strstr(load.refusal, "without a response"), "%s",
                       load.refusal);
    s_stop(&server);
}

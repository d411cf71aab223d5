// Sockets as all actors open them, and requests with a deadline.

#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "log/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static config_t *s_config(const char *transport)
{
    config_t *config = config_new();

    cr_assert_not_null(config);
    cr_assert_eq(config_set(config, "transport", transport, NULL, NULL), 0);
    return config;
}

static const message_t s_question = {.kind = MESSAGE_LOG_STATS_ASK};

// Takes one question in and answers it with a number to tell answers apart.
static void s_answer(zsock_t *socket, uint64_t number, const char *frame)
{
    const message_t done = {.kind = MESSAGE_DONE, .done = {.offset = number}};

    cr_assert_eq(socket_send(socket, &done, frame != NULL), 0);
    if (frame)
        cr_assert_eq(socket_send_bytes(socket, slice_of(frame), false), 0);
}

static void s_take(zsock_t *socket)
{
    zmsg_t *question = zmsg_recv(socket);
    message_t message;

    cr_assert_not_null(question);
    zframe_t *frame = zmsg_first(question);
    cr_assert_eq(
        message_decode(&message, slice(zframe_data(frame), zframe_size(frame))),
        0);
    cr_expect_eq(message.kind, MESSAGE_LOG_STATS_ASK);
    zmsg_destroy(&question);
}

// A server that answers each question at once, twice.
static void s_server(zsock_t *pipe, void *args)
{
    zsock_t *socket = NULL;

    cr_assert_eq(socket_bind(&socket, args, ZMQ_REP, "log"), 0);
    zsock_signal(pipe, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        s_take(socket);
        s_answer(socket, i, "bulk");
    }
    zsock_wait(pipe);
    zsock_destroy(&socket);
}

Test(socket, a_request_gets_its_answer_with_its_frames)
{
    config_t *config = s_config("inproc://socket-a-");
    zactor_t *server = zactor_new(s_server, config);
    request_t *request = request_new(config, "log");
    message_t answer;

    for (uint64_t i = 1; i <= 2; i++) {
        cr_assert_eq(request_ask(request, &s_question, 5000, &answer), 0);
        cr_expect_eq(answer.kind, MESSAGE_DONE);
        cr_expect_eq(answer.done.offset, i);
        cr_expect(slice_equal(request_frame(request, 1), slice_of("bulk")));
        cr_expect_eq(request_frame(request, 2).bytes, 0);
    }
    request_destroy(&request);
    cr_expect_null(request);
    zsock_signal(server, 0);
    zactor_destroy(&server);
    config_destroy(&config);
}

Test(socket, a_late_answer_is_never_taken_for_the_next_one)
{
    config_t *config = s_config("inproc://socket-b-");
    zsock_t *socket = NULL;
    request_t *request = request_new(config, "log");
    message_t answer;

    cr_assert_eq(socket_bind(&socket, config, ZMQ_REP, "log"), 0);
    cr_assert_eq(request_ask(request, &s_question, 20, &answer), -ETIMEDOUT);
    cr_expect_eq(request_frame(request, 0).bytes, 0);
    // The question is gone with its socket, or is answered to nobody.
    zsock_set_rcvtimeo(socket, 50);
    zmsg_t *stale = zmsg_recv(socket);
    if (stale)
        s_answer(socket, 111, NULL);
    zmsg_destroy(&stale);
    cr_assert_eq(request_ask(request, &s_question, 20, &answer), -ETIMEDOUT);
    request_destroy(&request);
    zsock_destroy(&socket);
    config_destroy(&config);
}

static void s_slow_then_quick(zsock_t *pipe, void *args)
{
    zsock_t *socket = NULL;

    cr_assert_eq(socket_bind(&socket, args, ZMQ_REP, "log"), 0);
    zsock_signal(pipe, 0);
    s_take(socket);
    zsock_wait(pipe); // until the asker has given up
    s_answer(socket, 111, NULL);
    s_take(socket);
    s_answer(socket, 222, NULL);
    zsock_wait(pipe);
    zsock_destroy(&socket);
}

Test(socket, after_a_time_out_the_same_request_works_again)
{
    char transport[64];
    snprintf(transport, sizeof transport, "ipc:///tmp/octolog-s%ld-",
             (long)getpid());
    config_t *config = s_config(transport);
    zactor_t *server = zactor_new(s_slow_then_quick, config);
    request_t *request = request_new(config, "log");
    message_t answer;

    cr_assert_eq(request_ask(request, &s_question, 300, &answer), -ETIMEDOUT);
    zsock_signal(server, 0);
    cr_assert_eq(request_ask(request, &s_question, 10000, &answer), 0);
    cr_expect_eq(answer.done.offset, 222, "the late answer, 111, came through");
    request_destroy(&request);
    zsock_signal(server, 0);
    zactor_destroy(&server);
    config_destroy(&config);
}

// A process that takes one question in, and is gone without an answer.
static void s_die_of_a_question(const config_t *config)
{
    zsock_t *socket = NULL;
    pid_t parent = getpid();

    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0); // it was killed before that
        socket_bind(&socket, config, ZMQ_REP, "log");
        s_take(socket);
        _exit(0);
    }
    wait(NULL);
}

// Servers one after the other, of which the last answers.
static pid_t s_start_mortals(const config_t *config, int deaths)
{
    zsock_t *socket = NULL;
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < deaths; i++)
        s_die_of_a_question(config);
    socket_bind(&socket, config, ZMQ_REP, "log");
    s_take(socket);
    s_answer(socket, 333, NULL);
    for (;;)
        pause();
}

static int s_ask_mortals(int deaths, message_t *answer)
{
    char transport[64];
    snprintf(transport, sizeof transport, "ipc:///tmp/octolog-m%ld-",
             (long)getpid());
    config_t *config = s_config(transport);
    pid_t pid = s_start_mortals(config, deaths);
    request_t *request = request_new(config, "log");
    int rc = request_ask(request, &s_question, 60000, answer);
    request_destroy(&request);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    strcat(transport, "log");
    unlink(transport);
    config_destroy(&config);
    return rc;
}

Test(socket, who_comes_after_a_peer_that_died_is_asked_the_same)
{
    message_t answer = {0};

    cr_assert_eq(s_ask_mortals(1, &answer), 0);
    cr_expect_eq(answer.done.offset, 333);
}

Test(socket, a_question_that_peers_die_of_is_not_asked_for_ever)
{
    message_t answer;

    cr_expect_eq(s_ask_mortals(3, &answer), -ECONNRESET);
}

static void s_babbler(zsock_t *pipe, void *args)
{
    zsock_t *socket = NULL;

    cr_assert_eq(socket_bind(&socket, args, ZMQ_REP, "log"), 0);
    zsock_signal(pipe, 0);
    s_take(socket);
    zstr_send(socket, "this is no message");
    zsock_wait(pipe);
    zsock_destroy(&socket);
}

Test(socket, an_answer_that_is_no_message_is_named)
{
    config_t *config = s_config("inproc://socket-c-");
    zactor_t *server = zactor_new(s_babbler, config);
    request_t *request = request_new(config, "log");
    message_t answer;

    cr_expect_eq(request_ask(request, &s_question, 5000, &answer), -EBADMSG);
    request_destroy(&request);
    zsock_signal(server, 0);
    zactor_destroy(&server);
    config_destroy(&config);
}

Test(socket, an_ipc_path_gets_its_folder_and_one_too_long_is_refused)
{
    char folder[] = "/tmp/octolog-socket-XXXXXX", transport[256];
    zsock_t *socket = NULL;
    struct stat status;

    cr_assert_not_null(mkdtemp(folder));
    snprintf(transport, sizeof transport, "ipc://%s/run/", folder);
    config_t *config = s_config(transport);
    cr_assert_eq(socket_bind(&socket, config, ZMQ_PULL, "beats"), 0);
    snprintf(transport, sizeof transport, "%s/run", folder);
    cr_assert_eq(stat(transport, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0700);
    zsock_destroy(&socket);

    memset(transport, 'x', sizeof transport);
    memcpy(transport, "ipc:///tmp/", 11);
    transport[120] = '\0';
    config_set(config, "transport", transport, NULL, NULL);
    cr_expect_eq(socket_bind(&socket, config, ZMQ_PULL, "beats"),
                 -ENAMETOOLONG);
    cr_expect_null(socket);
    config_set(config, "transport", "ipc:///nowhere/at/all/", NULL, NULL);
    cr_expect_eq(socket_bind(&socket, config, ZMQ_PULL, "beats"), -ENOENT);
    config_destroy(&config);

    cr_assert_eq(folder_remove(folder), 0);
}

Test(socket, an_address_in_use_is_named)
{
    config_t *config = s_config("inproc://socket-d-");
    zsock_t *one = NULL, *two = NULL;

    cr_assert_eq(socket_bind(&one, config, ZMQ_REP, "log"), 0);
    cr_expect_eq(socket_bind(&two, config, ZMQ_REP, "log"), -EADDRINUSE);
    cr_expect_null(two);
    zsock_destroy(&one);
    config_destroy(&config);
}

Test(socket, a_push_without_a_peer_never_waits)
{
    config_t *config = s_config("inproc://socket-e-");
    zsock_t *socket = NULL;
    int rc = 0;

    cr_assert_eq(socket_connect(&socket, config, ZMQ_PUSH, "beats"), 0);
    for (int i = 0; i < SOCKET_HWM * 3 && rc == 0; i++)
        rc = socket_send(socket, &s_question, false);
    cr_expect_eq(rc, -EAGAIN);
    zsock_destroy(&socket);
    config_destroy(&config);
}

Test(socket, a_process_may_have_as_many_as_its_configuration_needs)
{
    struct rlimit limit;
    config_t *config = s_config("inproc://socket-i-");
    zsock_t *sockets[1100];

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    if (limit.rlim_max < 4096 || setrlimit(RLIMIT_NOFILE, &limit) != 0)
        cr_skip_test("needs 4,096 open files");
    socket_reserve(4096);
    for (int i = 0; i < 1100; i++)
        cr_assert_eq(socket_connect(&sockets[i], config, ZMQ_PUSH, "beats"), 0,
                     "%d", i);
    for (int i = 0; i < 1100; i++)
        zsock_destroy(&sockets[i]);
    config_destroy(&config);
}

Test(socket, signals_stay_as_they_were)
{
    struct sigaction before, after;

    sigaction(SIGTERM, NULL, &before);
    config_t *config = s_config("inproc://socket-f-");
    zsock_t *socket = NULL;
    cr_assert_eq(socket_bind(&socket, config, ZMQ_REP, "log"), 0);
    sigaction(SIGTERM, NULL, &after);
    cr_expect_eq(before.sa_handler, after.sa_handler);
    zsock_destroy(&socket);
    config_destroy(&config);
}

Test(socket, tcp_off_this_machine_wants_a_certificate_and_a_good_one)
{
    config_t *config = s_config("inproc://socket-g-");
    zsock_t *socket = NULL;

    config_set(config, "endpoint.log", "tcp://0.0.0.0:*", NULL, NULL);
    cr_expect_eq(socket_bind(&socket, config, ZMQ_REP, "log"), -EPERM);
    config_set(config, "curve.cert-file", "/nowhere/cert", NULL, NULL);
    cr_expect_eq(socket_bind(&socket, config, ZMQ_REP, "log"), -ENOKEY);
    cr_expect_null(socket);
    config_destroy(&config);
}

// A server with the certificate of the file, and a port of its own.
static zsock_t *s_bind_curve(config_t *config, const char *file)
{
    zsock_t *socket = NULL;

    config_set(config, "curve.cert-file", file, NULL, NULL);
    config_set(config, "endpoint.log", "tcp://127.0.0.1:*", NULL, NULL);
    cr_assert_eq(socket_bind(&socket, config, ZMQ_REP, "log"), 0);
    char *endpoint = zsock_last_endpoint(socket);
    config_set(config, "endpoint.log", endpoint, NULL, NULL);
    zstr_free(&endpoint);
    return socket;
}

static void s_save_certificate(const char *file)
{
    zcert_t *certificate = zcert_new();

    cr_assert_not_null(certificate);
    cr_assert_eq(zcert_save(certificate, file), 0);
    zcert_destroy(&certificate);
}

// The stranger knows the server's public key, which is all that CURVE asks for
// by itself, and has a key pair of his own.
static void s_expect_stranger_is_shut_out(const config_t *config,
                                          const char *file, zsock_t *server)
{
    zcert_t *known = zcert_load(file), *own = zcert_new();
    zsock_t *stranger = zsock_new(ZMQ_REQ);

    zcert_apply(own, stranger);
    zsock_set_curve_serverkey_bin(stranger, zcert_public_key(known));
    zsock_set_linger(stranger, 0);
    char endpoint[CONFIG_ENDPOINT_MAX];
    cr_assert_eq(config_endpoint(config, "log", endpoint), 0);
    cr_assert_eq(zsock_connect(stranger, "%s", endpoint), 0);
    zstr_send(stranger, "let me in");
    zsock_set_rcvtimeo(server, 500);
    zmsg_t *message = zmsg_recv(server);
    cr_expect_null(message, "a stranger was heard");
    zmsg_destroy(&message);
    zsock_destroy(&stranger);
    zcert_destroy(&known);
    zcert_destroy(&own);
}

Test(socket, curve_lets_in_who_has_the_certificate_and_no_one_else)
{
    char folder[] = "/tmp/octolog-curve-XXXXXX", file[64];

    cr_assert_not_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/cert", folder);
    s_save_certificate(file);
    config_t *config = s_config("inproc://socket-h-");
    zsock_t *server = s_bind_curve(config, file);
    zsock_t *client = NULL;

    s_expect_stranger_is_shut_out(config, file, server);
    cr_assert_eq(socket_connect(&client, config, ZMQ_REQ, "log"), 0);
    cr_assert_eq(socket_send(client, &s_question, false), 0);
    zsock_set_rcvtimeo(server, 10000);
    s_take(server);
    s_answer(server, 7, NULL);
    zsock_set_rcvtimeo(client, 10000);
    zmsg_t *answer = zmsg_recv(client);
    cr_expect_not_null(answer);
    zmsg_destroy(&answer);

    zsock_destroy(&client);
    zsock_destroy(&server);
    config_destroy(&config);
    cr_assert_eq(folder_remove(folder), 0);
}

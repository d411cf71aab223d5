// A real relay between producer and journal that drops every so-many-th
// message, either way: everything still arrives, in order, once.
#include "log/folder.h"
#include "tests/actors/spine_fixture.h"

typedef struct {
    const config_t *inside;  // the journal's side
    const config_t *outside; // the producer's
    int drop_publications;   // each so-many-th; 0: none
    int drop_feed;
} relay_t;

static void s_forward(zsock_t *from, zsock_t *to, int drop, int *count)
{
    zmsg_t *message = zmsg_recv(from);
    if (!message)
        return;
    bool lost = drop && ++*count % drop == 0;
    if (lost || zmsg_send(&message, to) != 0)
        zmsg_destroy(&message);
}

static void s_relay(zsock_t *pipe, void *args)
{
    const relay_t *relay = args;
    // publications: 0 -> 1; feed: 2 -> 3; subscriptions the other way.
    zsock_t *sockets[4];
    cr_assert(socket_bind(&sockets[0], relay->outside, ZMQ_XSUB, "ingest") ==
              0);
    cr_assert(socket_connect(&sockets[1], relay->inside, ZMQ_XPUB, "ingest") ==
              0);
    cr_assert(socket_connect(&sockets[2], relay->inside, ZMQ_XSUB, "feed") ==
              0);
    cr_assert(socket_bind(&sockets[3], relay->outside, ZMQ_XPUB, "feed") == 0);
    zsock_set_xpub_verbose(sockets[1], 1);
    zsock_set_xpub_verbose(sockets[3], 1);
    zsock_signal(pipe, 0);
    int drops[] = {relay->drop_publications, 0, relay->drop_feed, 0};
    int counts[4] = {0};
    zmq_pollitem_t items[5] = {{zsock_resolve(pipe), 0, ZMQ_POLLIN, 0}};
    for (int i = 0; i < 4; i++)
        items[1 + i] =
            (zmq_pollitem_t){zsock_resolve(sockets[i]), 0, ZMQ_POLLIN, 0};
    while (zmq_poll(items, 5, -1) >= 0 && !items[0].revents)
        for (int i = 0; i < 4; i++)
            if (items[1 + i].revents)
                s_forward(sockets[i], sockets[i ^ 1], drops[i], &counts[i]);
    for (int i = 0; i < 4; i++)
        zsock_destroy(&sockets[i]);
}

static void s_run(int drop_publications, int drop_feed, bool restarts)
{
    spine_t spine;
    spine_open(&spine);
    char dir[] = "/tmp/octolog-relay-XXXXXX";
    cr_assert(mkdtemp(dir) != NULL);
    config_t *outside = spine_config(dir);
    outside->window_batches = 16;
    outside->republish_ms = 20;
    relay_t relay = {spine.config, outside, drop_publications, drop_feed};
    zactor_t *thread = zactor_new(s_relay, &relay);

    producer_t *producer = NULL;
    batch_builder_t *builder = batch_builder_new();
    cr_assert(eq(int, producer_new(&producer, outside), 0));
    uint64_t id = 0;
    for (int i = 0; i < 150; i++, id += 3) {
        spine_send(producer, builder, id, id + 3);
        if (restarts && i % 40 == 39) {
            zactor_destroy(&spine.journal);
            spine_start(&spine);
        }
    }
    spine_settle(producer, 0);
    spine_expect_sequence(&spine, 0, id);
    cr_assert(eq(u64, spine_stats(&spine).duplicates, 0));
    cr_assert(eq(u64, producer_totals(producer)->appended, id));

    producer_destroy(&producer);
    batch_builder_destroy(&builder);
    zactor_destroy(&thread);
    config_destroy(&outside);
    cr_assert_eq(folder_remove(dir), 0);
    spine_close(&spine);
}

Test(spine_loss, lost_publications_are_sent_again)
{
    s_run(5, 0, false);
}

Test(spine_loss, lost_acknowledgements_are_asked_for_again)
{
    s_run(0, 3, false);
}

Test(spine_loss, losses_both_ways_and_a_journal_that_restarts)
{
    s_run(7, 5, true);
}

/* On the embedded cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consumer/share.h"
#include "tests/stage/cluster.h"

enum { ASK_MS = 10000, ASK_IN_VAIN_MS = 50 };

static const char *const both[] = {"raw", "more"};
static const struct option_list topics = {.items = both, .count = 2};

static struct cluster cluster;

static int start_cluster(void **state)
{
    (void)state;
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", 3);
    cluster_topic(&cluster, "more", 2);
    return 0;
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

static void assigned_and_existing_partitions_of_all_topics_are_counted(void **state)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"raw", "more", NULL}, 2);
    struct share share;

    (void)state;
    assert_true(share_ask(reader, &topics, ASK_MS, &share));
    assert_int_equal(share.assigned, 4);
    assert_int_equal(share.partitions, 5);
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void nothing_is_known_while_no_broker_answers(void **state)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"raw", NULL}, 2);
    struct share share;

    (void)state;
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    assert_false(share_ask(reader, &topics, ASK_IN_VAIN_MS, &share));
    rd_kafka_mock_broker_set_up(cluster.mock, 1);
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assigned_and_existing_partitions_of_all_topics_are_counted),
        cmocka_unit_test(nothing_is_known_while_no_broker_answers),
    };

    return cmocka_run_group_tests_name("share", tests, start_cluster, stop_cluster);
}

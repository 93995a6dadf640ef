/* Reload of a whole stage on the embedded cluster, while articles pass: for the thread sanitizer
 * too. Times are judged on a real broker (tests/kafka/test_reload.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cluster.h"
#include "processors/host.h"
#include "started.h"

enum { ARTICLES = 300, RELOADS = 20, ERROR_SIZE = 8192 };

static struct cluster cluster;

static int start_cluster(void **state)
{
    static const char *const topics[] = {"raw", "out", "other", "rejected"};

    (void)state;
    cluster_start(&cluster);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        cluster_topic(&cluster, topics[i], 1);
    return 0;
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

/* Two by turns: other routes, other options of a processor, another log level. */
static struct config *configuration(int turn, const char *group)
{
    return cluster_config(
        &cluster,
        &(struct cluster_config){
            .resolve = host_resolve,
            .group = group,
            .processors = turn % 2 == 0
                              ? "[language: {}, entities: {}, duplicates: {scope: instance}]"
                              : "[language: {}, entities: {offsets: utf16}, "
                                "duplicates: {scope: instance}]",
            .routes = turn % 2 == 0 ? "[{when: {language: [und]}, topic: other}, {topic: out}]"
                                    : "[{when: {language: [fr]}, topic: out}, {topic: other}]",
            .more = "limits: {workers: 3}\n"});
}

static void *produce(void *context)
{
    (void)context;
    for (int i = 0; i < ARTICLES; i++) {
        char value[200];

        snprintf(value, sizeof value,
                 "{\"id\":\"n-%d\",\"body\":\"Ministers of Kenya met in Nairobi for the %dth "
                 "time.\"}",
                 i, i);
        cluster_produce(&cluster, "raw", 0, "k", value);
    }
    cluster_flush(&cluster);
    return NULL;
}

static int reload(struct stage *stage, struct config *fresh, char *ret_error)
{
    int result = stage_reload(stage, fresh, ret_error, ERROR_SIZE);

    config_free(fresh);
    return result;
}

/* Each article has come out once, to one topic or the other. */
static void expect_each_once(void)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"out", "other", NULL}, 1);
    int seen[ARTICLES] = {0};
    int number;

    for (int i = 0; i < ARTICLES; i++) {
        rd_kafka_message_t *message = cluster_read(reader);

        assert_non_null(message);
        assert_int_equal(sscanf(message->payload, "{\"id\":\"n-%d\"", &number), 1);
        assert_in_range(number, 0, ARTICLES - 1);
        assert_int_equal(seen[number]++, 0);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void articles_pass_once_while_it_reloads(void **state)
{
    struct config *first = configuration(0, "copydesk");
    struct stage *stage = started(first);
    char error[ERROR_SIZE] = "";
    struct buffer metrics = {0};
    pthread_t producer;

    (void)state;
    pthread_create(&producer, NULL, produce, NULL);
    for (int turn = 1; turn <= RELOADS; turn++) {
        if (reload(stage, configuration(turn, "copydesk"), error) != 0)
            fail_msg("%s", error);
        buffer_clear(&metrics);
        stage_metrics(stage, &metrics); /* as HTTP would, meanwhile */
    }
    pthread_join(producer, NULL);
    expect_each_once();
    assert_int_equal(stage_reloads(stage, true), RELOADS);
    assert_int_equal(stage_reloads(stage, false), 0);
    stopped(stage);
    buffer_free(&metrics);
    config_free(first);
}

static void what_only_a_restart_can_change_is_refused_by_name_and_nothing_of_it_holds(void **state)
{
    struct config *first = configuration(0, "copydesk");
    struct stage *stage = started(first);
    char error[ERROR_SIZE] = "";

    (void)state;
    assert_int_equal(reload(stage, configuration(1, "another"), error), -1);
    assert_non_null(strstr(error, "group"));
    assert_int_equal(stage_reloads(stage, false), 1);
    produce(NULL);
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"out", NULL}, 1);

    for (int i = 0; i < ARTICLES; i++) { /* by the first configuration's routes */
        rd_kafka_message_t *message = cluster_read(reader);

        assert_non_null(message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
    stopped(stage);
    config_free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(articles_pass_once_while_it_reloads, start_cluster,
                                        stop_cluster),
        cmocka_unit_test_setup_teardown(
            what_only_a_restart_can_change_is_refused_by_name_and_nothing_of_it_holds,
            start_cluster, stop_cluster),
    };

    return cmocka_run_group_tests_name("stage reload", tests, NULL, NULL);
}

/* The consumer alone on the embedded cluster: the test is worker and publisher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "config/config.h"
#include "consumer/consumer.h"
#include "tests/stage/cluster.h"

enum { WINDOW = 8, INPUT = 4 * WINDOW, HEARTBEAT = 12, PATIENCE_MS = 30000 };

static struct cluster cluster;
static struct config *config;
static struct metrics *metrics;
static struct window *window;
static struct queue *work;
static struct consumer *consumer;
static pthread_t intake;

static void fail_the_test(void *context, const char *text)
{
    (void)context;
    print_error("%s\n", text);
    abort();
}

static void *run(void *context)
{
    (void)context;
    consumer_run(consumer);
    return NULL;
}

static struct config *configuration(void)
{
    struct config_problems problems = {0};
    struct buffer yaml = {0};

    buffer_append_format(&yaml,
                         "kafka: {bootstrap.servers: '%s'}\n"
                         "consumer:\n"
                         "  topics: [raw]\n"
                         "  kafka: {fetch.wait.max.ms: 10, session.timeout.ms: 3000}\n"
                         "processors: []\n"
                         "producer:\n"
                         "  delivery: at-least-once\n"
                         "  routes: [{topic: out}]\n"
                         "  dead_letters: rejected\n",
                         cluster.bootstrap);
    struct config *loaded =
        config_load_text(buffer_slice(&yaml), "test.yaml", NULL, NULL, &problems);

    assert_non_null(loaded);
    config_problems_free(&problems);
    buffer_free(&yaml);
    return loaded;
}

static int start(void **state)
{
    char error[512] = "";

    (void)state;
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", 1);
    for (int i = 0; i < INPUT; i++)
        cluster_produce(&cluster, "raw", 0, NULL, "{\"body\":\"words\"}");
    cluster_flush(&cluster);
    config = configuration();
    metrics = metrics_new();
    window = window_new(WINDOW, 1 << 20);
    work = queue_new();

    const struct consumer_options options = {config_settings(config), metrics, window, work,
                                             fail_the_test,           NULL};

    consumer = consumer_new(&options, error, sizeof error);
    assert_non_null(consumer);
    assert_int_equal(pthread_create(&intake, NULL, run, NULL), 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    consumer_stop(consumer);
    pthread_join(intake, NULL);
    consumer_free(consumer);
    queue_free(work);
    window_free(window);
    metrics_free(metrics);
    config_free(config);
    cluster_stop(&cluster);
    return 0;
}

static void wait_for_count(const char *counter)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    const struct metric *metric = metrics_counter(metrics, counter, "", "");
    int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;

    while (metric_value(metric) == 0) {
        assert_true(clock_monotonic_ms() < deadline);
        nanosleep(&moment, NULL);
    }
}

static struct record *take(void)
{
    void *record = NULL;

    assert_int_equal(queue_pop(work, &record, 1, PATIENCE_MS), 1);
    return record;
}

static void end(struct record *record)
{
    size_t weight = record->weight;

    atomic_fetch_sub(&record->lane->in_flight, 1);
    record_free(record);
    window_leave(window, 1, weight);
}

static void a_partition_lost_while_paused_is_read_on_when_it_comes_back(void **state)
{
    struct record *held[WINDOW];

    (void)state;
    for (int i = 0; i < WINDOW; i++)
        held[i] = take();
    wait_for_count("copydesk_pauses_total");
    rd_kafka_mock_push_request_errors(cluster.mock, HEARTBEAT, 1,
                                      RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    wait_for_count("copydesk_partitions_lost_total");
    for (int i = 0; i < WINDOW; i++)
        end(held[i]);
    for (int i = 0; i < INPUT; i++) { /* nothing was committed: all of it again */
        struct record *record = take();

        assert_int_equal(record->article->coordinates.offset, i);
        end(record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_partition_lost_while_paused_is_read_on_when_it_comes_back,
                                        start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

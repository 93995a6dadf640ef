/* The consumer alone on the embedded cluster: the test is worker and publisher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "config/config.h"
#include "config/kafka_link.h"
#include "consumer/consumer.h"
#include "tests/stage/cluster.h"

enum {
    WINDOW = 8,
    INPUT = 4 * WINDOW,
    FIND_COORDINATOR = 10,
    JOIN_GROUP = 11,
    HEARTBEAT = 12,
    SYNC_GROUP = 14,
    PATIENCE_MS = 30000
};

static struct cluster cluster;
static struct config *config;
static struct metrics *metrics;
static struct window *window;
static struct queue *work;
static struct consumer *consumer;
static pthread_t intake;

static atomic_bool failed;
static char why[512];

static void note_failure(void *context, const char *text)
{
    (void)context;
    snprintf(why, sizeof why, "%s", text);
    atomic_store(&failed, true);
}

static void *run(void *context)
{
    (void)context;
    consumer_run(consumer);
    return NULL;
}

static struct config *configuration(void)
{
    return cluster_config(&cluster, &(struct cluster_config){.group = NULL});
}

static void start_cluster(void)
{
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", 1);
    for (int i = 0; i < INPUT; i++)
        cluster_produce(&cluster, "raw", 0, NULL, "{\"body\":\"words\"}");
    cluster_flush(&cluster);
}

static void make_consumer(void)
{
    char error[512] = "";

    config = configuration();
    metrics = metrics_new();
    window = window_new(WINDOW, 1 << 20);
    work = queue_new();

    const struct consumer_options options = {.settings = config_settings(config),
                                             .metrics = metrics,
                                             .window = window,
                                             .work = work,
                                             .failed = note_failure};

    consumer = consumer_new(&options, error, sizeof error);
    assert_non_null(consumer);
}

static void start_consumer(void)
{
    make_consumer();
    assert_int_equal(pthread_create(&intake, NULL, run, NULL), 0);
}

static int start(void **state)
{
    (void)state;
    start_cluster();
    start_consumer();
    return 0;
}

/* The brokers answer all such requests with an error. */
static void start_refusing_cluster(int16_t request, rd_kafka_resp_err_t error)
{
    rd_kafka_resp_err_t errors[1000];

    start_cluster();
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        errors[i] = error;
    rd_kafka_mock_push_request_errors_array(cluster.mock, request, sizeof errors / sizeof *errors,
                                            errors);
}

static int start_refused(int16_t request, rd_kafka_resp_err_t error)
{
    start_refusing_cluster(request, error);
    start_consumer();
    return 0;
}

/* The answer is there, and taken by a question of the start, before the consumer polls. */
static int start_denied_early(void **state)
{
    char text[KAFKA_LINK_ERROR_SIZE];

    (void)state;
    start_refusing_cluster(FIND_COORDINATOR, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    make_consumer();
    while (kafka_link_last_error(consumer_link(consumer), text) !=
           RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        rd_kafka_poll(consumer_client(consumer), PATIENCE_MS);
    assert_int_equal(pthread_create(&intake, NULL, run, NULL), 0);
    return 0;
}

/* The group takes members in, and never gets to tell them their share. */
static int start_without_shares(void **state)
{
    (void)state;
    return start_refused(SYNC_GROUP, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS);
}

static int start_with_a_bad_session_timeout(void **state)
{
    (void)state;
    return start_refused(JOIN_GROUP, RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT);
}

static int stop(void **state)
{
    (void)state;
    consumer_stop(consumer);
    pthread_join(intake, NULL);
    consumer_free(consumer);
    atomic_store(&failed, false);
    queue_free(work);
    window_free(window);
    metrics_free(metrics);
    config_free(config);
    cluster_stop(&cluster);
    return 0;
}

static void wait_until(bool (*reached)(void))
{
    const struct timespec moment = {.tv_nsec = 1000000};
    int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;

    while (!reached()) {
        assert_true(clock_monotonic_ms() < deadline);
        nanosleep(&moment, NULL);
    }
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

static void a_record_counts_for_what_it_comes_to_hold(void **state)
{
    enum { RESULTS = 50000, OUTPUT = 70000 };
    struct record *record = take();
    size_t before = record->weight;

    (void)state;
    assert_int_equal(record_weigh(record), 0); /* what intake reserves is enough for little */
    arena_allocate(&record->article->arena, RESULTS);
    buffer_reserve(&record->output, OUTPUT);
    size_t more = record_weigh(record);

    assert_true(before + more >= RESULTS + OUTPUT);
    assert_int_equal(record->weight, before + more);
    assert_int_equal(record_weigh(record), 0);
    record->weight = before; /* as it was let in */
    end(record);
    for (int i = 1; i < INPUT; i++)
        end(take());
}

static bool has_failed(void)
{
    return atomic_load(&failed);
}

static bool is_member(void)
{
    char *id = rd_kafka_memberid(consumer_client(consumer));
    bool member = id != NULL && *id != '\0';

    if (id != NULL)
        rd_kafka_mem_free(consumer_client(consumer), id);
    return member;
}

/* librdkafka 2.0.2 would abort in `stop`. */
static void a_member_that_was_never_told_its_share_can_stop(void **state)
{
    (void)state;
    wait_until(is_member);
    assert_false(consumer_is_assigned(consumer));
    assert_false(has_failed());
}

static void one_that_the_group_refuses_tells_what_to_set(void **state)
{
    (void)state;
    wait_until(has_failed);
    assert_non_null(strstr(why, "group copydesk: the brokers refuse session.timeout.ms"));
}

static void one_that_may_not_join_is_told_also_when_the_answer_came_before_it_asked(void **state)
{
    (void)state;
    wait_until(has_failed);
    assert_non_null(strstr(why, "--operation Read --group copydesk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_partition_lost_while_paused_is_read_on_when_it_comes_back,
                                        start, stop),
        cmocka_unit_test_setup_teardown(a_record_counts_for_what_it_comes_to_hold, start, stop),
        cmocka_unit_test_setup_teardown(a_member_that_was_never_told_its_share_can_stop,
                                        start_without_shares, stop),
        cmocka_unit_test_setup_teardown(one_that_the_group_refuses_tells_what_to_set,
                                        start_with_a_bad_session_timeout, stop),
        cmocka_unit_test_setup_teardown(
            one_that_may_not_join_is_told_also_when_the_answer_came_before_it_asked,
            start_denied_early, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

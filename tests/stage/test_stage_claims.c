/* The whole stage with `scope: group` on the embedded cluster: instances that share a claims topic.
 * That topic has a broker of its own, and so have the outputs, so that they alone can be made to
 * fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cluster.h"
#include "processors/host.h"
#include "stage/stage.h"

enum {
    PARTITIONS = 4,
    STORIES = 100,
    ERROR_SIZE = 8192,
    LOOK_AGAIN_US = 5000,
    INPUT_BROKER = 1,
    CLAIMS_BROKER = 2,
    OUTPUT_BROKER = 3,
    BROKERS = 3,
    PRODUCE = 0, /* requests */
    FETCH = 1,
};

static struct cluster cluster;

static int start_cluster(void **state)
{
    static const char *const topics[] = {"out", "again", "rejected"};

    (void)state;
    cluster_start_with(&cluster, BROKERS);
    cluster_topic(&cluster, "raw", PARTITIONS);
    for (int32_t p = 0; p < PARTITIONS; p++)
        rd_kafka_mock_partition_set_leader(cluster.mock, "raw", p, INPUT_BROKER);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        cluster_topic(&cluster, topics[i], 1);
        rd_kafka_mock_partition_set_leader(cluster.mock, topics[i], 0, OUTPUT_BROKER);
    }
    cluster_topic(&cluster, "claims", 1);
    rd_kafka_mock_partition_set_leader(cluster.mock, "claims", 0, CLAIMS_BROKER);
    return 0;
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

static struct config *configuration(const char *group, const char *scope, const char *output)
{
    char processors[100];
    char routes[100];

    snprintf(processors, sizeof processors, "[duplicates: {scope: %s, topic: claims}]", scope);
    snprintf(routes, sizeof routes, "[{topic: %s}]", output);
    return cluster_config(&cluster, &(struct cluster_config){.resolve = host_resolve,
                                                             .group = group,
                                                             .processors = processors,
                                                             .routes = routes,
                                                             .more = "limits: {workers: 2}\n"});
}

/* One instance. worn: what it said when it wanted to begin again. */
struct instance {
    struct config *config;
    struct stage *stage;
    atomic_bool is_worn;
    char worn[ERROR_SIZE];
};

static void note_worn(void *context, const char *why)
{
    struct instance *instance = context;

    snprintf(instance->worn, sizeof instance->worn, "%s", why);
    atomic_store(&instance->is_worn, true);
}

static void start(struct instance *instance, const char *group, const char *scope,
                  const char *output)
{
    char error[ERROR_SIZE] = "";
    int status;

    *instance = (struct instance){.config = configuration(group, scope, output)};
    struct stage_options options = {
        .config = instance->config, .worn = note_worn, .context = instance};

    instance->stage = stage_start(&options, &status, error, sizeof error);
    if (instance->stage == NULL)
        print_error("%s\n", error);
    assert_non_null(instance->stage);
}

static void stop(struct instance *instance)
{
    stage_stop(instance->stage);
    assert_false(stage_has_failed(instance->stage));
    stage_free(instance->stage);
    config_free(instance->config);
}

/* -1: it is not told. */
static int64_t metric_of(const struct instance *instance, const char *name)
{
    struct buffer text = {0};
    char line[128];

    buffer_append_byte(&text, '\n');
    stage_metrics(instance->stage, &text);
    buffer_append_byte(&text, '\0');
    snprintf(line, sizeof line, "\n%s", name);
    const char *found = strstr(text.data, line);
    const char *value = found != NULL ? strchr(found, ' ') : NULL;
    int64_t number = value != NULL ? strtoll(value, NULL, 10) : -1;

    buffer_free(&text);
    return number;
}

/* The test's own limit of time ends what never comes. */
static void wait_for_metric(const struct instance *instance, const char *name, int64_t wanted)
{
    while (metric_of(instance, name) != wanted)
        usleep(LOOK_AGAIN_US);
}

/* wanted: "" where nothing is waited for. */
static void wait_for_reason(const struct instance *instance, const char *wanted)
{
    const char *reason;

    do {
        usleep(LOOK_AGAIN_US);
        reason = stage_waits_for_claims(instance->stage);
    } while (strcmp(reason != NULL ? reason : "", wanted) != 0);
}

/* ---- articles ---- */

/* Number `story` of texts that have nothing in common. */
static void produce_story(const char *house, int story, int partition, size_t padding)
{
    struct buffer value = {0};

    buffer_append_format(&value, "{\"id\": \"%s-%d\", \"body\": \"", house, story);
    for (int word = 0; word < 60; word++)
        buffer_append_format(&value, "w%x ", (story * 80 + word) * 2654435761U >> 12);
    buffer_append_format(&value, "\", \"padding\": \"%0*d\"}", (int)padding, 0);
    buffer_append_byte(&value, '\0');
    cluster_produce(&cluster, "raw", partition, NULL, value.data);
    buffer_free(&value);
}

/* Each by two houses, on two partitions at once. */
static void produce_pairs(int from, int to)
{
    for (int story = from; story < to; story++) {
        produce_story("a", story, story % PARTITIONS, 1);
        produce_story("b", story, (story + PARTITIONS / 2) % PARTITIONS, 1);
    }
    cluster_flush(&cluster);
}

enum verdict { NEITHER, IS_NEW, IS_EXACT };

struct verdicts {
    enum verdict of[2][STORIES];
};

static enum verdict verdict_in(const rd_kafka_message_t *message)
{
    if (memmem(message->payload, message->len, "\"verdict\":\"new\"", 15) != NULL)
        return IS_NEW;
    return memmem(message->payload, message->len, "\"verdict\":\"exact\"", 17) != NULL ? IS_EXACT
                                                                                       : NEITHER;
}

/* Of the first `count` outputs. */
static void read_verdicts(const char *topic, int count, struct verdicts *ret_verdicts)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){topic, NULL}, 1);

    memset(ret_verdicts, 0, sizeof *ret_verdicts);
    for (int i = 0; i < count; i++) {
        rd_kafka_message_t *message = cluster_read(reader);
        char house;
        int story;

        assert_non_null(message);
        assert_int_equal(sscanf(message->payload, "{\"id\": \"%c-%d\"", &house, &story), 2);
        ret_verdicts->of[house == 'b'][story] = verdict_in(message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void assert_one_of_each_pair_is_new(const struct verdicts *verdicts, int from, int to)
{
    for (int story = from; story < to; story++) {
        enum verdict one = verdicts->of[0][story];
        enum verdict other = verdicts->of[1][story];

        assert_true((one == IS_NEW && other == IS_EXACT) || (one == IS_EXACT && other == IS_NEW));
    }
}

/* ---- tests ---- */

static void of_two_copies_that_two_members_read_exactly_one_is_new(void **state)
{
    struct instance one;
    struct instance other;
    struct verdicts verdicts;

    (void)state;
    start(&one, "pairs", "group", "out");
    start(&other, "pairs", "group", "out");
    wait_for_metric(&one, "copydesk_partitions_assigned", PARTITIONS / 2);
    wait_for_metric(&other, "copydesk_partitions_assigned", PARTITIONS / 2);
    assert_int_equal(metric_of(&one, "copydesk_remembers_alone"), 0);
    produce_pairs(0, STORIES);
    read_verdicts("out", 2 * STORIES, &verdicts);
    assert_one_of_each_pair_is_new(&verdicts, 0, STORIES);
    wait_for_metric(&one, "copydesk_claims_offset", metric_of(&other, "copydesk_claims_offset"));
    assert_int_equal(metric_of(&one, "copydesk_claims_hash"),
                     metric_of(&other, "copydesk_claims_hash"));
    stop(&one);
    stop(&other);
}

static void who_reads_all_once_more_gives_the_first_verdicts_again(void **state)
{
    struct instance instance;
    struct verdicts first;
    struct verdicts again;

    (void)state;
    produce_pairs(0, STORIES);
    start(&instance, "first", "group", "out");
    read_verdicts("out", 2 * STORIES, &first);
    int64_t remembered = metric_of(&instance, "copydesk_claims_hash");

    stop(&instance);
    start(&instance, "again", "group", "again");
    read_verdicts("again", 2 * STORIES, &again);
    assert_one_of_each_pair_is_new(&first, 0, STORIES);
    assert_memory_equal(&first, &again, sizeof first);
    assert_int_equal(metric_of(&instance, "copydesk_claims_hash"), remembered);
    stop(&instance);
}

/* Neither form nor length of a claim: whatever others may write there. */
static void produce_garbage(int count)
{
    char bytes[2000];

    for (int i = 0; i < count; i++) {
        for (size_t b = 0; b < sizeof bytes; b++)
            bytes[b] = (char)((i * 31 + (int)b) * 2654435761U >> 20);
        rd_kafka_resp_err_t error = rd_kafka_producev(
            cluster.producer, RD_KAFKA_V_TOPIC("claims"), RD_KAFKA_V_PARTITION(0),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(bytes, (size_t)i % 32),
            RD_KAFKA_V_VALUE(bytes, (size_t)i * 97 % sizeof bytes), RD_KAFKA_V_END);

        assert_int_equal(error, RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    cluster_flush(&cluster);
}

static void garbage_is_skipped_and_counted_live_and_in_a_restore(void **state)
{
    struct instance live;
    struct instance restored;
    struct verdicts verdicts;

    (void)state;
    start(&live, "garbage", "group", "out");
    produce_pairs(0, STORIES / 2);
    produce_garbage(100);
    produce_pairs(STORIES / 2, STORIES);
    read_verdicts("out", 2 * STORIES, &verdicts);
    assert_one_of_each_pair_is_new(&verdicts, 0, STORIES);
    start(&restored, "others", "group", "again");
    read_verdicts("again", 2 * STORIES, &verdicts);
    wait_for_metric(&live, "copydesk_claims_offset",
                    metric_of(&restored, "copydesk_claims_offset"));
    assert_int_equal(metric_of(&live, "copydesk_plugin_claims_skipped_total"), 100);
    assert_int_equal(metric_of(&restored, "copydesk_plugin_claims_skipped_total"), 100);
    assert_int_equal(metric_of(&live, "copydesk_claims_hash"),
                     metric_of(&restored, "copydesk_claims_hash"));
    stop(&live);
    stop(&restored);
}

static void a_refused_article_is_nobodys_original(void **state)
{
    struct instance instance;
    struct verdicts verdicts;

    (void)state;
    start(&instance, "refused", "group", "out");
    wait_for_metric(&instance, "copydesk_partitions_assigned", PARTITIONS);
    rd_kafka_mock_broker_push_request_error_rtts(cluster.mock, OUTPUT_BROKER, PRODUCE, 1,
                                                 RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0);
    produce_story("a", 0, 0, 1000);
    cluster_flush(&cluster);
    wait_for_metric(&instance, "copydesk_plugin_claims_retracted_total", 1);
    produce_story("b", 0, 1, 1);
    cluster_flush(&cluster);
    read_verdicts("out", 1, &verdicts);
    assert_int_equal(verdicts.of[1][0], IS_NEW);
    stop(&instance);
}

static void nothing_is_guessed_while_the_claims_broker_is_away(void **state)
{
    struct instance instance;
    struct verdicts verdicts;

    (void)state;
    start(&instance, "away", "group", "out");
    produce_pairs(0, STORIES / 2);
    read_verdicts("out", STORIES, &verdicts);
    rd_kafka_mock_broker_set_down(cluster.mock, CLAIMS_BROKER);
    produce_pairs(STORIES / 2, STORIES);
    wait_for_reason(&instance, "the claims topic is silent");
    assert_int_equal(metric_of(&instance, "copydesk_articles_total{outcome=\"published\"}"),
                     STORIES);
    rd_kafka_mock_broker_set_up(cluster.mock, CLAIMS_BROKER);
    read_verdicts("out", 2 * STORIES, &verdicts);
    assert_one_of_each_pair_is_new(&verdicts, 0, STORIES);
    wait_for_reason(&instance, "");
    stop(&instance);
}

static void a_log_that_is_shorter_than_what_was_read_is_read_anew_by_a_new_process(void **state)
{
    struct instance instance;
    struct verdicts verdicts;

    (void)state;
    start(&instance, "cut", "group", "out");
    produce_pairs(0, STORIES / 2);
    read_verdicts("out", STORIES, &verdicts);
    rd_kafka_mock_broker_push_request_error_rtts(cluster.mock, CLAIMS_BROKER, FETCH, 1,
                                                 RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 0);
    wait_for_reason(&instance, "the claims topic is lost");
    while (!atomic_load(&instance.is_worn))
        usleep(LOOK_AGAIN_US);
    assert_non_null(strstr(instance.worn, "topic claims"));
    produce_pairs(STORIES / 2, STORIES);
    stop(&instance);
    start(&instance, "cut", "group", "out");
    read_verdicts("out", 2 * STORIES, &verdicts);
    assert_one_of_each_pair_is_new(&verdicts, 0, STORIES);
    stop(&instance);
}

static void one_that_remembers_alone_says_so_while_others_read_too(void **state)
{
    struct instance one;
    struct instance other;

    (void)state;
    start(&one, "alone", "instance", "out");
    wait_for_metric(&one, "copydesk_partitions_assigned", PARTITIONS);
    assert_int_equal(metric_of(&one, "copydesk_remembers_alone"), 0);
    start(&other, "alone", "instance", "out");
    wait_for_metric(&one, "copydesk_remembers_alone", 1);
    wait_for_metric(&other, "copydesk_remembers_alone", 1);
    stop(&other);
    wait_for_metric(&one, "copydesk_remembers_alone", 0);
    stop(&one);
}

#define ON_A_CLUSTER(test) cmocka_unit_test_setup_teardown(test, start_cluster, stop_cluster)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_CLUSTER(of_two_copies_that_two_members_read_exactly_one_is_new),
        ON_A_CLUSTER(who_reads_all_once_more_gives_the_first_verdicts_again),
        ON_A_CLUSTER(garbage_is_skipped_and_counted_live_and_in_a_restore),
        ON_A_CLUSTER(a_refused_article_is_nobodys_original),
        ON_A_CLUSTER(nothing_is_guessed_while_the_claims_broker_is_away),
        ON_A_CLUSTER(a_log_that_is_shorter_than_what_was_read_is_read_anew_by_a_new_process),
        ON_A_CLUSTER(one_that_remembers_alone_says_so_while_others_read_too),
    };

    log_configure(LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("stage claims", tests, NULL, NULL);
}

/* The whole stage on the embedded cluster. No processors: what is shown here is the way of a
 * record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "cluster.h"
#include "config/exits.h"
#include "started.h"

enum { PARTITIONS = 3, EACH = 100, ERROR_SIZE = 8192 };

static struct cluster cluster;

static int start_cluster(void **state)
{
    (void)state;
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", PARTITIONS);
    cluster_topic(&cluster, "out", PARTITIONS);
    cluster_topic(&cluster, "rejected", PARTITIONS);
    return 0;
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

static struct config *configuration_that_commits(const char *every, const char *more)
{
    return cluster_config(&cluster,
                          &(struct cluster_config){.commit_interval = every, .more = more});
}

static struct config *configuration(const char *more)
{
    return configuration_that_commits("100ms", more);
}

static void produce_numbered(int from, int to)
{
    for (int i = from; i < to; i++)
        for (int32_t p = 0; p < PARTITIONS; p++) {
            char value[64];
            char key[16];

            snprintf(key, sizeof key, "k%d", (int)p);
            snprintf(value, sizeof value, "{\"id\":\"%d-%d\",\"body\":\"words\"}", (int)p, i);
            cluster_produce(&cluster, "raw", p, key, value);
        }
    cluster_flush(&cluster);
}

/* Reads the outputs of numbered inputs until each has come; counts them, checks their order within
 * what came from one partition (one key stays in one output partition). */
static void expect_numbered(int seen[PARTITIONS][EACH], int expected)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"out", NULL}, PARTITIONS);
    int last[PARTITIONS] = {-1, -1, -1};

    for (int i = 0; i < expected; i++) {
        rd_kafka_message_t *message = cluster_read(reader);
        int partition;
        int number;

        assert_non_null(message);
        assert_int_equal(sscanf(message->payload, "{\"id\":\"%d-%d\"", &partition, &number), 2);
        if (seen[partition][number]++ == 0)
            assert_int_equal(number, last[partition] + 1);
        last[partition] = number;
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void every_article_comes_out_once_and_in_order(void **state)
{
    struct config *config = configuration("");
    int seen[PARTITIONS][EACH] = {{0}};

    (void)state;
    produce_numbered(0, EACH);
    struct stage *stage = started(config);

    expect_numbered(seen, PARTITIONS * EACH);
    assert_true(stage_is_ready(stage));
    stopped(stage);
    for (int p = 0; p < PARTITIONS; p++) {
        for (int i = 0; i < EACH; i++)
            assert_int_equal(seen[p][i], 1);
        assert_int_equal(cluster_committed(&cluster, "copydesk", "raw", p), EACH);
    }
    config_free(config);
}

static void a_restart_goes_on_where_the_last_one_stopped(void **state)
{
    struct config *config = configuration("limits: {window: 4, workers: 2}\n");
    int seen[PARTITIONS][EACH] = {{0}};

    (void)state;
    produce_numbered(0, EACH / 2);
    struct stage *stage = started(config);

    expect_numbered(seen, PARTITIONS * EACH / 2);
    stopped(stage);
    produce_numbered(EACH / 2, EACH);
    stage = started(config);
    memset(seen, 0, sizeof seen);
    expect_numbered(seen, PARTITIONS * EACH);
    stopped(stage);
    for (int p = 0; p < PARTITIONS; p++)
        for (int i = 0; i < EACH; i++)
            assert_int_equal(seen[p][i], 1);
    config_free(config);
}

static void a_stop_whose_commit_is_refused_commits_again_before_it_leaves(void **state)
{
    /* Rarely, so that the first commit of all is that of the stop. */
    struct config *config = configuration_that_commits("1s", "");
    int seen[PARTITIONS][EACH] = {{0}};
    enum { OFFSET_COMMIT = 8 };

    (void)state;
    struct stage *stage = started(config);

    produce_numbered(0, EACH);
    expect_numbered(seen, PARTITIONS * EACH);
    rd_kafka_mock_push_request_errors(cluster.mock, OFFSET_COMMIT, 2,
                                      RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE,
                                      RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE);
    stopped(stage);
    for (int32_t p = 0; p < PARTITIONS; p++)
        assert_int_equal(cluster_committed(&cluster, "copydesk", "raw", p), EACH);
    config_free(config);
}

static void two_members_share_the_work_and_lose_nothing(void **state)
{
    struct config *one = configuration("");
    struct config *two = configuration("limits: {workers: 1}\n");
    int seen[PARTITIONS][EACH] = {{0}};

    (void)state;
    struct stage *first = started(one);

    produce_numbered(0, EACH / 2);
    struct stage *second = started(two);

    produce_numbered(EACH / 2, EACH);
    expect_numbered(seen, PARTITIONS * EACH);
    stopped(first);
    stopped(second);
    for (int p = 0; p < PARTITIONS; p++)
        for (int i = 0; i < EACH; i++)
            assert_int_equal(seen[p][i], 1);
    config_free(one);
    config_free(two);
}

static void assert_header(rd_kafka_message_t *message, const char *name, const char *expected)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t length = 0;

    assert_int_equal(rd_kafka_message_headers(message, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &length),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(value, expected, length);
}

static void poison_goes_to_the_dead_letters_untouched(void **state)
{
    static const struct {
        const char *value;
        const char *reason;
    } cases[] = {{"{\"id\":1", "malformed_json"},
                 {"[]", "not_an_object"},
                 {"{\"headline\":\"h\"}", "no_body"},
                 {"{\"id\":1,\"id\":2,\"body\":\"b\"}", "duplicate_key"},
                 {"", "malformed_json"}};
    enum { CASES = sizeof cases / sizeof *cases };
    struct config *config = configuration("");
    rd_kafka_t *reader =
        cluster_reader(&cluster, (const char *const[]){"rejected", NULL}, PARTITIONS);

    (void)state;
    for (size_t i = 0; i < CASES; i++)
        cluster_produce(&cluster, "raw", 0, "key", cases[i].value);
    cluster_flush(&cluster);
    struct stage *stage = started(config);

    for (size_t i = 0; i < CASES; i++) {
        rd_kafka_message_t *message = cluster_read(reader);
        char offset[8];

        assert_non_null(message);
        assert_int_equal(message->len, strlen(cases[i].value));
        assert_memory_equal(message->payload, cases[i].value, message->len);
        assert_int_equal(message->key_len, 3);
        snprintf(offset, sizeof offset, "%zu", i);
        assert_header(message, "copydesk-reason", cases[i].reason);
        assert_header(message, "copydesk-source-offset", offset);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
    stopped(stage);
    assert_int_equal(cluster_committed(&cluster, "copydesk", "raw", 0), CASES);
    config_free(config);
}

static void tombstones_pass_as_they_are(void **state)
{
    struct config *config = configuration("");
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"out", NULL}, PARTITIONS);

    (void)state;
    cluster_produce(&cluster, "raw", 1, "gone", NULL);
    cluster_flush(&cluster);
    struct stage *stage = started(config);
    rd_kafka_message_t *message = cluster_read(reader);

    assert_non_null(message);
    assert_null(message->payload);
    assert_int_equal(message->key_len, 4);
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
    stopped(stage);
    config_free(config);
}

static void an_initial_offset_is_committed_before_anything_is_read(void **state)
{
    struct config *config = configuration("");
    struct stage *stage = started(config);
    int64_t committed = -1;

    (void)state;
    while (committed < 0)
        committed = cluster_committed(&cluster, "copydesk", "raw", 2);
    assert_int_equal(committed, 0);
    stopped(stage);
    config_free(config);
}

static int start_cluster_with_input_only(void **state)
{
    (void)state;
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", 1);
    return 0;
}

static void a_missing_topic_is_named_with_the_command_that_creates_it(void **state)
{
    struct config *config = configuration("");
    struct stage_options options = {.config = config};
    char error[ERROR_SIZE] = "";
    char command[256];
    int status = 0;

    (void)state;
    assert_null(stage_start(&options, &status, error, sizeof error));
    assert_int_equal(status, EXIT_BAD_CONFIG);
    assert_non_null(strstr(error, "missing topics: out, rejected"));
    snprintf(command, sizeof command, "kafka-topics.sh --bootstrap-server %s --create --topic out",
             cluster.bootstrap);
    assert_non_null(strstr(error, command));
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_article_comes_out_once_and_in_order, start_cluster,
                                        stop_cluster),
        cmocka_unit_test_setup_teardown(a_restart_goes_on_where_the_last_one_stopped, start_cluster,
                                        stop_cluster),
        cmocka_unit_test_setup_teardown(
            a_stop_whose_commit_is_refused_commits_again_before_it_leaves, start_cluster,
            stop_cluster),
        cmocka_unit_test_setup_teardown(two_members_share_the_work_and_lose_nothing, start_cluster,
                                        stop_cluster),
        cmocka_unit_test_setup_teardown(poison_goes_to_the_dead_letters_untouched, start_cluster,
                                        stop_cluster),
        cmocka_unit_test_setup_teardown(tombstones_pass_as_they_are, start_cluster, stop_cluster),
        cmocka_unit_test_setup_teardown(an_initial_offset_is_committed_before_anything_is_read,
                                        start_cluster, stop_cluster),
        cmocka_unit_test_setup_teardown(a_missing_topic_is_named_with_the_command_that_creates_it,
                                        start_cluster_with_input_only, stop_cluster),
    };

    return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include "base/log.h"
#include "config/kafka_link.h"

enum { NO_TIME_MS = 1, PATIENCE_MS = 30000 };

static rd_kafka_t *client(const char *bootstrap)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    rd_kafka_conf_set_log_cb(conf, NULL);
    assert_int_equal(rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, error, sizeof error),
                     RD_KAFKA_CONF_OK);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);

    assert_non_null(handle);
    return handle;
}

static void it_is_up_until_all_brokers_are_down_and_none_answers(void **state)
{
    rd_kafka_t *handle = client("127.0.0.1:1");
    struct kafka_link link;

    (void)state;
    kafka_link_init(&link);
    assert_true(kafka_link_is_up(&link, handle, NO_TIME_MS));
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__TRANSPORT, "one has hung up");
    assert_true(kafka_link_is_up(&link, handle, NO_TIME_MS));
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    assert_false(kafka_link_is_up(&link, handle, NO_TIME_MS));
    assert_false(kafka_link_is_up(&link, handle, NO_TIME_MS));
    kafka_link_free(&link);
    rd_kafka_destroy(handle);
}

static void it_is_up_again_when_a_broker_answers(void **state)
{
    rd_kafka_t *host = client("");
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(host, 1);
    rd_kafka_t *handle = client(rd_kafka_mock_cluster_bootstraps(cluster));
    struct kafka_link link;

    (void)state;
    kafka_link_init(&link);
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    assert_true(kafka_link_is_up(&link, handle, PATIENCE_MS));
    assert_false(link.down);
    kafka_link_free(&link);
    rd_kafka_destroy(handle);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
}

static void the_last_error_is_the_last_that_says_why(void **state)
{
    struct kafka_link link;
    char text[KAFKA_LINK_ERROR_SIZE];

    (void)state;
    kafka_link_init(&link);
    assert_int_equal(kafka_link_last_error(&link, text), RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_string_equal(text, "");
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__TRANSPORT, "one has hung up");
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__SSL, "a certificate is not trusted");
    kafka_link_note(&link, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    assert_int_equal(kafka_link_last_error(&link, text), RD_KAFKA_RESP_ERR__SSL);
    assert_string_equal(text, "a certificate is not trusted");
    kafka_link_free(&link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_up_until_all_brokers_are_down_and_none_answers),
        cmocka_unit_test(it_is_up_again_when_a_broker_answers),
        cmocka_unit_test(the_last_error_is_the_last_that_says_why),
    };

    log_configure(LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests_name("kafka_link", tests, NULL, NULL);
}

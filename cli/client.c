#include "cli/client.h"

#include <stdio.h>

#include "config/kafka_conf.h"

static rd_kafka_t *client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *ret_error,
                              size_t error_size)
{
    rd_kafka_t *client = conf != NULL ? rd_kafka_new(type, conf, ret_error, error_size) : NULL;

    if (conf != NULL && client == NULL)
        rd_kafka_conf_destroy(conf);
    return client;
}

rd_kafka_t *client_consumer(const struct settings *settings, const char *isolation, char *ret_error,
                            size_t error_size)
{
    char group[300];
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"}, {"fetch.wait.max.ms", "50"}, {NULL, NULL}};
    const struct kafka_setting owned[] = {
        {"group.id", group},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "error"},
        {"isolation.level", isolation},
        {"allow.auto.create.topics", "false"},
        {NULL, NULL},
    };

    snprintf(group, sizeof group, "%s-reader", settings->consumer.group);
    return client_new(RD_KAFKA_CONSUMER,
                      kafka_conf_new(defaults, &settings->kafka, &settings->consumer.kafka, owned,
                                     ret_error, error_size),
                      ret_error, error_size);
}

rd_kafka_t *client_producer(const struct settings *settings, const struct client_producer *options,
                            char *ret_error, size_t error_size)
{
    const char *id = options->transactional_id;
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"},
        {"linger.ms", "5"},
        {"compression.codec", "lz4"},
        {"message.max.bytes", "1000000000"},
        {"partitioner", "murmur2_random"},
        {"transaction.timeout.ms", id != NULL ? "10000" : NULL},
        {NULL, NULL},
    };
    const struct kafka_setting owned[] = {
        {"enable.idempotence", "true"}, {"acks", "all"}, {"transactional.id", id}, {NULL, NULL}};
    rd_kafka_conf_t *conf = kafka_conf_new(defaults, &settings->kafka, &settings->producer.kafka,
                                           owned, ret_error, error_size);

    if (conf != NULL)
        rd_kafka_conf_set_opaque(conf, options->context);
    if (conf != NULL && options->report != NULL)
        rd_kafka_conf_set_dr_msg_cb(conf, options->report);
    return client_new(RD_KAFKA_PRODUCER, conf, ret_error, error_size);
}

#include "cluster.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 30000 };

static rd_kafka_t *client(rd_kafka_type_t type, const char *const *settings)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[512];

    for (; *settings != NULL; settings += 2) {
        rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf, settings[0], settings[1], error, sizeof error);

        assert(result == RD_KAFKA_CONF_OK);
        (void)result;
    }
    rd_kafka_t *handle = rd_kafka_new(type, conf, error, sizeof error);

    assert(handle != NULL);
    return handle;
}

void cluster_start(struct cluster *cluster)
{
    cluster_start_with(cluster, 1);
}

void cluster_start_with(struct cluster *cluster, int brokers)
{
    cluster->host = client(RD_KAFKA_PRODUCER, (const char *const[]){"client.id", "host", NULL});
    cluster->mock = rd_kafka_mock_cluster_new(cluster->host, brokers);
    cluster->bootstrap = rd_kafka_mock_cluster_bootstraps(cluster->mock);
    cluster->producer =
        client(RD_KAFKA_PRODUCER, (const char *const[]){"bootstrap.servers", cluster->bootstrap,
                                                        "linger.ms", "0", NULL});
}

void cluster_stop(struct cluster *cluster)
{
    rd_kafka_destroy(cluster->producer);
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->host);
}

void cluster_topic(struct cluster *cluster, const char *topic, int partitions)
{
    rd_kafka_mock_topic_create(cluster->mock, topic, partitions, 1);
}

void cluster_produce(struct cluster *cluster, const char *topic, int32_t partition, const char *key,
                     const char *value)
{
    size_t key_length = key != NULL ? strlen(key) : 0;
    size_t value_length = value != NULL ? strlen(value) : 0;
    rd_kafka_resp_err_t error =
        rd_kafka_producev(cluster->producer, RD_KAFKA_V_TOPIC(topic),
                          RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_KEY((void *)(uintptr_t)key, key_length),
                          RD_KAFKA_V_VALUE((void *)(uintptr_t)value, value_length), RD_KAFKA_V_END);

    assert(error == RD_KAFKA_RESP_ERR_NO_ERROR);
    (void)error;
}

void cluster_flush(struct cluster *cluster)
{
    rd_kafka_resp_err_t error = rd_kafka_flush(cluster->producer, PATIENCE_MS);

    assert(error == RD_KAFKA_RESP_ERR_NO_ERROR);
    (void)error;
}

rd_kafka_t *cluster_reader(struct cluster *cluster, const char *const *topics, int partitions)
{
    rd_kafka_t *reader =
        client(RD_KAFKA_CONSUMER, (const char *const[]){"bootstrap.servers", cluster->bootstrap,
                                                        "group.id", "reader", "enable.auto.commit",
                                                        "false", "fetch.wait.max.ms", "10", NULL});
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

    for (; *topics != NULL; topics++)
        for (int32_t p = 0; p < partitions; p++)
            rd_kafka_topic_partition_list_add(list, *topics, p)->offset = 0;
    rd_kafka_poll_set_consumer(reader);
    rd_kafka_assign(reader, list);
    rd_kafka_topic_partition_list_destroy(list);
    return reader;
}

rd_kafka_message_t *cluster_read(rd_kafka_t *reader)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, PATIENCE_MS);

    while (message != NULL && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_message_destroy(message);
        message = rd_kafka_consumer_poll(reader, PATIENCE_MS);
    }
    return message;
}

int64_t cluster_committed(struct cluster *cluster, const char *group, const char *topic,
                          int32_t partition)
{
    rd_kafka_t *asker =
        client(RD_KAFKA_CONSUMER, (const char *const[]){"bootstrap.servers", cluster->bootstrap,
                                                        "group.id", group, NULL});
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, topic, partition);
    rd_kafka_committed(asker, list, PATIENCE_MS);
    int64_t offset = list->elems[0].offset;

    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(asker);
    return offset;
}

static const char *or_else(const char *text, const char *usual)
{
    return text != NULL ? text : usual;
}

struct config *cluster_config(const struct cluster *cluster, const struct cluster_config *parts)
{
    struct config_problems problems = {0};
    struct buffer yaml = {0};

    buffer_append_format(&yaml,
                         "instance: test\n"
                         "kafka: {bootstrap.servers: '%s'}\n"
                         "consumer:\n"
                         "  topics: [raw]\n"
                         "  group: %s\n"
                         "  kafka: {fetch.wait.max.ms: 10, session.timeout.ms: 3000}\n"
                         "processors: %s\n"
                         "producer:\n"
                         "  delivery: at-least-once\n"
                         "  commit_interval: %s\n"
                         "  routes: %s\n"
                         "  dead_letters: rejected\n"
                         "http: {listen: '127.0.0.1:0'}\n"
                         "log: {level: error}\n"
                         "%s",
                         cluster->bootstrap, or_else(parts->group, "copydesk"),
                         or_else(parts->processors, "[]"), or_else(parts->commit_interval, "100ms"),
                         or_else(parts->routes, "[{topic: out}]"), or_else(parts->more, ""));
    struct config *config =
        config_load_text(buffer_slice(&yaml), "test.yaml", parts->resolve, NULL, &problems);

    if (config == NULL) {
        fprintf(stderr, "%s\n", problems.first->text);
        abort();
    }
    config_problems_free(&problems);
    buffer_free(&yaml);
    return config;
}

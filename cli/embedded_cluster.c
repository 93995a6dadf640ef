#include "cli/embedded_cluster.h"

#include <stdio.h>

#include <librdkafka/rdkafka_mock.h>

#include "base/memory.h"

struct embedded_cluster {
    rd_kafka_t *writer; /* also the host of the mock: destroyed last */
    rd_kafka_t *reader;
    rd_kafka_mock_cluster_t *mock;
    rd_kafka_topic_partition_list_t *followed;
    int assigned; /* of followed */
};

/* Clients of a cluster that goes away with them have nothing to tell. */
static void ignore_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)text;
}

/* settings: names and values in turn, NULL at the end. */
static rd_kafka_t *client_new(rd_kafka_type_t type, const char *const *settings, char *ret_error,
                              size_t error_size)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, ignore_log);
    for (; *settings != NULL; settings += 2)
        if (rd_kafka_conf_set(conf, settings[0], settings[1], ret_error, error_size) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return NULL;
        }
    rd_kafka_t *client = rd_kafka_new(type, conf, ret_error, error_size);

    if (client == NULL)
        rd_kafka_conf_destroy(conf);
    return client;
}

static int start_writer(struct embedded_cluster *cluster, char *ret_error, size_t error_size)
{
    const char *const settings[] = {"test.mock.num.brokers", "1", "linger.ms", "0", NULL};

    cluster->writer = client_new(RD_KAFKA_PRODUCER, settings, ret_error, error_size);
    if (cluster->writer == NULL)
        return -1;
    cluster->mock = rd_kafka_handle_mock_cluster(cluster->writer);
    return 0;
}

static int start_reader(struct embedded_cluster *cluster, char *ret_error, size_t error_size)
{
    const char *const settings[] = {"bootstrap.servers",
                                    embedded_cluster_bootstrap(cluster),
                                    "group.id",
                                    "copydesk-demo-reader",
                                    "enable.auto.commit",
                                    "false",
                                    "fetch.wait.max.ms",
                                    "10",
                                    NULL};

    cluster->reader = client_new(RD_KAFKA_CONSUMER, settings, ret_error, error_size);
    if (cluster->reader == NULL)
        return -1;
    rd_kafka_poll_set_consumer(cluster->reader);
    return 0;
}

struct embedded_cluster *embedded_cluster_start(char *ret_error, size_t error_size)
{
    struct embedded_cluster *cluster = memory_zeroed(1, sizeof *cluster);

    cluster->followed = rd_kafka_topic_partition_list_new(16);
    if (start_writer(cluster, ret_error, error_size) == 0 &&
        start_reader(cluster, ret_error, error_size) == 0)
        return cluster;
    embedded_cluster_stop(cluster);
    return NULL;
}

void embedded_cluster_stop(struct embedded_cluster *cluster)
{
    if (cluster == NULL)
        return;
    rd_kafka_topic_partition_list_destroy(cluster->followed);
    if (cluster->reader != NULL)
        rd_kafka_destroy(cluster->reader);
    if (cluster->writer != NULL)
        rd_kafka_destroy(cluster->writer);
    memory_free(cluster);
}

const char *embedded_cluster_bootstrap(const struct embedded_cluster *cluster)
{
    return rd_kafka_mock_cluster_bootstraps(cluster->mock);
}

void embedded_cluster_topic(struct embedded_cluster *cluster, const char *topic)
{
    rd_kafka_mock_topic_create(cluster->mock, topic, 1, 1);
}

int embedded_cluster_send(struct embedded_cluster *cluster, const char *topic, struct slice key,
                          struct slice value)
{
    rd_kafka_resp_err_t error = rd_kafka_producev(
        cluster->writer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)(uintptr_t)key.data, key.length),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.length), RD_KAFKA_V_END);

    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -1;
}

int embedded_cluster_flush(struct embedded_cluster *cluster, int timeout_ms)
{
    return rd_kafka_flush(cluster->writer, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -1;
}

void embedded_cluster_follow(struct embedded_cluster *cluster, const char *topic)
{
    if (rd_kafka_topic_partition_list_find(cluster->followed, topic, 0) != NULL)
        return;
    rd_kafka_topic_partition_list_add(cluster->followed, topic, 0)->offset = 0;
}

rd_kafka_message_t *embedded_cluster_read(struct embedded_cluster *cluster, int timeout_ms)
{
    if (cluster->assigned < cluster->followed->cnt) {
        rd_kafka_assign(cluster->reader, cluster->followed);
        cluster->assigned = cluster->followed->cnt;
    }
    rd_kafka_message_t *message = rd_kafka_consumer_poll(cluster->reader, timeout_ms);

    if (message != NULL && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_message_destroy(message);
        return NULL;
    }
    return message;
}

#include "producer/producer.h"

#include <stdio.h>

#include "base/memory.h"
#include "config/kafka_conf.h"

enum {
    FULL_QUEUE_WAIT_MS = 100,
    /* Above limits.article: the enrichment, headers and the record's frame. */
    MESSAGE_ROOM_BYTES = 1 << 20,
    FIRST_THAT_FORGETS = 0x020a00ff, /* librdkafka 2.10.0 */
};

struct producer {
    rd_kafka_t *client;
    rd_kafka_queue_t *reports;
    struct kafka_link link;
    producer_delivered delivered;
    void *context;
};

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct producer *producer = opaque;

    (void)client;
    producer->delivered(producer->context, message->_private, message->err);
}

static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    struct producer *producer = opaque;

    (void)client;
    kafka_link_note(&producer->link, (rd_kafka_resp_err_t)error, reason);
}

void producer_id(const struct settings *settings, char ret_id[PRODUCER_ID_SIZE])
{
    snprintf(ret_id, PRODUCER_ID_SIZE, "copydesk-%s-%s", settings->consumer.group,
             settings->instance);
}

/* A librdkafka from 2.10.0 on forgets a broker that no other knows of any more. Where that was the
 * group's coordinator, offsets that were to be sent to it wait for the next connection that comes
 * or goes, for ever if there is none (librdkafka issue 5511). That an idle one goes ends this. */
static const char *longest_idle_ms(bool transactional)
{
    return transactional && rd_kafka_version() >= FIRST_THAT_FORGETS ? "20000" : NULL;
}

static rd_kafka_conf_t *configure(const struct settings *settings, size_t batch_bytes,
                                  char *ret_error, size_t error_size)
{
    bool transactional = settings->producer.delivery == DELIVERY_EXACTLY_ONCE;
    char id[PRODUCER_ID_SIZE];
    char largest[24];
    char batch[24];
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"},
        {"client.id", settings->instance},
        {"queue.buffering.max.kbytes", "65536"},
        {"linger.ms", "5"},
        {"compression.codec", "lz4"},
        {"message.max.bytes", largest},
        {"batch.size", batch_bytes > 0 ? batch : NULL},
        /* As long as it takes; in a transaction librdkafka sets it to the transaction's own. */
        {"message.timeout.ms", transactional ? NULL : "0"},
        {"transaction.timeout.ms", transactional ? "10000" : NULL},
        {"partitioner", "murmur2_random"},
        {"connections.max.idle.ms", longest_idle_ms(transactional)},
        {NULL, NULL},
    };
    const struct kafka_setting owned[] = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"transactional.id", transactional ? id : NULL},
        {NULL, NULL},
    };

    producer_id(settings, id);
    snprintf(largest, sizeof largest, "%lld",
             (long long)(settings->limits.article + MESSAGE_ROOM_BYTES));
    snprintf(batch, sizeof batch, "%zu", batch_bytes);
    return kafka_conf_new(defaults, &settings->kafka, &settings->producer.kafka, owned, ret_error,
                          error_size);
}

struct producer *producer_new(const struct settings *settings, size_t batch_bytes,
                              producer_delivered delivered, void *context, char *ret_error,
                              size_t error_size)
{
    rd_kafka_conf_t *conf = configure(settings, batch_bytes, ret_error, error_size);

    if (conf == NULL)
        return NULL;
    struct producer *producer = memory_zeroed(1, sizeof *producer);

    producer->delivered = delivered;
    producer->context = context;
    rd_kafka_conf_set_opaque(conf, producer);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_conf_set_error_cb(conf, on_error);
    kafka_link_init(&producer->link);
    producer->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, ret_error, error_size);
    if (producer->client == NULL) {
        rd_kafka_conf_destroy(conf);
        kafka_link_free(&producer->link);
        return memory_free(producer);
    }
    producer->reports = rd_kafka_queue_get_main(producer->client);
    return producer;
}

static rd_kafka_resp_err_t send_once(struct producer *producer,
                                     const struct producer_message *message)
{
    void *key = (void *)(uintptr_t)message->key.data;
    void *value = (void *)(uintptr_t)message->value.data;

    /* Without F_COPY and F_FREE librdkafka reads the value where it lies until the report. */
    return rd_kafka_producev(
        producer->client, RD_KAFKA_V_TOPIC(message->topic),
        RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA), RD_KAFKA_V_MSGFLAGS(0),
        RD_KAFKA_V_KEY(key, message->key.length), RD_KAFKA_V_VALUE(value, message->value.length),
        RD_KAFKA_V_HEADERS(message->headers),
        RD_KAFKA_V_TIMESTAMP(message->timestamp_ms > 0 ? message->timestamp_ms : 0),
        RD_KAFKA_V_OPAQUE(message->opaque), RD_KAFKA_V_END);
}

rd_kafka_resp_err_t producer_send(struct producer *producer, const struct producer_message *message)
{
    rd_kafka_resp_err_t error;

    while ((error = send_once(producer, message)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        producer_poll(producer, FULL_QUEUE_WAIT_MS);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(message->headers);
    return error;
}

void producer_poll(struct producer *producer, int timeout_ms)
{
    rd_kafka_queue_poll_callback(producer->reports, timeout_ms);
}

void producer_wake(struct producer *producer)
{
    rd_kafka_queue_yield(producer->reports);
}

int producer_outstanding(const struct producer *producer)
{
    return rd_kafka_outq_len(producer->client);
}

void producer_purge(struct producer *producer)
{
    rd_kafka_purge(producer->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

rd_kafka_t *producer_client(const struct producer *producer)
{
    return producer->client;
}

struct kafka_link *producer_link(struct producer *producer)
{
    return &producer->link;
}

void producer_free(struct producer *producer)
{
    if (producer == NULL)
        return;
    rd_kafka_queue_destroy(producer->reports);
    rd_kafka_destroy(producer->client);
    kafka_link_free(&producer->link);
    memory_free(producer);
}

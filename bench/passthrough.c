/* The floor under every figure: records of one topic into another, untouched, at least once, with
 * the stage's own settings of librdkafka, in one thread, until it is killed. Usage: passthrough
 * BROKERS GROUP IN OUT. A record goes to the partition it came from, so that delivery reports come
 * in input order and the last one is the position. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>

static rd_kafka_t *consumer;
static rd_kafka_t *producer;
static rd_kafka_topic_partition_list_t *position; /* one element, reused */

static void die(const char *text)
{
    fprintf(stderr, "passthrough: %s\n", text);
    exit(1);
}

static void must(rd_kafka_resp_err_t error)
{
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        die(rd_kafka_err2str(error));
}

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    rd_kafka_message_t *source = message->_private;

    (void)client;
    (void)opaque;
    must(message->err);
    position->elems[0].partition = source->partition;
    position->elems[0].offset = source->offset + 1;
    rd_kafka_offsets_store(consumer, position);
    rd_kafka_message_destroy(source);
}

/* format gives settings: name=value, separated by spaces. */
__attribute__((format(printf, 2, 3))) static rd_kafka_t *client_new(rd_kafka_type_t type,
                                                                    const char *format, ...)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char settings[1024], error[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(settings, sizeof settings, format, arguments);
    va_end(arguments);
    for (char *rest = settings, *name; (name = strsep(&rest, "=")) != NULL && rest != NULL;)
        if (rd_kafka_conf_set(conf, name, strsep(&rest, " "), error, sizeof error) !=
            RD_KAFKA_CONF_OK)
            die(error);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);

    if (client == NULL)
        die(error);
    return client;
}

/* The record stays where it was fetched until it is delivered. */
static void pass_on(rd_kafka_message_t *message, const char *topic)
{
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    rd_kafka_headers_t *headers = NULL;

    rd_kafka_message_detach_headers(message, &headers);
    while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        error = rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(message->partition),
            RD_KAFKA_V_KEY(message->key, message->key_len),
            RD_KAFKA_V_VALUE(message->payload, message->len), RD_KAFKA_V_HEADERS(headers),
            RD_KAFKA_V_TIMESTAMP(rd_kafka_message_timestamp(message, NULL)),
            RD_KAFKA_V_OPAQUE(message), RD_KAFKA_V_END);
        rd_kafka_poll(producer, error == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 100 : 0);
    }
    must(error);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        die("usage: passthrough BROKERS GROUP IN OUT");
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);

    position = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(position, argv[3], 0);
    rd_kafka_topic_partition_list_add(topics, argv[3], RD_KAFKA_PARTITION_UA);
    producer = client_new(RD_KAFKA_PRODUCER,
                          "bootstrap.servers=%s enable.idempotence=true acks=all "
                          "message.timeout.ms=0 message.max.bytes=9437184 linger.ms=5 "
                          "queue.buffering.max.kbytes=65536 compression.codec=lz4",
                          argv[1]);
    consumer = client_new(RD_KAFKA_CONSUMER,
                          "bootstrap.servers=%s group.id=%s isolation.level=read_committed "
                          "partition.assignment.strategy=cooperative-sticky "
                          "auto.offset.reset=earliest enable.auto.offset.store=false "
                          "auto.commit.interval.ms=100 heartbeat.interval.ms=200 "
                          "queued.max.messages.kbytes=16384 fetch.message.max.bytes=262144",
                          argv[1], argv[2]);
    must(rd_kafka_poll_set_consumer(consumer));
    must(rd_kafka_subscribe(consumer, topics));
    for (;;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 20);

        if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            pass_on(message, argv[4]);
        else if (message != NULL)
            rd_kafka_message_destroy(message);
        else
            rd_kafka_poll(producer, 0);
    }
}

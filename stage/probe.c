#include "stage/probe.h"

#include "base/memory.h"
#include "config/kafka_conf.h"

/* What the callbacks need; lives as long as the client. */
struct calls {
    struct kafka_link *link;
    void (*delivered)(void *context, const rd_kafka_message_t *message);
    void *context;
};

static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    const struct calls *calls = opaque;

    (void)client;
    kafka_link_note(calls->link, (rd_kafka_resp_err_t)error, reason);
}

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    const struct calls *calls = opaque;

    (void)client;
    calls->delivered(calls->context, message);
}

static int start(rd_kafka_type_t type, rd_kafka_conf_t *conf, const struct calls *calls,
                 struct probe *ret_probe, char *ret_error, size_t error_size)
{
    if (conf == NULL)
        return -1;
    struct calls *kept = memory_zeroed(1, sizeof *kept);

    *kept = *calls;
    kept->link = &ret_probe->link;
    kafka_link_init(&ret_probe->link);
    rd_kafka_conf_set_opaque(conf, kept);
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (calls->delivered != NULL)
        rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    ret_probe->client = rd_kafka_new(type, conf, ret_error, error_size);
    if (ret_probe->client != NULL)
        return 0;
    rd_kafka_conf_destroy(conf);
    kafka_link_free(&ret_probe->link);
    memory_free(kept);
    return -1;
}

int probe_producer(const struct settings *settings,
                   void (*delivered)(void *context, const rd_kafka_message_t *message),
                   void *context, struct probe *ret_probe, char *ret_error, size_t error_size)
{
    const struct kafka_setting defaults[] = {{"bootstrap.servers", "localhost:9092"}, {NULL, NULL}};
    const struct kafka_setting owned[] = {
        {"message.max.bytes", "1000000000"}, {"acks", "all"}, {"compression.codec", "none"},
        {"message.timeout.ms", "10000"},     {NULL, NULL},
    };
    const struct calls calls = {.delivered = delivered, .context = context};

    return start(RD_KAFKA_PRODUCER,
                 kafka_conf_new(defaults, &settings->kafka, &settings->producer.kafka, owned,
                                ret_error, error_size),
                 &calls, ret_probe, ret_error, error_size);
}

int probe_consumer(const struct settings *settings, struct probe *ret_probe, char *ret_error,
                   size_t error_size)
{
    const struct kafka_setting defaults[] = {{"bootstrap.servers", "localhost:9092"}, {NULL, NULL}};
    const struct kafka_setting owned[] = {{"group.id", settings->consumer.group},
                                          {"enable.auto.commit", "false"},
                                          {"allow.auto.create.topics", "false"},
                                          {NULL, NULL}};
    const struct calls calls = {.delivered = NULL};

    return start(RD_KAFKA_CONSUMER,
                 kafka_conf_new(defaults, &settings->kafka, &settings->consumer.kafka, owned,
                                ret_error, error_size),
                 &calls, ret_probe, ret_error, error_size);
}

void probe_close(struct probe *probe)
{
    void *calls = rd_kafka_opaque(probe->client);

    rd_kafka_destroy(probe->client);
    kafka_link_free(&probe->link);
    memory_free(calls);
}

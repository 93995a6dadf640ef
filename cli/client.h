/* Kafka clients of commands, from the stage's configuration. Threads: any. */
#ifndef COPYDESK_CLI_CLIENT_H
#define COPYDESK_CLI_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "config/settings.h"

/* One that reads and commits nothing. isolation: read_committed or read_uncommitted. Returns NULL
 * and librdkafka's sentence in ret_error. */
rd_kafka_t *client_consumer(const struct settings *settings, const char *isolation, char *ret_error,
                            size_t error_size);

struct client_producer {
    const char *transactional_id; /* NULL: it is only idempotent */
    void (*report)(rd_kafka_t *client, const rd_kafka_message_t *message, void *context);
    void *context;
};

/* One that writes with acks=all, each record once and in order. Returns as above. */
rd_kafka_t *client_producer(const struct settings *settings, const struct client_producer *options,
                            char *ret_error, size_t error_size);

#endif

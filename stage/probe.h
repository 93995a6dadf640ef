/* A client of its own for questions to the brokers, beside those of the stage, which belong to
 * their threads. It is no member of the group and has no transactional id. Threads: one at a time.
 */
#ifndef COPYDESK_STAGE_PROBE_H
#define COPYDESK_STAGE_PROBE_H

#include <librdkafka/rdkafka.h>

#include "config/kafka_link.h"
#include "config/settings.h"

struct probe {
    rd_kafka_t *client;
    struct kafka_link link;
};

/* A producer with the settings of `kafka` and `producer.kafka`; reports go to delivered (NULL: to
 * nobody) with context. Returns 0, or -1 and a sentence in ret_error. */
int probe_producer(const struct settings *settings,
                   void (*delivered)(void *context, const rd_kafka_message_t *message),
                   void *context, struct probe *ret_probe, char *ret_error, size_t error_size);

/* A consumer with the settings of `kafka` and `consumer.kafka` and the stage's group; it only asks.
 */
int probe_consumer(const struct settings *settings, struct probe *ret_probe, char *ret_error,
                   size_t error_size);

void probe_close(struct probe *probe);

#endif

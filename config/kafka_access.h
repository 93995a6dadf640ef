/* What this user of Kafka may not do, in words, with the command that allows it; and what kafka,
 * consumer.kafka and producer.kafka say together. Threads: any. */
#ifndef COPYDESK_CONFIG_KAFKA_ACCESS_H
#define COPYDESK_CONFIG_KAFKA_ACCESS_H

#include "config/settings.h"

enum kafka_access {
    ACCESS_READ_TOPIC,
    ACCESS_READ_GROUP,
    ACCESS_WRITE_TOPIC,
    ACCESS_TRANSACT,
    ACCESS_DESCRIBE_OUTPUT,
    ACCESS_DESCRIBE_CLAIMS, /* whose reader asks */
};

/* The value of librdkafka's setting `name` for one client: what special (consumer.kafka or
 * producer.kafka) says, else kafka, else otherwise. Where a map names it twice, the last counts. */
const char *kafka_setting_of(const struct settings *settings, const struct option_map *special,
                             const char *name, const char *otherwise);

/* Writes "user desk may not read topic articles.raw; allow it: kafka-acls.sh ...". name: of the
 * topic, the group or the transactional id. */
void kafka_access_denied(const struct settings *settings, enum kafka_access access,
                         const char *name, char *ret_text, size_t text_size);

#endif

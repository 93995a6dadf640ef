/* librdkafka's configuration from ours: the stage's own defaults, then `kafka`, then
 * `consumer.kafka` or `producer.kafka`, then the settings that the stage owns. Threads: one at a
 * time, at start. */
#ifndef COPYDESK_CONFIG_KAFKA_CONF_H
#define COPYDESK_CONFIG_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "config/option.h"

struct kafka_setting {
    const char *name;
    const char *value;
};

/* defaults and owned end with a NULL name; a NULL value leaves librdkafka's own default. Logging
 * goes to base/log. The caller hands the result to rd_kafka_new or destroys it. Returns NULL and
 * librdkafka's own sentence in ret_error. */
rd_kafka_conf_t *kafka_conf_new(const struct kafka_setting *defaults,
                                const struct option_map *common, const struct option_map *special,
                                const struct kafka_setting *owned, char *ret_error,
                                size_t error_size);

#endif

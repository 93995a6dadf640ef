/* Are the brokers there, and all topics that the configuration names? Asked once, before anything
 * is consumed. Threads: one at a time. */
#ifndef COPYDESK_STAGE_TOPICS_H
#define COPYDESK_STAGE_TOPICS_H

#include <librdkafka/rdkafka.h>

#include "config/kafka_link.h"
#include "config/settings.h"

enum topics_answer { TOPICS_THERE, TOPICS_NO_BROKER, TOPICS_MISSING, TOPICS_FAILED };

struct topics_client {
    rd_kafka_t *client;
    struct kafka_link *link;
};

/* Asks for the input topics through input, for the others through output, waiting up to timeout_ms
 * for a broker each. Where topics.create is true, missing topics are created with the brokers'
 * default partitions and replication. A sentence in ret_error when the answer is not TOPICS_THERE:
 * which address was tried, or which topics are missing or denied, and the command that helps.
 * Nobody else may poll the clients meanwhile. */
enum topics_answer topics_check(const struct topics_client *input,
                                const struct topics_client *output, const struct settings *settings,
                                int64_t timeout_ms, char *ret_error, size_t error_size);

#endif

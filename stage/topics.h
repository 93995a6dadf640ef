/* Are the brokers there, and all topics that the configuration names? Asked once, before anything
 * is consumed. Threads: one at a time. */
#ifndef COPYDESK_STAGE_TOPICS_H
#define COPYDESK_STAGE_TOPICS_H

#include <librdkafka/rdkafka.h>

#include "config/settings.h"

enum topics_answer { TOPICS_THERE, TOPICS_NO_BROKER, TOPICS_MISSING, TOPICS_FAILED };

/* Asks through client, waiting up to timeout_ms for a broker. Where topics.create is true, missing
 * topics are created with the brokers' default partitions and replication. A sentence in ret_error
 * when the answer is not TOPICS_THERE: which address was tried, or which topics are missing and the
 * command that creates them. */
enum topics_answer topics_check(rd_kafka_t *client, const struct settings *settings,
                                int64_t timeout_ms, char *ret_error, size_t error_size);

#endif

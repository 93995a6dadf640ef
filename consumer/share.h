/* The share of a member: has it all partitions of the topics that it reads, or do other members of
 * the group read some? Threads: any. */
#ifndef COPYDESK_CONSUMER_SHARE_H
#define COPYDESK_CONSUMER_SHARE_H

#include <librdkafka/rdkafka.h>

#include "config/option.h"

struct share {
    int assigned;   /* partitions that this member has */
    int partitions; /* that the topics have */
};

/* Asks a broker for the topics' partitions, and waits for it for timeout_ms a topic. Returns false
 * where that is not answered: nothing is known. */
bool share_ask(rd_kafka_t *client, const struct option_list *topics, int timeout_ms,
               struct share *ret_share);

#endif

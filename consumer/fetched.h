/* What librdkafka has fetched ahead, and what it had to fetch twice: a pause and a rebalance throw
 * away what lies fetched and was not taken. Read from its statistics, which alone know. Threads:
 * one at a time. */
#ifndef COPYDESK_CONSUMER_FETCHED_H
#define COPYDESK_CONSUMER_FETCHED_H

#include <stdint.h>

#include "base/slice.h"

struct fetched {
    int64_t received; /* bytes of keys and values that ever came, of all partitions */
    int64_t waiting;  /* of those, what was not taken yet */
};

/* statistics: one JSON object as librdkafka's stats_cb gets it. Returns 0, or -1 and changes
 * nothing where it is none. */
int fetched_read(struct slice statistics, struct fetched *ret_fetched);

/* Bytes that came and were neither taken nor wait: never below 0. */
int64_t fetched_twice(const struct fetched *fetched, int64_t taken);

#endif

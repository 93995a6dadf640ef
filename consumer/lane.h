/* A lane: one assignment of one partition to this instance. Every record carries its lane; a
 * partition that comes back after a rebalance gets a new one, so that what belongs to an older
 * assignment can be told apart and thrown away. (The lane is the "assignment epoch" of a ticket.)
 *
 * Threads: shared by intake and publisher; each field says whose it is. */
#ifndef COPYDESK_CONSUMER_LANE_H
#define COPYDESK_CONSUMER_LANE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "consumer/order.h"
#include "consumer/prefix.h"

struct lane {
    char *topic;       /* constant */
    int32_t partition; /* constant */
    atomic_int references;

    uint64_t next_sequence; /* intake: number of the next record */

    atomic_bool closed; /* set by intake: records no longer count, the partition is not ours */
    _Atomic int64_t in_flight; /* records between intake and their end */
    _Atomic int64_t position; /* written by the publisher: offset that may be committed; -1: none */
    /* The offset that was last handed over for commit; -1: none. */
    _Atomic int64_t committed;
    _Atomic int64_t home; /* the offset that the brokers said they have; -1: none */

    struct order settling; /* settler, where there is one */
    struct order order;    /* publisher */
    struct prefix prefix;  /* publisher */
};

/* One reference, the caller's. topic is copied. */
struct lane *lane_new(const char *topic, int32_t partition);
struct lane *lane_hold(struct lane *lane);
void lane_release(struct lane *lane);

#endif

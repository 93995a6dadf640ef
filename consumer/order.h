/* Back into input order: records of a partition come from the workers in any order and leave by
 * their sequence. Knows nothing of Kafka. Threads: one at a time. */
#ifndef COPYDESK_CONSUMER_ORDER_H
#define COPYDESK_CONSUMER_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order {
    void **waiting; /* ring by sequence; a power of two long */
    size_t capacity;
    uint64_t next; /* the sequence that leaves next */
};

/* Starts at sequence 0. */
void order_init(struct order *order);
void order_free(struct order *order);

/* item: not NULL; each sequence once, none below the one that leaves next. */
void order_put(struct order *order, uint64_t sequence, void *item);

/* The item whose turn it is, or NULL when it is not here yet. */
void *order_take(struct order *order);

/* Takes any item, without regard to order, or NULL when empty: for what is given up. */
void *order_take_any(struct order *order);

#endif

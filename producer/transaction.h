/* Exactly-once: one transaction at a time holds the outputs of some records and the offsets of
 * exactly these. A reader that is read_committed sees both or neither.
 *
 * Invariant at every commit: the inputs whose outputs are in the transaction are, in each
 * partition, exactly those between the last committed offset and the offset sent. It holds because
 * records come here in input order per partition without gaps; because one record of a partition
 * that is no longer ours makes the whole transaction abort; and because the group's generation
 * travels with the offsets, so that the broker refuses those of a member that was replaced.
 *
 * A transaction is bounded in bytes, and the bound follows how fast the brokers take them: what
 * does not end within transaction.timeout.ms would be aborted and tried again for ever.
 *
 * Records stay in memory until their commit succeeded. After an abort they are produced again;
 * nothing is read, processed or settled twice. After a fatal error (fenced, or timed out on the
 * broker's side, which looks the same) the producer is made anew under the same id: that ends the
 * old transaction one way or the other, the group's committed offsets then tell which, and only
 * what was not committed is produced again. A commit whose answer was lost is resolved the same
 * way.
 *
 * Threads: the publisher's. */
#ifndef COPYDESK_PRODUCER_TRANSACTION_H
#define COPYDESK_PRODUCER_TRANSACTION_H

#include "base/metrics.h"
#include "consumer/consumer.h"
#include "producer/dispatch.h"

struct transaction;

struct transaction_options {
    struct consumer *consumer;
    struct metrics *metrics;
    struct dispatch *dispatch;
    int64_t interval_ms;
    const atomic_bool *stopping; /* ends waits for brokers */
    /* A record left: committed, or given up because its partition is not ours any more. */
    void (*ended)(void *context, struct record *record, bool committed);
    /* Replaces dispatch->producer by a new one. Returns 0, or -1. */
    int (*renew)(void *context);
    void *context;
};

struct transaction *transaction_new(const struct transaction_options *options);
void transaction_free(struct transaction *transaction); /* NULL is fine */

/* Registers the transactional id with the brokers, which ends a transaction that an earlier process
 * left open. Before anything else. Returns 0, or -1 and why. */
int transaction_init(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE]);

/* Whether it takes records now: not while it waits after an abort, or is full. */
bool transaction_accepts(const struct transaction *transaction);

/* Takes a record over, and sends its output unless it is dropped. Returns 0, or -1 and why. */
int transaction_add(struct transaction *transaction, struct record *record,
                    char ret_why[DISPATCH_WHY_SIZE]);

/* A delivery report. Returns 0, or -1 and why. */
int transaction_report(struct transaction *transaction, struct record *record,
                       rd_kafka_resp_err_t error, char ret_why[DISPATCH_WHY_SIZE]);

/* Does what is due: commits, or produces again. Returns 0, or -1 and why. */
int transaction_step(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE]);

/* Aborts what is open and lets go of all records. */
void transaction_give_up(struct transaction *transaction);

#endif

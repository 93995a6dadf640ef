/* The publisher: the one thread that lets articles out. It puts what the workers finish back into
 * input order per partition, settles, routes, produces, waits for the delivery reports and then
 * moves the partition's finished prefix. Nothing is forgotten before Kafka has it: a record, with
 * the bytes that librdkafka reads from, lives until its report.
 *
 * Threads: publisher_run is the publisher's own; publisher_hand_over and publisher_stop any. */
#ifndef COPYDESK_PRODUCER_PUBLISHER_H
#define COPYDESK_PRODUCER_PUBLISHER_H

#include "base/metrics.h"
#include "config/config.h"
#include "consumer/consumer.h"
#include "processors/chain.h"
#include "producer/producer.h"
#include "producer/size_limit.h"

struct publisher;

struct publisher_options {
    bool settles; /* itself; else records come settled, from the settler */
    const struct config *config;
    struct metrics *metrics;
    struct chain *chain;
    struct window *window;
    struct article_made_by made_by;
    struct consumer *consumer;
    /* An article that was settled becomes a dead letter, since its topic refuses it. */
    void (*retract)(void *context, const struct article_coordinates *coordinates);
    /* The publisher cannot go on; text says why and what to do. Called at most once. */
    void (*failed)(void *context, const char *text);
    void *context;
};

/* Returns NULL and a sentence in ret_error. What options point to outlives the publisher. */
struct publisher *publisher_new(const struct publisher_options *options, char *ret_error,
                                size_t error_size);

/* Learns what sizes the topics take; exactly once: registers the transactional id, waiting for the
 * brokers. Before publisher_run.
 * Returns 0, or -1 and a sentence in ret_error. */
int publisher_prepare(struct publisher *publisher, char *ret_error, size_t error_size);

/* Takes records over from a worker. */
void publisher_hand_over(struct publisher *publisher, struct record *const *records, size_t count);

/* What comes before settling: is the article small enough, and where will it go? Returns whether it
 * is to be settled at all. Threads: the one that settles. */
bool publisher_prepare_to_settle(struct publisher *publisher, struct record *record);

/* What an outcome of chain_settle, but CHAIN_PENDING, means for the record. */
void record_settle(struct record *record, enum chain_outcome outcome);

/* Publishes until publisher_stop; then gives up what is not delivered. */
void publisher_run(struct publisher *publisher);

void publisher_stop(struct publisher *publisher);

/* What a reload changes. The configuration's producer settings other than routes, dead_letters and
 * kills are the same. */
struct publisher_change {
    const struct config *config;
    struct article_made_by made_by;
    const struct size_limit *size_limit; /* NULL: the topics are the same */
};

/* Takes effect between two articles. When it returns, the publisher uses nothing of what was
 * before; config and made_by must last until the next change. Threads: one at a time, not the
 * publisher's. */
void publisher_change(struct publisher *publisher, const struct publisher_change *change);

struct producer *publisher_producer(const struct publisher *publisher);

/* What was published names most. */
struct trends *publisher_trends(const struct publisher *publisher);

/* After publisher_run has returned. NULL is fine. */
void publisher_free(struct publisher *publisher);

#endif

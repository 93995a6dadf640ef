/* The consumer: a member of the group that polls records, stamps them and hands them on in batches,
 * within the window; and that brings offsets home, over the finished prefix of each partition only.
 *
 * How an offset travels, at least once (producer/transaction.h says it for exactly once). A record
 * gets its lane (assignment) and sequence at intake. When the publisher has seen the delivery
 * reports, it moves lane->position over the finished prefix; consumer_store hands positions to
 * librdkafka, which commits them every commit_interval. It does that itself because it alone knows
 * when a rebalance is running: a commit by hand in that moment is answered with ILLEGAL_GENERATION,
 * and librdkafka 2.0.2 then throws the assignment away. A revoked partition is drained, committed
 * and given back inside the rebalance callback; a lost one is forgotten.
 *
 * Threads: consumer_run owns the poll loop (intake); consumer_store is the publisher's; the rest
 * any. */
#ifndef COPYDESK_CONSUMER_CONSUMER_H
#define COPYDESK_CONSUMER_CONSUMER_H

#include "base/metrics.h"
#include "base/queue.h"
#include "config/kafka_link.h"
#include "config/settings.h"
#include "consumer/record.h"
#include "consumer/window.h"

struct consumer;

struct consumer_options {
    const struct settings *settings;
    struct metrics *metrics;
    struct window *window;
    struct queue *work; /* takes the records */
    /* The consumer cannot go on; text says why and what to do. Called at most once, from intake. */
    void (*failed)(void *context, const char *text);
    void *context;
    /* Who remembers only what this instance reads, for a warning where other members of the group
     * read, too. NULL: nobody. */
    const char *remembers_alone;
};

/* Connects in the background. Returns NULL and a sentence in ret_error. What options point to
 * outlives the consumer. */
struct consumer *consumer_new(const struct consumer_options *options, char *ret_error,
                              size_t error_size);

/* Subscribes and polls until consumer_stop; then drains what is in flight (up to shutdown_timeout),
 * commits and leaves the group. */
void consumer_run(struct consumer *consumer);

void consumer_stop(struct consumer *consumer);

/* At least once: hands the lanes' positions to librdkafka for commit. */
void consumer_store(struct consumer *consumer);

/* Exactly once: the positions that were not taken before, for a transaction; NULL where there are
 * none. The caller destroys the list. consumer_note_home when they are committed, consumer_untake
 * after an abort; NULL is fine. */
rd_kafka_topic_partition_list_t *consumer_take_positions(struct consumer *consumer);
void consumer_note_home(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list);
void consumer_untake(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list);

/* Whether it waits for what is in flight to be committed, in order to give partitions back: no time
 * to wait for a fuller transaction. */
bool consumer_is_draining(const struct consumer *consumer);

/* The handle: group metadata, committed offsets, whether the assignment was lost. */
rd_kafka_t *consumer_client(const struct consumer *consumer);

/* What is known of its connection. Noted while it is polled. */
struct kafka_link *consumer_link(struct consumer *consumer);

/* Records that lie fetched and were not taken yet, with their keys: bytes, a few seconds old.
 * Threads: any. */
size_t consumer_fetched_bytes(const struct consumer *consumer);

/* Whether this instance has its share of the partitions (which may be none), and has not lost it.
 */
bool consumer_is_assigned(const struct consumer *consumer);

/* After consumer_run has returned. NULL is fine. */
void consumer_free(struct consumer *consumer);

#endif

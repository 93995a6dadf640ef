/* The producer: librdkafka's handle with the settings that the promises need (acks=all,
 * idempotence, Java's partitioner, no time-out: waiting for Kafka never loses an article). Threads:
 * one at a time, but for producer_wake. */
#ifndef COPYDESK_PRODUCER_PRODUCER_H
#define COPYDESK_PRODUCER_PRODUCER_H

#include <librdkafka/rdkafka.h>

#include "base/slice.h"
#include "config/kafka_link.h"
#include "config/settings.h"

struct producer;

struct producer_message {
    const char *topic;
    struct slice value;          /* absent: a tombstone. Borrowed until the delivery report */
    struct slice key;            /* absent: none */
    rd_kafka_headers_t *headers; /* taken over, also on failure */
    int64_t timestamp_ms;        /* -1: now */
    void *opaque;                /* comes back with the delivery report */
};

/* Called from producer_poll for each message that producer_send took. */
typedef void (*producer_delivered)(void *context, void *opaque, rd_kafka_resp_err_t error);

enum { PRODUCER_ID_SIZE = 512 };

/* The transactional id, the same over restarts. */
void producer_id(const struct settings *settings, char ret_id[PRODUCER_ID_SIZE]);

/* Connects in the background. batch_bytes: the largest batch that every topic takes; 0:
 * librdkafka's own. Returns NULL and a sentence in ret_error. */
struct producer *producer_new(const struct settings *settings, size_t batch_bytes,
                              producer_delivered delivered, void *context, char *ret_error,
                              size_t error_size);

/* Queues one message; waits for room where the queue is full (and then runs delivery reports).
 * Returns RD_KAFKA_RESP_ERR_NO_ERROR, or why it was not taken. */
rd_kafka_resp_err_t producer_send(struct producer *producer,
                                  const struct producer_message *message);

/* Runs delivery reports, waiting up to timeout_ms for the first or for producer_wake. */
void producer_poll(struct producer *producer, int timeout_ms);

/* Ends a producer_poll that waits, or the next one. Threads: any. */
void producer_wake(struct producer *producer);

/* Messages that were taken and have no report yet. */
int producer_outstanding(const struct producer *producer);

/* Gives up what is outstanding: each gets its report (_PURGE_QUEUE, _PURGE_INFLIGHT). */
void producer_purge(struct producer *producer);

/* The handle, for metadata requests and librdkafka's fatal error text. */
rd_kafka_t *producer_client(const struct producer *producer);

/* What is known of its connection. Noted while it is polled. */
struct kafka_link *producer_link(struct producer *producer);

void producer_free(struct producer *producer); /* NULL is fine */

#endif

/* How large a record the output topics take (max.message.bytes), asked of the brokers once. An
 * article that does not fit must be known before anything about it is claimed or produced: a broker
 * that refuses it later takes the whole transaction with it. Threads: one at a time. */
#ifndef COPYDESK_PRODUCER_SIZE_LIMIT_H
#define COPYDESK_PRODUCER_SIZE_LIMIT_H

#include <librdkafka/rdkafka.h>

#include "base/slice.h"
#include "config/settings.h"

struct size_limit {
    size_t bytes; /* the smallest of all routes' topics; SIZE_MAX where no broker told */
    char topic[256];
    bool compresses; /* the producer: the broker counts what is left then */
    size_t batch;    /* the smallest of all topics, also of the dead letters; SIZE_MAX likewise */
};

/* Asks for the topics that the routes and `kills` name, and the dead letters'. What cannot be
 * learnt (no right to describe, the embedded cluster) is no limit: the broker's refusal then makes
 * a dead letter, later and dearer. */
struct size_limit size_limit_ask(rd_kafka_t *client, const struct settings *settings);

/* Whether a record fits. rest: bytes of key and headers; the frame of a batch is added. Cheap far
 * from the limit; near it the value is compressed to see. */
bool size_limit_fits(const struct size_limit *limit, struct slice value, size_t rest);

/* The largest batch, in bytes before compression, that every topic takes: a broker that refuses a
 * batch as too large refuses all records in it, also the small ones. 0: librdkafka's own, which
 * fits, or no limit is known. */
size_t size_limit_batch(const struct size_limit *limit);

#endif

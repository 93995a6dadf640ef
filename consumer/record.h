/* A record on its way: what Kafka gave, copied out of its fetch buffer at once (a held message
 * would pin the whole buffer), with the ticket that brings its offset home. Threads: one at a time;
 * intake makes it, a worker fills the article, the publisher ends it. */
#ifndef COPYDESK_CONSUMER_RECORD_H
#define COPYDESK_CONSUMER_RECORD_H

#include <librdkafka/rdkafka.h>

#include "article/article.h"
#include "consumer/lane.h"

struct record_pool;

enum record_fate {
    RECORD_PUBLISH,   /* to a route */
    RECORD_DROP,      /* nowhere; its offset is committed */
    RECORD_REJECT,    /* to the dead letters; article->reason says why */
    RECORD_FATAL,     /* the stage cannot go on; article->reason_text says why */
    RECORD_UNSETTLED, /* given back undecided: not published, its offset not committed */
};

struct record {
    struct article *article;
    struct slice key;            /* absent: no key; part of the article's arena */
    rd_kafka_headers_t *headers; /* NULL: none */
    int64_t timestamp_ms;        /* -1: none */
    struct lane *lane;           /* a reference */
    uint64_t sequence;           /* within the lane */
    size_t weight;               /* bytes it counts for in the window: record_weigh */

    enum record_fate fate; /* set by the worker, and by settle */
    unsigned attempts;     /* to produce it: 1, and one more for each refusal */
    size_t cut; /* dead letters too large for their topic: bytes of the value that are left */
    struct buffer output; /* the value that Kafka reads from until the delivery report */

    struct record_pool *pool; /* where it goes in the end; NULL: nowhere */
    struct record *next;      /* and what is the pool's there */
    size_t pooled_bytes;
};

/* Takes over the message's headers; copies key and value. lane: a reference of its own is taken.
 * pool: where memory for it comes from and goes to; NULL: the heap. */
struct record *record_new(struct record_pool *pool, rd_kafka_message_t *message, struct lane *lane);

/* A record with the same value, key, headers, coordinates and place in its lane, unread: for one
 * that a worker is stuck on and can therefore not be touched. Reads only what no worker changes.
 * The other is freed with record_free by whoever gets it back; it counts no more. */
struct record *record_stand_in(const struct record *record);

/* At intake a record counts for twice its value and some room for results. This counts again what
 * it holds, now that its results and output are there. Returns by how much more it weighs; it never
 * gets lighter. */
size_t record_weigh(struct record *record);

void record_free(struct record *record);

#endif

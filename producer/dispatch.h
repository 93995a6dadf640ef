/* Sending one record: where to, with which headers, and what a refusal means for it.
 * Threads: the publisher's. */
#ifndef COPYDESK_PRODUCER_DISPATCH_H
#define COPYDESK_PRODUCER_DISPATCH_H

#include "consumer/record.h"
#include "producer/producer.h"

struct dispatch {
    const struct settings *settings;
    const char *digest; /* config_digest */
    struct producer *producer;
    /* An article becomes a dead letter, since its topic refuses it. May be NULL. */
    void (*refused)(void *context, const struct record *record);
    void *context;
    struct buffer topic; /* scratch */
};

enum {
    DISPATCH_WHY_SIZE = 4096,
    DISPATCH_LATER = 1, /* the producer is in a state in which it takes nothing */
};

/* Where the record goes. Belongs to dispatch, until the next call. */
const char *dispatch_topic(struct dispatch *dispatch, const struct record *record);

/* Hands the record's output to the producer: an article or tombstone by its route, a rejected one
 * to the dead letters. An article that is too large becomes a dead letter, and a dead letter that
 * is too large is cut, until it fits. Returns 0, DISPATCH_LATER, or -1 and in ret_why why no other
 * try can help and what to do. */
int dispatch_send(struct dispatch *dispatch, struct record *record,
                  char ret_why[DISPATCH_WHY_SIZE]);

/* A delivery report said no: makes the record ready for another dispatch_send. Returns 0, or -1
 * and why. */
int dispatch_reconsider(struct dispatch *dispatch, struct record *record, rd_kafka_resp_err_t error,
                        char ret_why[DISPATCH_WHY_SIZE]);

#endif

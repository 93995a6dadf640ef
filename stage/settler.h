/* The settler: where a group shares a journal, the one thread that settles. It puts what the
 * workers finish into input order per partition, hands each article's claim to the journal, reads
 * everybody's claims back, and gives an article to the publisher once its own claim has come back
 * and it is decided. Articles of one partition are claimed in order; which claim comes back first
 * is the log's matter, and the publisher restores the order.
 *
 * It first restores what the log says; intake begins after that. It never waits for a transaction.
 *
 * Threads: settler_run its own; the rest any, where nothing else is said. */
#ifndef COPYDESK_STAGE_SETTLER_H
#define COPYDESK_STAGE_SETTLER_H

#include "consumer/record.h"
#include "journal/kafka_journal.h"
#include "processors/chain.h"
#include "producer/publisher.h"

struct settler;

struct settler_options {
    struct chain *chain;
    struct kafka_journal *journal;
    struct publisher *publisher;
    /* It cannot go on; text says why and what to do. Called at most once, or the next one is. */
    void (*failed)(void *context, const char *text);
    /* It can go on only in a new process. */
    void (*lost)(void *context, const char *text);
    void *context;
};

struct settler *settler_new(const struct settler_options *options);

/* Takes records over from a worker. */
void settler_hand_over(struct settler *settler, struct record *const *records, size_t count);

/* The chain's chain_settled. Threads: the settler's own. */
void settler_settled(void *settler, struct article *article, enum chain_outcome outcome);

/* An article that was settled goes to the dead letters after all. */
void settler_retract(struct settler *settler, const struct article_coordinates *coordinates);

/* Until settler_stop; then gives everything back that is not decided. */
void settler_run(struct settler *settler);
void settler_stop(struct settler *settler);

/* Waits until the journal is restored. Returns false where the settler stopped or failed before. */
bool settler_wait_restored(struct settler *settler);

bool settler_is_restored(struct settler *settler);

/* After settler_run has returned. NULL is fine. */
void settler_free(struct settler *settler);

#endif

/* A worker: one thread that reads articles and runs the chain on them. There are as many as cores;
 * they share nothing but the queues. Threads: each function the worker's own. */
#ifndef COPYDESK_STAGE_WORKER_H
#define COPYDESK_STAGE_WORKER_H

#include "article/article.h"
#include "base/queue.h"
#include "consumer/record.h"
#include "processors/chain.h"

struct worker;

struct worker_options {
    struct chain *chain;
    struct article_input input;
    struct queue *work; /* of struct record * */
    /* Takes the records back, their fate decided. */
    void (*hand_over)(void *context, struct record *const *records, size_t count);
    void *context;
};

/* Returns NULL and a sentence in ret_error. */
struct worker *worker_new(const struct worker_options *options, char *ret_error, size_t error_size);

/* Works until the queue is closed and empty. */
void worker_run(struct worker *worker);

void worker_free(struct worker *worker); /* NULL is fine */

#endif

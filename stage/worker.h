/* A worker: one thread that reads articles and runs the chain on them. There are as many as cores;
 * they share nothing but the queues.
 *
 * A processor that hangs must not stop the stream: the watch (watch.h) takes the record that the
 * worker is stuck on, and the rest of its batch, away from it, and another worker takes its place.
 * A thread cannot be ended from outside, so the stuck one stays; if it ever comes back it finds
 * itself dismissed and ends.
 *
 * Threads: worker_run the worker's own; worker_stuck_ns and worker_dismiss the watch's. */
#ifndef COPYDESK_STAGE_WORKER_H
#define COPYDESK_STAGE_WORKER_H

#include "article/article.h"
#include "base/queue.h"
#include "consumer/record.h"
#include "processors/chain.h"
#include "stage/flight.h"

struct worker;

struct worker_options {
    struct chain *chain;
    struct article_input input;
    struct queue *work; /* of struct record * */
    /* Takes the records back, their fate decided. */
    void (*hand_over)(void *context, struct record *const *records, size_t count);
    void *context;
    struct flight *flight; /* NULL: no supervisor */
    size_t index;          /* below FLIGHT_WORKERS, another for each worker */
};

/* Returns NULL and a sentence in ret_error. */
struct worker *worker_new(const struct worker_options *options, char *ret_error, size_t error_size);

/* Works until the queue is closed and empty (returns true), or it comes back to find itself
 * dismissed (returns false: nobody else knows it any more). */
bool worker_run(struct worker *worker);

/* How long the worker has been in one call of a processor, and in which; 0 where in none. */
int64_t worker_stuck_ns(const struct worker *worker, const char **ret_processor);

/* Takes everything away from a stuck worker: finished records are handed over, waiting ones go back
 * into the queue, the one it is stuck on is handed over as rejected (`too_slow`, processor).
 * Returns false, and changes nothing, when it is not in that call any more. */
bool worker_dismiss(struct worker *worker, const char *processor);

/* After worker_run has returned. NULL is fine. */
void worker_free(struct worker *worker);

#endif

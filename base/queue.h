/* A blocking first-in-first-out queue of pointers between threads. Both ends move batches, so that
 * the lock is taken once a batch and not once an article. It has no bound of its own: what may be
 * in flight is bounded by the window. Threads: any number at both ends. */
#ifndef COPYDESK_BASE_QUEUE_H
#define COPYDESK_BASE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct queue;

struct queue *queue_new(void);

/* Items that are still inside are the caller's to take out first. NULL is fine. */
void queue_free(struct queue *queue);

/* Appends count items in order. */
void queue_push(struct queue *queue, void *const *items, size_t count);

/* Takes up to most items, waiting up to timeout_ms (negative: without end) for the first one.
 * Returns how many; 0 after the time, or at once when the queue is closed and empty. */
size_t queue_pop(struct queue *queue, void **ret_items, size_t most, int64_t timeout_ms);

/* Wakes all who wait; what is inside can still be taken. */
void queue_close(struct queue *queue);

#endif

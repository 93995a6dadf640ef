#include "base/queue.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/memory.h"

enum { FIRST_CAPACITY = 64 };

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    void **ring; /* capacity is a power of two */
    size_t capacity;
    size_t head; /* the next to take */
    size_t count;
    bool closed;
};

struct queue *queue_new(void)
{
    struct queue *queue = memory_zeroed(1, sizeof *queue);

    pthread_mutex_init(&queue->lock, NULL);
    clock_condition_init(&queue->filled);
    queue->capacity = FIRST_CAPACITY;
    queue->ring = memory_zeroed(queue->capacity, sizeof *queue->ring);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    memory_free(queue->ring);
    memory_free(queue);
}

static void grow(struct queue *queue)
{
    void **ring = memory_zeroed(queue->capacity * 2, sizeof *ring);

    for (size_t i = 0; i < queue->count; i++)
        ring[i] = queue->ring[(queue->head + i) & (queue->capacity - 1)];
    memory_free(queue->ring);
    queue->ring = ring;
    queue->capacity *= 2;
    queue->head = 0;
}

void queue_push(struct queue *queue, void *const *items, size_t count)
{
    pthread_mutex_lock(&queue->lock);
    for (size_t i = 0; i < count; i++) {
        if (queue->count == queue->capacity)
            grow(queue);
        queue->ring[(queue->head + queue->count++) & (queue->capacity - 1)] = items[i];
    }
    if (count == 1)
        pthread_cond_signal(&queue->filled);
    else
        pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

static void wait_for_item(struct queue *queue, int64_t timeout_ms)
{
    if (queue->count > 0 || queue->closed || timeout_ms == 0)
        return;
    struct timespec deadline = clock_deadline(timeout_ms > 0 ? timeout_ms : 0);
    int status = 0;

    while (queue->count == 0 && !queue->closed && status == 0)
        status = timeout_ms < 0 ? pthread_cond_wait(&queue->filled, &queue->lock)
                                : pthread_cond_timedwait(&queue->filled, &queue->lock, &deadline);
}

size_t queue_pop(struct queue *queue, void **ret_items, size_t most, int64_t timeout_ms)
{
    size_t taken = 0;

    pthread_mutex_lock(&queue->lock);
    wait_for_item(queue, timeout_ms);
    while (taken < most && queue->count > 0) {
        ret_items[taken++] = queue->ring[queue->head];
        queue->head = (queue->head + 1) & (queue->capacity - 1);
        queue->count--;
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

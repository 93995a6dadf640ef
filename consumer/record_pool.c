#include "consumer/record_pool.h"

#include "base/memory.h"

enum { KEPT_OUTPUT = 64 << 10 };

struct record_pool {
    size_t most_bytes;
    atomic_int references;
    atomic_size_t bytes;            /* of all that wait */
    _Atomic(struct record *) given; /* back, the last one first */
    struct record *ready;           /* intake's: the next ones to take */
};

struct record_pool *record_pool_new(size_t most_bytes)
{
    struct record_pool *pool = memory_zeroed(1, sizeof *pool);

    pool->most_bytes = most_bytes;
    pool->references = 1;
    return pool;
}

static void destroy(struct record *record)
{
    buffer_free(&record->output);
    article_free(record->article);
    memory_free(record);
}

static void destroy_all(struct record *first)
{
    while (first != NULL) {
        struct record *next = first->next;

        destroy(first);
        first = next;
    }
}

void record_pool_release(struct record_pool *pool)
{
    if (pool == NULL || atomic_fetch_sub(&pool->references, 1) != 1)
        return;
    destroy_all(pool->ready);
    destroy_all(atomic_load(&pool->given));
    memory_free(pool);
}

struct record *record_pool_take(struct record_pool *pool)
{
    atomic_fetch_add(&pool->references, 1);
    if (pool->ready == NULL)
        pool->ready = atomic_exchange(&pool->given, NULL);
    struct record *record = pool->ready;

    if (record == NULL)
        return NULL;
    pool->ready = record->next;
    atomic_fetch_sub(&pool->bytes, record->pooled_bytes);
    return record;
}

static void trim(struct record *record)
{
    if (record->article != NULL)
        record->article = article_trim(record->article);
    if (record->output.capacity > KEPT_OUTPUT)
        buffer_free(&record->output);
    record->pooled_bytes = sizeof *record + record->output.capacity +
                           (record->article != NULL ? article_bytes(record->article) : 0);
}

/* Whoever takes takes all, so that nobody else can take what is about to be linked. */
static void link_in(struct record_pool *pool, struct record *record)
{
    record->next = atomic_load(&pool->given);
    while (!atomic_compare_exchange_weak(&pool->given, &record->next, record))
        ;
}

void record_pool_give(struct record_pool *pool, struct record *record)
{
    trim(record);
    if (atomic_fetch_add(&pool->bytes, record->pooled_bytes) + record->pooled_bytes >
        pool->most_bytes) {
        atomic_fetch_sub(&pool->bytes, record->pooled_bytes);
        destroy(record);
    } else {
        link_in(pool, record);
    }
    record_pool_release(pool);
}

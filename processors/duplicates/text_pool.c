#include "processors/duplicates/text_pool.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"

enum { HEADS = 1024 };

struct pooled {
    char *text;
    uint32_t length;
    uint32_t holders;
    uint16_t next; /* of the same head, or of the free ones */
};

struct text_pool {
    struct pooled texts[TEXT_POOL_MAX + 1]; /* 0 is none */
    uint16_t heads[HEADS];
    uint16_t free;    /* the first number that was given back */
    uint16_t highest; /* number that was ever given */
    uint32_t count;
};

struct text_pool *text_pool_new(void)
{
    return memory_zeroed(1, sizeof(struct text_pool));
}

void text_pool_free(struct text_pool *pool)
{
    if (pool == NULL)
        return;
    for (unsigned number = 1; number <= pool->highest; number++)
        free(pool->texts[number].text);
    free(pool);
}

static uint16_t *head_of(struct text_pool *pool, struct slice text)
{
    return &pool->heads[hash_bytes(text) % HEADS];
}

static uint16_t find(const struct text_pool *pool, uint16_t number, struct slice text)
{
    while (number != 0 && !slice_equal(text_pool_text(pool, number), text))
        number = pool->texts[number].next;
    return number;
}

static uint16_t free_number(struct text_pool *pool)
{
    uint16_t number = pool->free;

    if (number != 0)
        pool->free = pool->texts[number].next;
    else if (pool->highest < TEXT_POOL_MAX)
        number = ++pool->highest;
    return number;
}

static uint16_t add(struct text_pool *pool, uint16_t *head, struct slice text)
{
    uint16_t number = free_number(pool);

    if (number == 0)
        return 0;
    struct pooled *pooled = &pool->texts[number];

    pooled->text = memory_allocate(text.length + 1);
    if (text.length > 0)
        memcpy(pooled->text, text.data, text.length);
    pooled->length = (uint32_t)text.length;
    pooled->holders = 0;
    pooled->next = *head;
    *head = number;
    pool->count++;
    return number;
}

uint16_t text_pool_take(struct text_pool *pool, struct slice text)
{
    if (slice_is_absent(text))
        return 0;
    uint16_t *head = head_of(pool, text);
    uint16_t number = find(pool, *head, text);

    if (number == 0)
        number = add(pool, head, text);
    if (number != 0)
        pool->texts[number].holders++;
    return number;
}

void text_pool_release(struct text_pool *pool, uint16_t number)
{
    struct pooled *pooled = &pool->texts[number];

    if (number == 0 || --pooled->holders > 0)
        return;
    uint16_t *link = head_of(pool, text_pool_text(pool, number));

    while (*link != number)
        link = &pool->texts[*link].next;
    *link = pooled->next;
    pooled->text = memory_free(pooled->text);
    pooled->next = pool->free;
    pool->free = number;
    pool->count--;
}

struct slice text_pool_text(const struct text_pool *pool, uint16_t number)
{
    const struct pooled *pooled = &pool->texts[number];

    return number != 0 ? slice_of(pooled->text, pooled->length) : slice_of(NULL, 0);
}

uint32_t text_pool_count(const struct text_pool *pool)
{
    return pool->count;
}

#include "consumer/order.h"

#include "base/memory.h"

enum { FIRST_CAPACITY = 64 };

void order_init(struct order *order)
{
    *order = (struct order){.capacity = FIRST_CAPACITY};
    order->waiting = memory_zeroed(order->capacity, sizeof *order->waiting);
}

void order_free(struct order *order)
{
    order->waiting = memory_free(order->waiting);
}

static void **slot_of(struct order *order, uint64_t sequence)
{
    return &order->waiting[sequence & (order->capacity - 1)];
}

static void grow_to_hold(struct order *order, uint64_t sequence)
{
    struct order larger = *order;

    while (sequence - order->next >= larger.capacity)
        larger.capacity *= 2;
    if (larger.capacity == order->capacity)
        return;
    larger.waiting = memory_zeroed(larger.capacity, sizeof *larger.waiting);
    for (uint64_t s = order->next; s < order->next + order->capacity; s++)
        *slot_of(&larger, s) = *slot_of(order, s);
    memory_free(order->waiting);
    *order = larger;
}

void order_put(struct order *order, uint64_t sequence, void *item)
{
    grow_to_hold(order, sequence);
    *slot_of(order, sequence) = item;
}

void *order_take(struct order *order)
{
    void **slot = slot_of(order, order->next);
    void *item = *slot;

    if (item == NULL)
        return NULL;
    *slot = NULL;
    order->next++;
    return item;
}

void *order_take_any(struct order *order)
{
    for (size_t i = 0; i < order->capacity; i++) {
        void *item = order->waiting[i];

        if (item != NULL) {
            order->waiting[i] = NULL;
            return item;
        }
    }
    return NULL;
}

#include "consumer/prefix.h"

#include "base/memory.h"

enum { FIRST_CAPACITY = 64 };

void prefix_init(struct prefix *prefix)
{
    *prefix = (struct prefix){.capacity = FIRST_CAPACITY, .position = -1};
    prefix->finished = memory_allocate(prefix->capacity * sizeof *prefix->finished);
    for (size_t i = 0; i < prefix->capacity; i++)
        prefix->finished[i] = -1;
}

void prefix_free(struct prefix *prefix)
{
    prefix->finished = memory_free(prefix->finished);
}

static int64_t *slot_of(struct prefix *prefix, uint64_t sequence)
{
    return &prefix->finished[sequence & (prefix->capacity - 1)];
}

static void grow_to_hold(struct prefix *prefix, uint64_t sequence)
{
    struct prefix larger = *prefix;

    while (sequence - prefix->first >= larger.capacity)
        larger.capacity *= 2;
    if (larger.capacity == prefix->capacity)
        return;
    larger.finished = memory_allocate(larger.capacity * sizeof *larger.finished);
    for (size_t i = 0; i < larger.capacity; i++)
        larger.finished[i] = -1;
    for (uint64_t s = prefix->first; s < prefix->first + prefix->capacity; s++)
        *slot_of(&larger, s) = *slot_of(prefix, s);
    memory_free(prefix->finished);
    *prefix = larger;
}

bool prefix_finish(struct prefix *prefix, uint64_t sequence, int64_t offset)
{
    bool moved = false;

    grow_to_hold(prefix, sequence);
    *slot_of(prefix, sequence) = offset;
    for (int64_t *slot; *(slot = slot_of(prefix, prefix->first)) >= 0; prefix->first++) {
        prefix->position = *slot + 1;
        *slot = -1;
        moved = true;
    }
    return moved;
}

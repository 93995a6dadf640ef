#include "processors/duplicates/highest.h"

#include <stddef.h>

#include "base/hash.h"
#include "base/memory.h"
#include "processors/duplicates/mix.h"

struct partition {
    uint64_t name; /* hash of topic and number; 0: the slot is free */
    int64_t offset;
    int64_t time_ms; /* when it was claimed */
};

struct highest {
    struct partition *slots; /* open addressing, half full at most */
    size_t size;             /* a power of two */
    size_t count;
};

enum { FIRST_SIZE = 64 };

struct highest *highest_new(void)
{
    struct highest *highest = memory_zeroed(1, sizeof *highest);

    highest->size = FIRST_SIZE;
    highest->slots = memory_zeroed(highest->size, sizeof *highest->slots);
    return highest;
}

void highest_free(struct highest *highest)
{
    if (highest == NULL)
        return;
    memory_free(highest->slots);
    memory_free(highest);
}

static uint64_t name_of(const struct article_coordinates *coordinates)
{
    uint64_t name = mix(hash_bytes(coordinates->topic) ^ (uint32_t)coordinates->partition);

    return name != 0 ? name : 1;
}

/* The partition's slot, or the free one where it would go. */
static struct partition *slot_of(const struct highest *highest, uint64_t name)
{
    size_t at = name & (highest->size - 1);

    while (highest->slots[at].name != 0 && highest->slots[at].name != name)
        at = (at + 1) & (highest->size - 1);
    return &highest->slots[at];
}

bool highest_is_past(const struct highest *highest, const struct article_coordinates *coordinates,
                     int64_t now_ms, int64_t memory_ms)
{
    const struct partition *partition = slot_of(highest, name_of(coordinates));

    return partition->name != 0 && coordinates->offset <= partition->offset &&
           now_ms - partition->time_ms < memory_ms;
}

static void grow(struct highest *highest)
{
    struct highest larger = {.size = 2 * highest->size, .count = highest->count};

    larger.slots = memory_zeroed(larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < highest->size; i++) {
        if (highest->slots[i].name != 0)
            *slot_of(&larger, highest->slots[i].name) = highest->slots[i];
    }
    memory_free(highest->slots);
    *highest = larger;
}

void highest_note(struct highest *highest, const struct article_coordinates *coordinates,
                  int64_t now_ms)
{
    uint64_t name = name_of(coordinates);
    struct partition *partition = slot_of(highest, name);

    if (partition->name == 0) {
        if (highest->count == HIGHEST_MAX_PARTITIONS)
            return;
        highest->count++;
        *partition = (struct partition){.name = name, .offset = -1};
    }
    if (coordinates->offset >= partition->offset)
        *partition = (struct partition){name, coordinates->offset, now_ms};
    if (2 * highest->count > highest->size)
        grow(highest);
}

#include "processors/duplicates/boilerplate.h"

#include <string.h>

#include "base/memory.h"

static uint32_t first_slot(const struct boilerplate *list, uint32_t tag)
{
    return tag * 0x9e3779b1U >> 7 & list->mask;
}

static void insert(struct boilerplate *list, uint32_t tag)
{
    uint32_t slot = first_slot(list, tag);

    while (list->slots[slot] != 0 && list->slots[slot] != tag)
        slot = (slot + 1) & list->mask;
    list->count += list->slots[slot] == 0;
    list->slots[slot] = tag;
    list->filter[tag >> 6 & (BOILERPLATE_FILTER_WORDS - 1)] |= (uint64_t)1 << (tag & 63);
}

void boilerplate_set(struct boilerplate *list, const uint32_t *tags, size_t count)
{
    size_t slots = 16;

    boilerplate_clear(list);
    if (count > BOILERPLATE_MAX)
        count = BOILERPLATE_MAX;
    while (slots < 2 * count)
        slots *= 2;
    list->slots = memory_zeroed(slots, sizeof *list->slots);
    list->mask = (uint32_t)slots - 1;
    for (size_t i = 0; i < count; i++) {
        if (tags[i] != 0)
            insert(list, tags[i]);
    }
}

void boilerplate_clear(struct boilerplate *list)
{
    memory_free(list->slots);
    *list = (struct boilerplate){0};
}

bool boilerplate_search(const struct boilerplate *list, uint32_t tag)
{
    if (tag == 0 || list->slots == NULL)
        return false;
    for (uint32_t slot = first_slot(list, tag); list->slots[slot] != 0;
         slot = (slot + 1) & list->mask) {
        if (list->slots[slot] == tag)
            return true;
    }
    return false;
}

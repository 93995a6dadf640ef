#include "processors/entities/language_names.h"

#include <stdlib.h>

#include "base/memory.h"

enum { MERGED_BLOCKS = 1 << 12 /* 32 KiB: larger sets are asked by themselves */ };

/* Adds what a set has to one that has at least as many blocks, both powers of two. */
static void merge(uint64_t *blocks, uint64_t mask, const struct state_set *set)
{
    for (uint64_t i = 0; i <= mask; i++)
        blocks[i] |= set->blocks[i & set->mask];
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Makes one set of those that are not too large, which stays first, and leaves the others. Returns
 * it, for the caller to free; NULL where there is none. */
static uint64_t *merge_small_sets(struct state_sets *sets)
{
    uint64_t mask = 0;
    uint32_t kept = 1;
    bool any = false;

    for (uint32_t i = 0; i < sets->count; i++)
        if (sets->items[i].mask < MERGED_BLOCKS) {
            mask = larger(mask, sets->items[i].mask);
            any = true;
        }
    if (!any)
        return NULL;
    uint64_t *blocks = memory_zeroed(mask + 1, sizeof(*blocks));
    struct state_sets left = {.items = {{blocks, mask}}};

    for (uint32_t i = 0; i < sets->count; i++)
        if (sets->items[i].mask < MERGED_BLOCKS)
            merge(blocks, mask, &sets->items[i]);
        else
            left.items[kept++] = sets->items[i];
    left.count = kept;
    *sets = left;
    return blocks;
}

void language_names_index(struct language_names *names)
{
    names->small = (struct state_sets){0};
    names->any = (struct state_sets){0};
    for (uint32_t i = 0; i < names->layer_count; i++) {
        struct gazetteer_states states = gazetteer_states_of(names->layers[i].gazetteer);

        names->small.items[names->small.count++] = states.small;
        names->any.items[names->any.count++] = states.small;
        names->any.items[names->any.count++] = states.other;
    }
    names->merged_small = merge_small_sets(&names->small);
    names->merged_any = merge_small_sets(&names->any);
}

void language_names_free_index(struct language_names *names)
{
    free(names->merged_small);
    free(names->merged_any);
}

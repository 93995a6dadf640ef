/* Boilerplate: shingles that stand in many unrelated stories (how to subscribe, who owns the
 * rights, where to download the app). They are left out before a text is sketched, since two short
 * stories from one newsroom would else look alike.
 *
 * What is boilerplate must not depend on what one instance happened to see: a list takes effect
 * where its journal record is applied, so it is the same for all who read the journal. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_BOILERPLATE_H
#define COPYDESK_PROCESSORS_DUPLICATES_BOILERPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BOILERPLATE_MAX = 65536, BOILERPLATE_FILTER_WORDS = 1024 };

/* A shingle in a list: 32 bits of its hash, of which one text in 100 meets a wrong one when the
 * list is full. */
static inline uint32_t boilerplate_tag(uint64_t shingle)
{
    return (uint32_t)(shingle >> 12);
}

struct boilerplate {
    /* One bit for each tag by its low 16 bits: most lookups end here, in the fast cache. */
    uint64_t filter[BOILERPLATE_FILTER_WORDS];
    uint32_t *slots; /* open addressing, 0 is free; NULL while the list is empty */
    uint32_t mask;
    uint32_t count;
};

/* Replaces the content by count tags (at most BOILERPLATE_MAX, the rest is left out; a 0 too).
 * Threads: one, and none that reads meanwhile. */
void boilerplate_set(struct boilerplate *list, const uint32_t *tags, size_t count);
void boilerplate_clear(struct boilerplate *list);

bool boilerplate_search(const struct boilerplate *list, uint32_t tag);

static inline bool boilerplate_contains(const struct boilerplate *list, uint64_t shingle)
{
    uint32_t tag = boilerplate_tag(shingle);

    if (list == NULL ||
        (list->filter[tag >> 6 & (BOILERPLATE_FILTER_WORDS - 1)] >> (tag & 63) & 1) == 0)
        return false;
    return boilerplate_search(list, tag);
}

#endif

/* Story counts: in how many recent stories each shingle stood, roughly, in constant memory. What
 * reaches STORY_COUNTS_THRESHOLD is boilerplate, and goes into the next list.
 *
 * A count-min sketch with conservative update (Estan, Varghese, 2002) of 4-bit counters, both
 * cells of a shingle in one cache line. All counts are halved every STORY_COUNTS_WINDOW stories, so
 * that "many" means many of the recent ones however long the stream is. A count may come out too
 * high by collisions, in far fewer than one shingle in a thousand.
 * Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_STORY_COUNTS_H
#define COPYDESK_PROCESSORS_DUPLICATES_STORY_COUNTS_H

#include <stdint.h>

#include "processors/duplicates/fingerprint.h"

enum {
    STORY_COUNTS_THRESHOLD = 8,
    STORY_COUNTS_KEEP = 4, /* a listed shingle stays until it falls below this */
    STORY_COUNTS_WINDOW = 8192,
    STORY_COUNTS_BYTES = 8 << 20,
};

struct story_counts;

struct story_counts *story_counts_new(void);
void story_counts_free(struct story_counts *counts); /* NULL is fine */

/* Counts each shingle of a story, once however often it stands in it. */
void story_counts_add(struct story_counts *counts, const struct shingles *story);

/* How many stories were added. */
uint64_t story_counts_stories(const struct story_counts *counts);

/* The tags of the shingles that are boilerplate now, at most BOILERPLATE_MAX, in the order of their
 * hashes; valid until the next call with counts. */
const uint32_t *story_counts_list(struct story_counts *counts, uint32_t *ret_count);

#endif

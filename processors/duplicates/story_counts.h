/* Story counts: how many recent stories each shingle shaped the sketches of, roughly, in constant
 * memory. What reaches STORY_COUNTS_THRESHOLD is boilerplate, and goes into the next list. In a
 * long text a shingle seldom shapes the sketch, and there boilerplate does little harm.
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
    STORY_COUNTS_THRESHOLD = 5,
    STORY_COUNTS_KEEP = 3, /* a listed shingle stays until it falls below this */
    STORY_COUNTS_WINDOW = 8192,
    STORY_COUNTS_BYTES = 2 << 20,
};

struct story_counts;

struct story_counts *story_counts_new(void);
void story_counts_free(struct story_counts *counts); /* NULL is fine */

/* Counts a story: count shingles of its sample, each once however often it is there. */
void story_counts_add(struct story_counts *counts, const uint64_t *shingles, uint32_t count);

/* How many stories were added. */
uint64_t story_counts_stories(const struct story_counts *counts);

/* The tags of the shingles that are boilerplate now, at most BOILERPLATE_MAX, in the order of their
 * hashes; valid until the next call with counts. */
const uint32_t *story_counts_list(struct story_counts *counts, uint32_t *ret_count);

#endif

/* The highest claimed offset of each input partition: what tells a replay of the distant past,
 * which nothing is remembered of any more, from what is fresh. An offset is forgotten when no
 * higher one was claimed for so long as the owner says, so that all who read the same records
 * agree. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_HIGHEST_H
#define COPYDESK_PROCESSORS_DUPLICATES_HIGHEST_H

#include <stdbool.h>
#include <stdint.h>

#include "article/coordinates.h"

/* Beyond so many partitions new ones are not noted: their offsets always count as fresh. */
enum { HIGHEST_MAX_PARTITIONS = 1 << 16 };

struct highest;

struct highest *highest_new(void);
void highest_free(struct highest *highest); /* NULL is fine */

/* Was a higher offset of the partition claimed, memory_ms before now_ms or later? */
bool highest_is_past(const struct highest *highest, const struct article_coordinates *coordinates,
                     int64_t now_ms, int64_t memory_ms);

/* Notes a claim. */
void highest_note(struct highest *highest, const struct article_coordinates *coordinates,
                  int64_t now_ms);

#endif

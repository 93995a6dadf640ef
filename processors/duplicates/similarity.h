/* Similarity: how much of two texts is the same, from their fingerprints alone. Integers only:
 * shares are thousandths. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_SIMILARITY_H
#define COPYDESK_PROCESSORS_DUPLICATES_SIMILARITY_H

#include "processors/duplicates/fingerprint.h"

enum {
    /* An old text that the new one holds counts less than a new text that the old one holds, since
     * the new one then says something more; and only where it is not much longer. */
    OLD_SHARE_DISCOUNT = 200,
    OLD_SHARE_MAX_GROWTH = 1800, /* new size / old size, thousandths */
};

struct similarity {
    /* In each group of four bits the lowest one is set where both sketches agree. */
    uint64_t agreeing[SKETCH_WORDS];
    unsigned agreements;  /* bins */
    unsigned used;        /* bins that are not empty on both sides */
    unsigned resemblance; /* Jaccard: shared shingles / all shingles, less what chance explains */
    unsigned new_share;   /* of the new text that is in the old one */
    unsigned old_share;   /* of the old text that is in the new one */
    unsigned overall;     /* the verdict's similarity */
};

/* new_text and old_text: with FINGERPRINT_MIN_SHINGLES at least; else all shares are 0. */
void similarity_of(const struct fingerprint *new_text, const struct fingerprint *old_text,
                   struct similarity *ret_similarity);

/* The part of sketch's bins where `by` agrees and `besides` does not, less what chance explains,
 * thousandths of the bins that are not empty. */
unsigned similarity_extra_share(const struct fingerprint *sketch, const struct similarity *by,
                                const uint64_t besides[SKETCH_WORDS]);

/* How far two sets of up to 64 bits, of which size can be set, agree beyond chance: 1000 where the
 * smaller is inside the larger, 0 where they share no more than random ones. */
unsigned similarity_of_sets(uint64_t a, uint64_t b, unsigned size);

#endif

/* The fingerprint: what is remembered of an article's text.
 *
 * Two steps. `shingles_read` goes over the tokens of headline and body, as one text, and hashes
 * each run of 3 words (6 tokens where the last one is an ideograph). `fingerprint_make` leaves
 * boilerplate out and keeps a one-permutation sketch: the shingles are dealt into 256 bins by
 * their hash, of each bin only the smallest value counts, and of that only 4 bits are kept. Two
 * texts that share a part J of all their shingles agree in about that part of the bins, and by
 * chance in one of 15 (Li, Owen, Zhang: One Permutation Hashing, 2012; Li, König: b-Bit Minwise
 * Hashing, 2010). The 8 smallest values are the keys under which the article is found again.
 *
 * Pure functions of tokens and list, integers only: the same on every machine and in every build.
 * Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_FINGERPRINT_H
#define COPYDESK_PROCESSORS_DUPLICATES_FINGERPRINT_H

#include "article/text_view.h"
#include "processors/duplicates/boilerplate.h"

enum {
    SHINGLE_WORDS = 3,
    SHINGLE_IDEOGRAPHS = 6,
    /* Only the first so many tokens of a text make shingles: a longer one is a book. */
    SHINGLE_MAX_TOKENS = 65536,

    SKETCH_BINS = 256,
    SKETCH_WORDS = SKETCH_BINS / 16, /* of 16 bins, 4 bits each */
    FINGERPRINT_MAX_KEYS = 8,
    SAMPLE_MAX = 2 * SKETCH_BINS + 1,
    /* In a set of numbers, the lowest bits are for the numbers 0 to 9 where they stand alone:
     * nearly every text has some, so they say little. */
    NUMBERS_DIGITS = 10,
    /* With fewer shingles than this, boilerplate left out, texts are compared by `exact` alone. */
    FINGERPRINT_MIN_SHINGLES = 8,
};

/* All shingles of one text, and what is known of the text as a whole. */
struct shingles {
    const uint64_t *hashes; /* in order of the text, repeats included */
    uint32_t count;
    uint64_t exact;   /* of all tokens in order: equal for texts that read the same */
    uint64_t numbers; /* a bit for each number in it: see NUMBERS_DIGITS */
    uint64_t names;   /* a bit for each capitalised word beside another one in the body */
};

struct fingerprint {
    uint64_t sketch[SKETCH_WORDS]; /* bin i: 4 bits of word i / 16, 0 where no shingle fell in */
    uint64_t exact;
    uint64_t numbers;
    uint64_t names;
    uint32_t shingles; /* how many the sketch stands for; 0: it is empty */
};

struct fingerprint_keys {
    uint32_t keys[FINGERPRINT_MAX_KEYS];
    uint32_t count;
};

/* The shingles that shaped a sketch: the smallest of each bin, and those that were left out as
 * boilerplate. Only these can make two sketches agree, so only these are counted. */
struct shingle_sample {
    uint64_t hashes[SAMPLE_MAX];
    uint32_t count;
};

/* How many hashes shingles_read writes at most. */
size_t shingles_room(const struct text_view *headline, const struct text_view *body);

/* room: shingles_room elements, which ret_shingles then points into. Tokens of URLs count for
 * `exact` only: they change with every click that is tracked. */
void shingles_read(const struct text_view *headline, const struct text_view *body, uint64_t *room,
                   struct shingles *ret_shingles);

/* list: what to leave out; NULL or empty: nothing. */
void fingerprint_make(const struct shingles *shingles, const struct boilerplate *list,
                      struct fingerprint *ret_fingerprint, struct fingerprint_keys *ret_keys,
                      struct shingle_sample *ret_sample);

#endif

#include "processors/duplicates/similarity.h"

#include <string.h>

/* Two bins that hold different shingles agree in their 4 bits once in so many cases. */
enum { CHANCE = 15 };

#define LOWEST_OF_FOUR 0x1111111111111111U

/* In each group of four bits: the lowest bit says whether any of them is set. */
static uint64_t any_of_four(uint64_t bins)
{
    bins |= bins >> 2;
    bins |= bins >> 1;
    return bins & LOWEST_OF_FOUR;
}

/* How many bits are set in words of LOWEST_OF_FOUR: groups are summed eight words at a time, which
 * is as far as four bits count. */
static unsigned count_groups(const uint64_t words[SKETCH_WORDS])
{
    uint64_t bytes = 0;

    for (unsigned half = 0; half < SKETCH_WORDS; half += 8) {
        uint64_t sum = 0;

        for (unsigned i = half; i < half + 8; i++)
            sum += words[i];
        bytes += (sum & 0x0f0f0f0f0f0f0f0fU) + (sum >> 4 & 0x0f0f0f0f0f0f0f0fU);
    }
    /* Eight bytes of at most 32 each: their sum, 256 at most, needs 16-bit lanes. */
    bytes = (bytes & 0x00ff00ff00ff00ffU) + (bytes >> 8 & 0x00ff00ff00ff00ffU);
    return (unsigned)(bytes * 0x0001000100010001U >> 48);
}

static void compare_bins(const uint64_t *a, const uint64_t *b, struct similarity *similarity)
{
    uint64_t used[SKETCH_WORDS];

    for (unsigned i = 0; i < SKETCH_WORDS; i++) {
        used[i] = any_of_four(a[i] | b[i]);
        similarity->agreeing[i] = used[i] & ~any_of_four(a[i] ^ b[i]);
    }
    similarity->agreements = count_groups(similarity->agreeing);
    similarity->used = count_groups(used);
}

static unsigned thousandths(uint64_t part, uint64_t whole)
{
    return part >= whole ? 1000 : (unsigned)((1000 * part + whole / 2) / whole);
}

static unsigned highest(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* The old text's share counts, discounted, where the new text is not much longer. */
static unsigned overall(const struct similarity *similarity, uint64_t new_size, uint64_t old_size)
{
    unsigned result = highest(similarity->new_share, similarity->resemblance);

    if (1000 * new_size <= OLD_SHARE_MAX_GROWTH * old_size &&
        similarity->old_share > OLD_SHARE_DISCOUNT)
        result = highest(result, similarity->old_share - OLD_SHARE_DISCOUNT);
    return result;
}

void similarity_of(const struct fingerprint *new_text, const struct fingerprint *old_text,
                   struct similarity *ret_similarity)
{
    uint64_t new_size = new_text->shingles;
    uint64_t old_size = old_text->shingles;

    memset(ret_similarity, 0, sizeof *ret_similarity);
    if (new_size == 0 || old_size == 0)
        return;
    compare_bins(new_text->sketch, old_text->sketch, ret_similarity);
    uint64_t agreements = CHANCE * (uint64_t)ret_similarity->agreements;

    if (agreements <= ret_similarity->used)
        return;
    /* resemblance = (agreements - used / 15) / (used - used / 15); shared shingles = resemblance /
     * (1 + resemblance) of both sizes together. */
    uint64_t part = agreements - ret_similarity->used;
    uint64_t whole = (CHANCE - 1) * (uint64_t)ret_similarity->used;
    uint64_t shared = part * (new_size + old_size);

    ret_similarity->resemblance = thousandths(part, whole);
    ret_similarity->new_share = thousandths(shared, (part + whole) * new_size);
    ret_similarity->old_share = thousandths(shared, (part + whole) * old_size);
    ret_similarity->overall = overall(ret_similarity, new_size, old_size);
}

unsigned similarity_extra_share(const struct fingerprint *sketch, const struct similarity *by,
                                const uint64_t besides[SKETCH_WORDS])
{
    uint64_t filled[SKETCH_WORDS];
    uint64_t open[SKETCH_WORDS];
    uint64_t extra[SKETCH_WORDS];

    for (unsigned i = 0; i < SKETCH_WORDS; i++) {
        filled[i] = any_of_four(sketch->sketch[i]);
        open[i] = filled[i] & ~besides[i];
        extra[i] = by->agreeing[i] & open[i];
    }
    uint64_t hits = CHANCE * (uint64_t)count_groups(extra);
    unsigned candidates = count_groups(open);

    if (hits <= candidates)
        return 0;
    return thousandths(hits - candidates, (CHANCE - 1) * (uint64_t)count_groups(filled));
}

/* How much of `a` is in `b` beyond what a random `b` of that size holds. */
static unsigned share_beyond_chance(unsigned shared, unsigned a, unsigned b, unsigned size)
{
    unsigned by_chance = a * b; /* / size */

    if (b == size)
        return 1000;
    return size * shared <= by_chance
               ? 0
               : thousandths(size * shared - by_chance, size * a - by_chance);
}

unsigned similarity_of_sets(uint64_t a, uint64_t b, unsigned size)
{
    unsigned in_a = (unsigned)__builtin_popcountll(a);
    unsigned in_b = (unsigned)__builtin_popcountll(b);
    unsigned shared = (unsigned)__builtin_popcountll(a & b);

    if (in_a == 0 || in_b == 0)
        return in_a == in_b ? 1000 : 0;
    return highest(share_beyond_chance(shared, in_a, in_b, size),
                   share_beyond_chance(shared, in_b, in_a, size));
}

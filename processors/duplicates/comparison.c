#include "processors/duplicates/comparison.h"

/* A set of the text's numbers or names. */
struct set {
    uint64_t bits;
    unsigned size; /* bits that can be set */
};

static struct set numbers_of(const struct fingerprint *text)
{
    return (struct set){.bits = text->numbers >> NUMBERS_DIGITS, .size = 64 - NUMBERS_DIGITS};
}

static struct set names_of(const struct fingerprint *text)
{
    return (struct set){.bits = text->names, .size = 64};
}

/* Neither too few to say anything, nor so many that any two sets look alike. */
static bool tells(struct set set)
{
    unsigned count = (unsigned)__builtin_popcountll(set.bits);

    return count >= SET_LEAST && count + SET_OPEN <= set.size;
}

/* Returns false where the sets do not tell. */
static bool compare_sets(struct set a, struct set b, unsigned *ret_agreement)
{
    if (!tells(a) || !tells(b))
        return false;
    *ret_agreement = similarity_of_sets(a.bits, b.bits, a.size);
    return true;
}

/* Two fillings of one form (results, market closings, appointments) are different news, however
 * alike their texts are: their numbers tell, and where they have hardly any, their names. */
static void compare_facts(const struct fingerprint *new_text, const struct fingerprint *old_text,
                          struct comparison *comparison)
{
    unsigned other_below = 0;

    comparison->facts = FACTS_NONE;
    comparison->agreement = 1000;
    if (compare_sets(numbers_of(new_text), numbers_of(old_text), &comparison->agreement)) {
        comparison->facts = FACTS_NUMBERS;
        other_below = OTHER_NUMBERS_BELOW;
    } else if (compare_sets(names_of(new_text), names_of(old_text), &comparison->agreement)) {
        comparison->facts = FACTS_NAMES;
        other_below = OTHER_NAMES_BELOW;
    }
    if (comparison->agreement < other_below)
        comparison->overall /= 2;
}

static unsigned smaller_size(const struct fingerprint *a, const struct fingerprint *b)
{
    return a->shingles < b->shingles ? a->shingles : b->shingles;
}

/* Short texts share a stock phrase easily: they must be very much alike, and say no other number.
 */
static bool is_too_little_for_short(const struct fingerprint *new_text,
                                    const struct fingerprint *old_text, unsigned overall)
{
    return smaller_size(new_text, old_text) <= SHORT_TEXT &&
           (overall < SHORT_NEAR_FROM || (new_text->numbers & ~old_text->numbers) != 0);
}

static enum comparison_rule rule_of(const struct fingerprint *new_text,
                                    const struct fingerprint *old_text,
                                    const struct comparison *comparison)
{
    if (smaller_size(new_text, old_text) == 0)
        return RULE_TOO_SHORT;
    if (comparison->overall < comparison->before && comparison->before >= OVERLAPS_FROM)
        return RULE_FORM;
    if (comparison->overall < OVERLAPS_FROM)
        return RULE_BELOW;
    if (comparison->overall < NEAR_FROM)
        return RULE_PART;
    if (comparison->agreement < SAME_FACTS_FROM)
        return RULE_OTHER_FACTS;
    return is_too_little_for_short(new_text, old_text, comparison->overall) ? RULE_SHORT
                                                                            : RULE_NEAR;
}

void comparison_of(const struct fingerprint *new_text, const struct fingerprint *old_text,
                   bool old_is_digest, struct comparison *ret_comparison)
{
    similarity_of(new_text, old_text, &ret_comparison->similarity);
    ret_comparison->overall =
        old_is_digest ? ret_comparison->similarity.resemblance : ret_comparison->similarity.overall;
    ret_comparison->before = ret_comparison->overall;
    compare_facts(new_text, old_text, ret_comparison);
    ret_comparison->rule = rule_of(new_text, old_text, ret_comparison);
}

/* The comparison of two texts, and the rules that it is judged by: which of them is known how far,
 * and whether their facts are the same. All of it from the fingerprints. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_COMPARISON_H
#define COPYDESK_PROCESSORS_DUPLICATES_COMPARISON_H

#include "processors/duplicates/similarity.h"

/* Thousandths, shingles, and counts that verdicts turn on. */
enum {
    NEAR_FROM = 650,     /* similarity of `near` */
    OVERLAPS_FROM = 450, /* similarity of `overlaps` */

    SHORT_TEXT = 40,       /* shingles; a text of so few and a similar one ... */
    SHORT_NEAR_FROM = 800, /* ... are `near` only from here, and with the same numbers */

    /* Sets of numbers or names are compared when both have so many, and leave so many bits open. */
    SET_LEAST = 4,
    SET_OPEN = 8,
    SAME_FACTS_FROM = 600,     /* sets that agree less: never `near` */
    OTHER_NUMBERS_BELOW = 350, /* numbers that agree less: two fillings of one form */
    OTHER_NAMES_BELOW = 200,   /* names, which houses spell and leave out as they like */
};

enum compared_facts {
    FACTS_NONE, /* neither text has enough of both to tell */
    FACTS_NUMBERS,
    FACTS_NAMES, /* where numbers do not tell */
};

enum comparison_rule {
    RULE_NEAR,
    RULE_BELOW,       /* too little is known */
    RULE_PART,        /* a part is known, not enough for near */
    RULE_OTHER_FACTS, /* alike enough for near, but the facts agree in part only */
    RULE_FORM,        /* a form filled in anew: with those facts, half as similar */
    RULE_SHORT,       /* short, and not alike enough or with a number of its own */
    RULE_TOO_SHORT,   /* one of them has too few shingles to be compared */
};

struct comparison {
    struct similarity similarity;
    unsigned overall; /* thousandths, after the rules for forms and digests */
    unsigned before;  /* the same before the rule for forms */
    enum compared_facts facts;
    unsigned agreement; /* of those facts, thousandths; 1000 for FACTS_NONE */
    enum comparison_rule rule;
};

/* old_is_digest: it holds several stories, and what it holds is not its own. */
void comparison_of(const struct fingerprint *new_text, const struct fingerprint *old_text,
                   bool old_is_digest, struct comparison *ret_comparison);

#endif

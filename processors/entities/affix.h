/* Little words that are written together with a name: Arabic and Hebrew ones before it ("wa-li-
 * Baku"). Which ways there are to take them off, likeliest first; whether what is left is a name is
 * the list's to say. Pure functions. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_AFFIX_H
#define COPYDESK_PROCESSORS_ENTITIES_AFFIX_H

#include <stdint.h>

#include "base/slice.h"

enum affix_family { AFFIX_NONE, AFFIX_ARABIC, AFFIX_HEBREW };

enum { AFFIX_STEMS = 4, AFFIX_STEM_POINTS = 32 };

/* A word without its proclitics. */
struct affix_stem {
    uint32_t skipped;                   /* folded points of the word before the stem */
    uint32_t points[AFFIX_STEM_POINTS]; /* the stem; with the article's alef put back after li- */
    uint32_t length;
};

/* By primary language: "ar", "he". */
enum affix_family affix_family_of(struct slice language);

/* The stems of a word given by its folded points, those that lose least first; each has at least
 * three letters. Words longer than AFFIX_STEM_POINTS have none. Returns how many. */
uint32_t affix_stems(enum affix_family family, const uint32_t *points, uint32_t count,
                     struct affix_stem ret_stems[AFFIX_STEMS]);

#endif

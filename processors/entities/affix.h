/* A name as it is written in a sentence is often not the name: little words are written together
 * with it ("wa-li-Baku" in Arabic), and it takes an ending (Russian "Moskvy", of Moscow). Here are
 * the names that a word may be a form of; whether one is a name is the list's to say.
 * Pure functions. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_AFFIX_H
#define COPYDESK_PROCESSORS_ENTITIES_AFFIX_H

#include "processors/entities/rules.h"

enum { AFFIX_STEMS = 16, AFFIX_STEM_POINTS = 32 };

/* What a word may be a form of, in folded points. */
struct affix_stem {
    uint32_t skipped; /* points at the word's start that are not part of the name */
    uint32_t dropped; /* points at its end that are not */
    uint32_t length;
    uint32_t points[AFFIX_STEM_POINTS];
};

/* The stems of a word, other than itself, given by its folded points. Proclitics come off only
 * where `first`: the word is the first of its name. Stems have at least three letters (Hangul: two
 * syllables). Words longer than AFFIX_STEM_POINTS have none. Returns how many, at most AFFIX_STEMS.
 */
uint32_t affix_stems(const struct language_rules *rules, const uint32_t *points, uint32_t count,
                     bool first, struct affix_stem ret_stems[AFFIX_STEMS]);

#endif

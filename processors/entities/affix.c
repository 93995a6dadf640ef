#include "processors/entities/affix.h"

#include <stdbool.h>
#include <string.h>

enum {
    STEM_LETTERS = 3,
    ALEF = 0x627,
    LAM = 0x644,
};

enum affix_family affix_family_of(struct slice language)
{
    bool primary = language.length == 2 || (language.length > 2 && language.data[2] == '-');

    if (primary && memcmp(language.data, "ar", 2) == 0)
        return AFFIX_ARABIC;
    return primary && memcmp(language.data, "he", 2) == 0 ? AFFIX_HEBREW : AFFIX_NONE;
}

static bool is_one_of(uint32_t point, const uint32_t *set, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (set[i] == point)
            return true;
    return false;
}

struct stems {
    struct affix_stem *items;
    uint32_t count;
};

static void add_stem(struct stems *stems, const uint32_t *points, uint32_t count, uint32_t skipped)
{
    if (count < skipped + STEM_LETTERS || stems->count == AFFIX_STEMS)
        return;
    struct affix_stem *stem = &stems->items[stems->count++];

    stem->skipped = skipped;
    stem->length = count - skipped;
    memcpy(stem->points, points + skipped, stem->length * sizeof(*points));
}

/* li- swallows the article's alef: lil-Iraq is written l-l-iraq. The second lam is the article. */
static void add_stem_with_alef(struct stems *stems, const uint32_t *points, uint32_t count,
                               uint32_t skipped)
{
    if (count < skipped + 1 + STEM_LETTERS || count - skipped + 1 > AFFIX_STEM_POINTS ||
        stems->count == AFFIX_STEMS)
        return;
    struct affix_stem *stem = &stems->items[stems->count++];

    stem->skipped = skipped;
    stem->length = count - skipped + 1;
    stem->points[0] = ALEF;
    memcpy(stem->points + 1, points + skipped, (count - skipped) * sizeof(*points));
}

/* [wa- fa-] [bi- li- ka-]; the article belongs to the name. */
static void arabic_stems(struct stems *stems, const uint32_t *points, uint32_t count)
{
    static const uint32_t conjunctions[] = {0x648, 0x641};
    static const uint32_t prepositions[] = {0x628, LAM, 0x643};
    uint32_t at = 0;

    if (is_one_of(points[0], conjunctions, 2))
        add_stem(stems, points, count, ++at);
    if (at < count && is_one_of(points[at], prepositions, 3)) {
        bool article = points[at] == LAM && at + 1 < count && points[at + 1] == LAM;

        at++;
        if (article)
            add_stem_with_alef(stems, points, count, at);
        else
            add_stem(stems, points, count, at);
    }
}

/* Up to three of ve-, ha-, be-, le-, mi-, she-, ke-. */
static void hebrew_stems(struct stems *stems, const uint32_t *points, uint32_t count)
{
    static const uint32_t proclitics[] = {0x5d5, 0x5d4, 0x5d1, 0x5dc, 0x5de, 0x5e9, 0x5db};

    for (uint32_t at = 0; at < 3 && at < count && is_one_of(points[at], proclitics, 7); at++)
        add_stem(stems, points, count, at + 1);
}

uint32_t affix_stems(enum affix_family family, const uint32_t *points, uint32_t count,
                     struct affix_stem ret_stems[AFFIX_STEMS])
{
    struct stems stems = {.items = ret_stems};

    if (count == 0 || count > AFFIX_STEM_POINTS)
        return 0;
    if (family == AFFIX_ARABIC)
        arabic_stems(&stems, points, count);
    else if (family == AFFIX_HEBREW)
        hebrew_stems(&stems, points, count);
    return stems.count;
}

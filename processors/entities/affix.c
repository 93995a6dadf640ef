#include "processors/entities/affix.h"

#include <string.h>

enum {
    STEM_LETTERS = 3,
    STEM_SYLLABLES = 2,
    ALEF = 0x627,
    LAM = 0x644,
    HANGUL_FIRST = 0xac00,
    HANGUL_LAST = 0xd7a3,
};

/* The word, and what was found of it so far. */
struct stems {
    const uint32_t *points;
    uint32_t point_count;
    struct affix_stem *items;
    uint32_t count;
};

static bool is_one_of(uint32_t point, const uint32_t *set, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (set[i] == point)
            return true;
    return false;
}

static void append(struct affix_stem *stem, const uint32_t *points, uint32_t count)
{
    memcpy(stem->points + stem->length, points, count * sizeof(*points));
    stem->length += count;
}

static void keep_if_long_enough(struct stems *stems)
{
    const struct affix_stem *stem = &stems->items[stems->count];
    bool hangul = stem->points[0] >= HANGUL_FIRST && stem->points[0] <= HANGUL_LAST;

    if (stem->length >= (hangul ? STEM_SYLLABLES : STEM_LETTERS))
        stems->count++;
}

/* The word from `skipped` on, behind `letter` where that is not 0: then the two together are the
 * article, which does not count as part of the stem. */
static void add_end_of_word(struct stems *stems, uint32_t letter, uint32_t skipped)
{
    uint32_t left = stems->point_count - skipped;

    if (stems->count == AFFIX_STEMS || left == 0 || left + 1 > AFFIX_STEM_POINTS ||
        (letter != 0 && left <= STEM_LETTERS))
        return;
    struct affix_stem *stem = &stems->items[stems->count];

    *stem = (struct affix_stem){.skipped = skipped};
    if (letter != 0)
        append(stem, &letter, 1);
    append(stem, stems->points + skipped, left);
    keep_if_long_enough(stems);
}

/* [wa- fa-] [bi- li- ka-]. The article belongs to the name; li- swallows its alef: lil-Iraq is
 * written l-l-iraq. */
static void arabic_stems(struct stems *stems)
{
    static const uint32_t conjunctions[] = {0x648, 0x641};
    static const uint32_t prepositions[] = {0x628, LAM, 0x643};
    const uint32_t *points = stems->points;
    uint32_t at = 0;

    if (is_one_of(points[0], conjunctions, 2))
        add_end_of_word(stems, 0, ++at);
    if (at == stems->point_count || !is_one_of(points[at], prepositions, 3))
        return;
    bool article = points[at] == LAM && at + 1 < stems->point_count && points[at + 1] == LAM;

    add_end_of_word(stems, article ? ALEF : 0, at + 1);
}

/* Up to three of ve-, ha-, be-, le-, mi-, she-, ke-. */
static void hebrew_stems(struct stems *stems)
{
    static const uint32_t proclitics[] = {0x5d5, 0x5d4, 0x5d1, 0x5dc, 0x5de, 0x5e9, 0x5db};

    for (uint32_t at = 0;
         at < 3 && at < stems->point_count && is_one_of(stems->points[at], proclitics, 7); at++)
        add_end_of_word(stems, 0, at + 1);
}

static bool has_point(const uint64_t filter[4], uint32_t point)
{
    return (filter[point / 64 % 4] >> point % 64 & 1) != 0;
}

static bool begins_with(const struct stems *stems, const struct prefix *prefix)
{
    return stems->point_count > prefix->length &&
           memcmp(stems->points, prefix->text, prefix->length * sizeof(*prefix->text)) == 0;
}

static bool ends_in(const struct stems *stems, const struct ending *ending)
{
    return stems->point_count > ending->text_length &&
           memcmp(stems->points + stems->point_count - ending->text_length, ending->text,
                  ending->text_length * sizeof(*ending->text)) == 0;
}

static void add_name_of_form(struct stems *stems, const struct ending *ending)
{
    uint32_t left = stems->point_count - ending->text_length;

    if (stems->count == AFFIX_STEMS || left + ending->name_length > AFFIX_STEM_POINTS)
        return;
    struct affix_stem *stem = &stems->items[stems->count];

    *stem = (struct affix_stem){.dropped = ending->outside ? ending->text_length : 0};
    append(stem, stems->points, left);
    append(stem, ending->name, ending->name_length);
    keep_if_long_enough(stems);
}

static void add_prefix_stems(struct stems *stems, const struct language_rules *rules)
{
    for (uint32_t i = 0; i < rules->prefix_count; i++)
        if (begins_with(stems, &rules->prefixes[i]))
            add_end_of_word(stems, 0, rules->prefixes[i].length);
}

static void add_ending_stems(struct stems *stems, const struct language_rules *rules)
{
    uint32_t class = ending_class(stems->points[stems->point_count - 1]);

    for (uint32_t i = rules->fitting_starts[class]; i < rules->fitting_starts[class + 1]; i++) {
        const struct ending *ending = &rules->endings[rules->fitting[i]];

        if (ends_in(stems, ending))
            add_name_of_form(stems, ending);
    }
}

uint32_t affix_stems(const struct language_rules *rules, const uint32_t *points, uint32_t count,
                     bool first, struct affix_stem ret_stems[AFFIX_STEMS])
{
    struct stems stems = {.points = points, .point_count = count, .items = ret_stems};

    if (count == 0 || count > AFFIX_STEM_POINTS)
        return 0;
    if (first && rules->proclitics == PROCLITICS_ARABIC)
        arabic_stems(&stems);
    if (first && rules->proclitics == PROCLITICS_HEBREW)
        hebrew_stems(&stems);
    if (first && has_point(rules->first_points, points[0]))
        add_prefix_stems(&stems, rules);
    add_ending_stems(&stems, rules);
    return stems.count;
}

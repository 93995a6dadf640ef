/* What the grammar of an article's language does to names in running text, read from
 * config/gazetteers/languages.tsv, where each rule is explained.
 *
 * Ownership: everything belongs to the struct. Threads: constant once made. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_RULES_H
#define COPYDESK_PROCESSORS_ENTITIES_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum proclitics { PROCLITICS_NONE, PROCLITICS_ARABIC, PROCLITICS_HEBREW };

enum { ENDING_POINTS = 12, ENDING_CLASSES = 64 };

/* A word that ends in `text` may be a form of a name that ends in `name`; in folded points. */
struct ending {
    uint32_t text[ENDING_POINTS];
    uint32_t text_length;
    uint32_t name[ENDING_POINTS];
    uint32_t name_length;
    bool outside; /* a word of its own: the name's span ends before it */
};

/* A little word that may be written before a name; in folded points. */
struct prefix {
    uint32_t text[ENDING_POINTS];
    uint32_t length;
};

/* Makes the name beside it a people or a language. */
struct people_word {
    struct slice text;
    bool after; /* it stands behind the name, else before it */
};

/* Texts, as they stand in the articles. */
struct text_set {
    uint64_t starts[4]; /* by text_set_start: some text of three bytes or more begins so */
    struct slice *texts;
    uint32_t count;
    uint32_t capacity;
};

/* Folded words, by hash. */
struct word_set {
    uint64_t filter[4]; /* by the hash's lowest 8 bits: some word has them */
    uint64_t *hashes;
    uint32_t count;
    uint32_t capacity;
};

struct language_rules {
    enum proclitics proclitics;
    bool strangers_before;
    bool strangers_after;
    uint64_t first_points[4]; /* by the lowest 8 bits: some prefix begins so */
    struct prefix *prefixes;
    uint32_t prefix_count;
    uint32_t prefix_capacity;
    struct ending *endings;
    uint32_t ending_count;
    uint32_t ending_capacity;
    uint16_t *fitting;                           /* numbers of endings, in their order, by class */
    uint32_t fitting_starts[ENDING_CLASSES + 1]; /* of a word's last point; behind the last class */
    struct people_word *peoples;
    uint32_t people_count;
    uint32_t people_capacity;
    struct text_set suffixes; /* what belongs to a name that it is written behind */
    struct word_set plain;    /* no forms of names, though they look like it */
    struct word_set places;
    struct word_set dates;
    struct word_set links;       /* little words inside of an institution's name: "of the" */
    struct word_set particles;   /* the same of a person's: "van", "bin" */
    struct word_set things;      /* what is no person though it follows a given name: "Street" */
    struct text_set complements; /* endings of words that tell whose a role is, not whose name */
    struct word_set openers;     /* words with a capital only because they open a sentence */
    struct text_set parts;       /* behind a place's name, part of it: Chinese "city" */
    struct text_set divisions;   /* the same of countries: "province", "county" */
    struct text_set bodies;      /* behind a place's name, an organisation: Chinese "university" */
    struct text_set firms;       /* the same, but not right behind it: "company", "school" */
    struct word_set sounds;      /* characters that Chinese spells foreign names with */
    struct word_set fronts;      /* right before a place's name, part of it: Chinese "north" */
    struct word_set leaders;     /* right behind an institution's name: who leads it */
    struct word_set counters;    /* right behind a number, part of a date: Chinese "day" */
    bool whose_before;           /* the country stands right before its ministry's name */
    bool whose_after;            /* right behind it */
    bool heads_last;             /* "Kalmor University", not "Universität Kalmor" */
    bool nouns_have_capitals;    /* so that a capital tells no name */
};

/* Is language ("sr_Latn", as in struct locale) one that rows for code ("sr", "sr_Latn") are
 * meant for? */
bool language_is(const char *language, struct slice code);

/* Rules of a language; none for "und" and for languages without rows. Never NULL. */
struct language_rules *language_rules_new(const char *language);
void language_rules_free(struct language_rules *rules); /* NULL is fine */

bool word_set_has(const struct word_set *set, uint64_t hash);

/* Of the eight bits that ideographs of one text differ most in. */
static inline uint32_t text_set_start(const char *text)
{
    return (uint32_t)((text[1] & 3) << 6 | (text[2] & 63));
}

/* May a text that goes on for three bytes at least begin with one of a set whose texts do so too?
 */
static inline bool text_set_may_begin(const struct text_set *set, const char *text)
{
    uint32_t start = text_set_start(text);

    return (set->starts[start / 64] >> start % 64 & 1) != 0;
}

/* The class of words that the endings are told apart by. */
static inline uint32_t ending_class(uint32_t last_point)
{
    return last_point % ENDING_CLASSES;
}

/* May a word of the language be another form of a name? */
bool rules_have_forms(const struct language_rules *rules);

#endif

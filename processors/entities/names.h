/* The names of places in one language, from all sources, on their way into a gazetteer.
 * Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_NAMES_H
#define COPYDESK_PROCESSORS_ENTITIES_NAMES_H

#include "processors/entities/locales.h"
#include "processors/entities/places.h"

struct found_name {
    uint32_t place; /* its number in struct places */
    struct slice text;
    bool variant; /* from CLDR's table of variants, whose brackets hold descriptions */
};

struct names {
    struct arena arena;
    struct found_name *items; /* the likelier ones first */
    uint32_t count;
    uint32_t capacity;
};

/* Appends the names that sources state: CLDR's in every region of the language, the official and
 * the everyday ones of config/gazetteers/. names: zeroed; names_free it. */
void names_find(const struct places *places, const struct locales *locales, const char *language,
                struct names *names);

/* Appends a name unless it is absent or empty; text lives as long as names. */
void names_add(struct names *names, uint32_t place, struct slice text, bool variant);

/* Appends other ways to write what is there (name_forms.c): without brackets, spelled out, with
 * stops, by the language's patterns. */
void names_add_forms(const struct places *places, const char *language, struct names *names);

void names_free(struct names *names);

#endif

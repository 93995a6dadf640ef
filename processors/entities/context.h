/* Is a name that stands in the text meant as the place? What stands around it says so: "Lima" in
 * "Faria Lima" is a person, "US" in "US$" a currency, "French" no name at all. Pure functions.
 * Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_CONTEXT_H
#define COPYDESK_PROCESSORS_ENTITIES_CONTEXT_H

#include "article/text_view.h"
#include "processors/entities/gazetteer.h"
#include "processors/entities/rules.h"

/* A name in a text: words first .. first + count - 1. */
struct candidate {
    const struct text_view *view;
    const struct gazetteer_row *row;
    uint32_t first;
    uint32_t count;
    uint32_t known; /* the word behind the name found before this one; 0: none */
};

/* Do the rules of the language and the name's guard let it be the place? */
bool context_allows(const struct language_rules *rules, const struct candidate *candidate);

#endif

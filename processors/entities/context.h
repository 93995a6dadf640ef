/* Is a name that stands in the text meant as the place? What stands around it says so: "Lima" in
 * "Faria Lima" is a person, "US" in "US$" a currency, "French" no name at all. Pure functions.
 * Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_CONTEXT_H
#define COPYDESK_PROCESSORS_ENTITIES_CONTEXT_H

#include "article/text_view.h"
#include "processors/entities/match.h"
#include "processors/entities/rules.h"

/* A name in a text: words first .. first + count - 1. */
struct candidate {
    const struct text_view *view;
    const struct gazetteer_row *row;
    uint32_t first;
    uint32_t count;
    uint32_t known; /* the word behind the name found before this one; 0: none */
    bool place;     /* a place's name, which words beside it make part of another name */
};

/* What the rules of the language and the name's guard have against it: REFUSAL_NONE, _GUARD,
 * _CURRENCY, _PEOPLE or _STRANGER. */
enum refusal context_refusal(const struct language_rules *rules, const struct candidate *candidate);

/* Do most words around words first .. first + count - 1 have a capital, as in a headline? Then
 * capitals say nothing. */
bool context_is_title_case(const struct text_view *view, uint32_t first, uint32_t count);

#endif

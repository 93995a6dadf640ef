/* Names that are also ordinary words, persons or two places, as config/gazetteers/ambiguous.tsv has
 * them. Threads: constant once made. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GUARDS_H
#define COPYDESK_PROCESSORS_ENTITIES_GUARDS_H

#include "processors/entities/gazetteer.h"

struct guard;

struct guards {
    struct guard *items;
    uint32_t count;
    uint32_t capacity;
};

/* The rows for a language's names; those that are ambiguous only in articles of other languages too
 * where `foreign`. guards_free them. */
struct guards guards_new(const char *language, bool foreign);
void guards_free(struct guards *guards);

/* What must be around a name for it to be meant. Returns false where it must not be looked for. */
bool guards_allow(const struct guards *guards, struct slice name, enum gazetteer_guard *ret_guard);

#endif

/* CLDR's places with their names in a language, put into a gazetteer.
 *
 * Threads: cldr_new and cldr_free one at a time; the rest any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_CLDR_H
#define COPYDESK_PROCESSORS_ENTITIES_CLDR_H

#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/locales.h"

struct cldr;

/* Reads the places. Returns NULL and a sentence in ret_error when ICU's data is not there. */
struct cldr *cldr_new(char *ret_error, size_t error_size);
void cldr_free(struct cldr *cldr); /* NULL is fine */

const struct locales *cldr_locales(const struct cldr *cldr);

/* Adds all places with their names in a language (as in struct locale; LANGUAGE_UNKNOWN: none) and
 * their English names, which articles in every language use. The result depends on the language
 * alone. */
void cldr_add_places(const struct cldr *cldr, const char *language,
                     struct gazetteer_builder *builder);

#endif

/* Names of countries, M49 regions and time zones' cities, from the CLDR data that comes with ICU,
 * in the article's language. Wikidata items, official names and capitals come from
 * config/gazetteers/countries.tsv, since CLDR states none.
 *
 * Threads: cldr_new and cldr_free one at a time; the rest any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_CLDR_H
#define COPYDESK_PROCESSORS_ENTITIES_CLDR_H

#include "processors/entities/gazetteer.h"

enum { CLDR_LANGUAGE_SIZE = 24 };

struct cldr;

/* Reads the places and their English names. Returns NULL and a sentence in ret_error when ICU's
 * data is not there. */
struct cldr *cldr_new(char *ret_error, size_t error_size);
void cldr_free(struct cldr *cldr); /* NULL is fine */

/* Under which language CLDR has an article's: language and script without region ("pt_Latn" for
 * pt-BR and pt-PT, "zh_Hant" for zh-TW), or "und" where it has none. tag: BCP 47. */
void cldr_language(const struct cldr *cldr, struct slice tag,
                   char ret_language[CLDR_LANGUAGE_SIZE]);

/* Adds all places with their names in a language as cldr_language gives it, all its regions'
 * together, and their English names, which articles in every language use. The result depends on
 * the language alone. */
void cldr_add_places(const struct cldr *cldr, const char *language,
                     struct gazetteer_builder *builder);

#endif

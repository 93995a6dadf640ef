/* The processor that finds the places an article names. docs/entities.md says how. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_ENTITIES_H
#define COPYDESK_PROCESSORS_ENTITIES_ENTITIES_H

#include "config/settings.h"
#include "processors/entities/lists.h"
#include "processors/processor.h"

extern const struct processor entities_processor;

/* The lists that a configuration names for it; NULL where it has no such processor. */
const struct option_list *entities_lists(const struct settings *settings);

/* The language whose names an article is searched for: as found; where that is undetermined or no
 * processor looked, as declared, else what the detector held likeliest: lists of the wrong language
 * find little, no list finds nothing. */
struct slice entities_language(const struct article_results *results, struct slice declared);

#endif

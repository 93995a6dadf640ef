/* ICU's resource bundles, read as UTF-8: CLDR's names of regions and of time zones' cities.
 * Threads: any; ICU locks its own cache. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_RESOURCE_H
#define COPYDESK_PROCESSORS_ENTITIES_RESOURCE_H

#include <unicode/ures.h>
#include <unicode/utrans.h>

#include "base/arena.h"

#define RESOURCE_REGIONS U_ICUDATA_NAME "-region"
#define RESOURCE_ZONES U_ICUDATA_NAME "-zone"

/* A table of a locale alone, without what it inherits; ures_close it. NULL where it has none. */
UResourceBundle *resource_table(const char *package, const char *locale, const char *table);

/* A text of a table; absent where it has none. */
struct slice resource_text(struct arena *arena, const UResourceBundle *table, const char *key);

/* The text of a table's entry number index; absent where that is no text. ret_key: its name. */
struct slice resource_entry(struct arena *arena, const UResourceBundle *table, int32_t index,
                            const char **ret_key);

/* The exemplar city ("ec") of a zone ("Asia:Baku"); absent where the locale has none of its own. */
struct slice resource_city(struct arena *arena, const UResourceBundle *zones, const char *key);

/* ICU's transliterator of this name; utrans_close it. NULL where ICU has none. */
UTransliterator *resource_converter(const char *id);

/* text, converted; text itself where that fails. */
struct slice resource_converted(struct arena *arena, const UTransliterator *converter,
                                struct slice text);

#endif

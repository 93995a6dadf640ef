/* Other ways to write a name: CLDR's display names are made for menus ("Myanmar (Burma)",
 * "St. Lucia", "US"), running text has "Burma", "Saint Lucia", "U.S.". Pure functions of the name
 * and of config/gazetteers/abbreviations.tsv. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_VARIANTS_H
#define COPYDESK_PROCESSORS_ENTITIES_VARIANTS_H

#include "base/arena.h"
#include "base/slice.h"

struct bracketed {
    struct slice outside; /* without the brackets and what is in them; never empty */
    struct slice inside;
};

/* Takes "Myanmar (Burma)" apart; also with full-width brackets. Returns false when name has no
 * brackets or nothing outside them. The parts are in the arena. */
bool variant_brackets(struct arena *arena, struct slice name, struct bracketed *ret_parts);

/* name with short as a whole word (between spaces or ends) replaced by full, everywhere. Returns
 * an absent slice when it does not occur. */
struct slice variant_spelled_out(struct arena *arena, struct slice name, struct slice shortened,
                                 struct slice full);

/* "U.S." for "US": of two or three Latin capitals; else absent. */
struct slice variant_dotted(struct arena *arena, struct slice name);

/* pattern with name for its {}; absent where it has none. */
struct slice variant_in_pattern(struct arena *arena, struct slice pattern, struct slice name);

#endif

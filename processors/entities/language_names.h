/* What an article in one language is searched for: the names of all configured lists and the
 * language's rules. Threads: constant once made. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LANGUAGE_NAMES_H
#define COPYDESK_PROCESSORS_ENTITIES_LANGUAGE_NAMES_H

#include "processors/entities/gazetteer.h"
#include "processors/entities/rules.h"

enum { NAME_LAYERS = 8 };

/* Which rows of a language hold in an article's: English names of entities hold in all. */
enum name_liveness { LIVE_NONE, LIVE_ENTITIES, LIVE_ALL };

/* One list, as far as it holds for the language. */
struct name_layer {
    const struct gazetteer *gazetteer;
    const uint8_t *live; /* enum name_liveness, by language number of the gazetteer; NULL: all */
    const char *name;    /* of the list, for people */
};

struct state_sets {
    struct state_set items[2 * NAME_LAYERS];
    uint32_t count;
};

struct language_names {
    struct name_layer layers[NAME_LAYERS]; /* at least one, in the order of the configuration */
    uint32_t layer_count;
    const struct language_rules *rules;
    /* What every word of a text is asked of, whether a name may begin with it: the states of all
     * layers in as few sets as will do. From language_names_index. */
    struct state_sets small; /* for words with a small letter */
    struct state_sets any;   /* for all others */
    uint64_t *merged_small;
    uint64_t *merged_any;
};

/* Makes the sets of layers that are set; language_names_free_index frees what they own. */
void language_names_index(struct language_names *names);
void language_names_free_index(struct language_names *names);

static inline bool name_layer_has(const struct name_layer *layer, const struct gazetteer_row *row)
{
    return layer->live == NULL || layer->live[row->language] == LIVE_ALL ||
           (layer->live[row->language] == LIVE_ENTITIES && row->kind <= NAME_PLACE &&
            row->guard != GUARD_HOME);
}

#endif

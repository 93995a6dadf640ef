/* What processors found: the enrichment's typed parts. docs/ and the contract name the JSON keys.
 * Part of the plugin ABI: fields are only appended. Ownership: everything points into the article's
 * arena (processor_services.allocate) or at constants. */
#ifndef COPYDESK_ARTICLE_RESULTS_H
#define COPYDESK_ARTICLE_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "article/role.h"
#include "base/slice.h"

struct language_guess {
    struct slice tag;     /* BCP 47, canonical */
    unsigned thousandths; /* confidence, or share in a mixed text */
};

struct language_result {
    struct slice tag;    /* "und" where unknown */
    struct slice script; /* ISO 15924, e.g. Arab; absent where the text has no letters */
    unsigned confidence; /* thousandths */
    const struct language_guess *alternatives;
    uint32_t alternative_count;
    struct slice
        declared; /* canonical form of what the producer declared; absent where it did not */
    bool agrees;  /* declared and detected have the same primary language */
    const struct language_guess *mixed; /* only for mixed texts */
    uint32_t mixed_count;
};

enum entity_type { ENTITY_PERSON, ENTITY_ORGANISATION, ENTITY_PLACE };

struct entity_mention {
    enum article_role field;
    uint32_t start; /* code points of the field's decoded value */
    uint32_t end;
    struct slice text; /* value[start:end] */
};

struct entity {
    enum entity_type type;
    struct slice name;       /* its usual name, in English where the list has one */
    const struct slice *ids; /* prefixed; the first is `id`, the others `ids` */
    uint32_t id_count;
    const struct entity_mention *mentions; /* headline before body, by start */
    uint32_t mention_count;
};

struct entities_result {
    const struct entity *entities; /* in order of first mention */
    uint32_t entity_count;
};

enum duplicate_verdict {
    VERDICT_NEW,
    VERDICT_EXACT,
    VERDICT_NEAR,
    VERDICT_OVERLAPS,
    VERDICT_REVISION,
    VERDICT_CORRECTION,
    VERDICT_KILL,
    VERDICT_STALE,
    VERDICT_UNDETERMINED,
    VERDICT_COUNT
};

enum duplicate_evidence { EVIDENCE_NONE, EVIDENCE_IDENTITY, EVIDENCE_TEXT };

struct duplicate_result {
    enum duplicate_verdict verdict;
    struct slice of;     /* the other article's id; absent where none is known */
    bool compared;       /* texts were compared: similarity is written */
    unsigned similarity; /* thousandths */
    enum duplicate_evidence by;
    const struct slice *copies; /* of a kill: ids of the killed article's copies, at most 1,000 */
    uint32_t copy_count;
    uint32_t copies_total;
    bool of_killed;
    const struct slice *contains; /* of a digest: ids of the stories in it */
    uint32_t contains_count;
    /* Of a kill: what the host said when the killed article settled of where it goes, and its
     * verdict; absent where that is not known. */
    struct slice destinations;
    enum duplicate_verdict killed_verdict;
    bool withheld;     /* by its status */
    bool embargoed;    /* when it was decided on */
    bool of_withheld;  /* `of` is withheld, in its newest version */
    bool of_embargoed; /* `of` is under embargo, in its newest version */
};

/* What one processor wrote under its own name. */
struct plugin_section {
    struct slice name;
    struct slice json; /* one compact JSON value */
};

struct article_results {
    const struct language_result *language;   /* NULL until its processor ran */
    const struct entities_result *entities;   /* NULL until its processor ran */
    const struct duplicate_result *duplicate; /* NULL until settled */
    const struct plugin_section *sections;    /* in order of the chain */
    uint32_t section_count;
};

/* "new", "exact", ... as the contract spells them. */
const char *duplicate_verdict_name(enum duplicate_verdict verdict);
/* "person", "organisation", "place". */
const char *entity_type_name(enum entity_type type);

#endif

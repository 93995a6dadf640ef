/* From matches in two fields to an article's entities, each with all its mentions. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H
#define COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H

#include "article/results.h"
#include "processors/entities/match.h"

struct article;

/* Zeroed memory that lives as long as the result: processor_services.allocate. */
typedef void *mentions_allocate(struct article *article, size_t size);

/* What the positions of mentions count. */
enum offset_unit { OFFSET_CODE_POINTS, OFFSET_UTF16, OFFSET_BYTES };

/* One of the fields that were matched. */
struct matched_field {
    enum article_role field;
    struct slice value; /* its decoded value */
};

/* What a matcher found: names, fields (in the order in which it read them), matches and entities.
 */
struct found_names {
    const struct language_names *names;
    const struct matched_field *fields;
    const struct match *matches;
    uint32_t match_count;
    const struct found_entity *entities;
    uint32_t entity_count;
    enum offset_unit unit;
};

/* Entities come in order of first mention, mentions in order of the fields and their texts. Names
 * and ids are copied, so that a list may be replaced; texts point into the values. */
const struct entities_result *mentions_collect(const struct found_names *found,
                                               mentions_allocate *allocate,
                                               struct article *article);

#endif

/* From matches in two fields to an article's entities, each with all its mentions. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H
#define COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H

#include "article/results.h"
#include "processors/entities/gazetteer.h"
#include "processors/entities/match.h"

struct article;

/* What was matched in one field. */
struct field_matches {
    enum article_role field;
    struct slice value; /* the field's decoded value */
    const struct match *matches;
    uint32_t count;
};

/* Entities in order of first mention, mentions in order of the fields and their texts. allocate:
 * zeroed memory that lives as long as the result, as processor_services.allocate; names and ids
 * point into the gazetteer, texts into the values. */
const struct entities_result *
mentions_collect(const struct gazetteer *gazetteer, const struct field_matches *fields,
                 uint32_t field_count, void *(*allocate)(struct article *article, size_t size),
                 struct article *article);

#endif

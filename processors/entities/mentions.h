/* From matches in two fields to an article's entities, each with all its mentions. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H
#define COPYDESK_PROCESSORS_ENTITIES_MENTIONS_H

#include "article/results.h"
#include "processors/entities/gazetteer.h"
#include "processors/entities/match.h"

struct article;

/* Zeroed memory that lives as long as the result: processor_services.allocate. */
typedef void *mentions_allocate(struct article *article, size_t size);

/* What was matched in one field. */
struct field_matches {
    enum article_role field;
    struct slice value; /* the field's decoded value */
    uint32_t count;
};

/* matches: of all fields, one field's behind the other's. Entities come in order of first mention,
 * mentions in order of the fields and their texts. Names and ids point into the
 * gazetteer, texts into the values. */
const struct entities_result *mentions_collect(const struct gazetteer *gazetteer,
                                               const struct match *matches,
                                               const struct field_matches *fields,
                                               uint32_t field_count, mentions_allocate *allocate,
                                               struct article *article);

#endif

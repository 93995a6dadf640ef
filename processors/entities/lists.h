/* The lists that a configuration names, as one gazetteer a language. A language's is built when its
 * first article comes (about a millisecond), since an instance sees few of the two hundred; what is
 * in it depends on the language alone, so that no order of articles changes a result.
 *
 * Threads: lists_new and lists_free one at a time, lists_for any. What it returns stays
 * valid and unchanged until lists_free. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LISTS_H
#define COPYDESK_PROCESSORS_ENTITIES_LISTS_H

#include "processors/entities/gazetteer.h"
#include "processors/entities/rules.h"

struct lists;

/* What an article in one language is searched for, and how. */
struct language_names {
    const struct gazetteer *gazetteer;
    const struct language_rules *rules;
};

/* Returns NULL and a sentence in ret_error. */
struct lists *lists_new(char *ret_error, size_t error_size);
void lists_free(struct lists *lists); /* NULL is fine */

/* For articles in the language of a BCP 47 tag; for one that no list has: the names that hold in
 * every language. Never NULL. */
const struct language_names *lists_for(struct lists *lists, struct slice tag);

/* Where the names come from, for made_by: "cldr-42". Lives as long as lists. */
const char *lists_version(const struct lists *lists);

#endif

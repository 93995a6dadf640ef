/* The lists that a configuration names, as layers for each language. A language's layers are made
 * when its first article comes (about a millisecond), since an instance sees few of the two
 * hundred; what is in them depends on the language and the lists alone, so that no order of
 * articles changes a result.
 *
 * Threads: lists_new and lists_free one at a time, lists_for any. What it returns stays
 * valid and unchanged until lists_free. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LISTS_H
#define COPYDESK_PROCESSORS_ENTITIES_LISTS_H

#include "processors/entities/language_names.h"

struct lists;

/* The lists: "builtin" or files that `copydesk gazetteer build` made. Returns NULL and a sentence
 * in ret_error. */
struct lists *lists_new(const char *const *names, size_t count, char *ret_error, size_t error_size);
void lists_free(struct lists *lists); /* NULL is fine */

/* For articles in the language of a BCP 47 tag; for one that no list has: the names that hold in
 * every language. Never NULL. */
const struct language_names *lists_for(struct lists *lists, struct slice tag);

/* Where the names come from, for made_by: "cldr-42.0 world-2025-03". Lives as long as lists. */
const char *lists_version(const struct lists *lists);

/* What the names take, mapped files included. It grows with the languages that come. */
size_t lists_bytes(struct lists *lists);

/* What ships beside CLDR's names: the desk's world list and the words that tell of names. The
 * caller frees it. */
struct gazetteer *lists_world(void);

/* Where in what ships an entity's row stands: the table's file, and the line in it. For a list of
 * another name: that name, and line as it is. */
const char *lists_table(const char *list, uint32_t line, uint32_t *ret_line);

#endif

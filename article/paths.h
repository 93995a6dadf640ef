/* Where each role is found in the newsroom's JSON: alternative paths such as `headline`,
 * `body.text`, `bodies[0].value`; the first alternative that the article has (and that is not null)
 * wins. Threads: constant once compiled. */
#ifndef COPYDESK_ARTICLE_PATHS_H
#define COPYDESK_ARTICLE_PATHS_H

#include <stddef.h>

#include "article/role.h"

struct article_paths;

struct article_paths *article_paths_new(void);
void article_paths_free(struct article_paths *paths);

/* Adds an alternative behind those that role already has. Grammar: name ('.' name | '[' digits
 * ']')*, where a name is any run of bytes but . [ ] and, quoted as "a.b", any. At most 8 steps, 16
 * alternatives. Where role is ROLE_ID or ROLE_EVOLVEDFROM, " as {id}:{version}" may follow: an id
 * of that form is taken apart (id_pattern.h). Returns 0, or -1 and a sentence in ret_error. */
int article_paths_add(struct article_paths *paths, enum article_role role, const char *path,
                      char *ret_error, size_t error_size);

/* The contract's defaults: id from id, uri, guid; headline from headline, title; ... */
struct article_paths *article_paths_default(void);

/* The YAML key under consumer.input that sets role's paths, e.g. "versioncreated". */
const char *article_role_name(enum article_role role);

#endif
